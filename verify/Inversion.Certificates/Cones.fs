namespace Inversion.Certificates

open System.Numerics

/// A linear form, or a ray; no entries stand for the form that is zero throughout. What is derived from the entries is computed once.
type Form(whole: BigInteger[]) =
    // A prime below 2³¹.
    static let prime = 2147483647L

    let mutable heads: int64[] = [||]
    let mutable residues: int64[] = [||]

    let heads' () =
        if heads.Length < whole.Length then
            let bits = whole |> Array.fold (fun most x -> max most (x.GetBitLength())) 0L
            heads <- whole |> Array.map (fun x -> int64 (x >>> int (max 0L (bits - 30L))))

        heads

    static member Prime = prime
    static member Zero = Form [||]
    member _.Whole = whole
    member _.IsZero = whole.Length = 0

    /// The entries' leading bits: x = (h + δ) · 2ˢ with 0 ≤ δ < 1 and |h| ≤ 2³⁰, the same s for all.
    member _.Heads = heads' ()

    /// The entries modulo the prime, from 0 on.
    member _.Residues =
        if residues.Length < whole.Length then
            let residue (x: BigInteger) =
                let r = int64 (x % BigInteger prime)
                if r < 0L then r + prime else r

            residues <- whole |> Array.map residue

        residues

    /// The sign of ⟨this, x⟩. With the heads h and k, ⟨this, x⟩ = 2ˢ⁺ᵗ (Σ hk + r), |r| ≤ Σ (|h| + |k| + 1).
    member this.Sign(x: Form) =
        let h, k = heads' (), x.Heads
        let mutable sum, rest = 0L, 0L

        for i in 0 .. h.Length - 1 do
            sum <- sum + h[i] * k[i]
            rest <- rest + abs h[i] + abs k[i] + 1L

        if abs sum > rest then
            sign sum
        else
            let mutable exact = 0I

            for i in 0 .. whole.Length - 1 do
                exact <- exact + whole[i] * x.Whole[i]

            exact.Sign

/// A cone on which the network is linear: its extreme rays as shortest whole vectors (in the plane two, in space around the cone), the forms
/// of the outputs on it, and, where there is a measurement y, H = ΛᵀΛ and c = Λᵀy, row after row in one array.
type Leaf =
    {
        Rays: Form[]
        Outputs: Form[]
        Quadratic: BigInteger[]
    }

/// The tree of cuts that shows which cones cover space. Every cut covers its cell by two halves, the 2ⁿ orthants cover space, and a leaf is
/// a cell on whose rays no unit has both signs: on it every unit keeps one sign, layer after layer.
[<RequireQualifiedAccess>]
module Cones =
    let dot (x: BigInteger[]) (y: BigInteger[]) =
        let mutable sum = 0I

        for i in 0 .. x.Length - 1 do
            sum <- sum + x[i] * y[i]

        sum

    let scale (a: BigInteger) x = x |> Array.map (fun t -> a * t)

    let private shortest (x: BigInteger[]) =
        let common = x |> Array.fold (fun d t -> BigInteger.GreatestCommonDivisor(d, t)) 0I
        x |> Array.map (fun t -> t / common)

    /// Both halves of a cell whose rays have these signs against a form, positive half first.
    let private halves (rays: Form[]) (values: BigInteger[]) =
        let between i j =
            Array.map2 (+) (scale (abs values[i]) rays[j].Whole) (scale (abs values[j]) rays[i].Whole)
            |> shortest
            |> Form

        // In the plane the two rays have one gap between them, not two.
        let gap i =
            if rays.Length = 2 && i = 1 then
                None
            else
                Some((i + 1) % rays.Length)

        let half side =
            [|
                for i in 0 .. rays.Length - 1 do
                    if values[i].Sign * side >= 0 then
                        rays[i]

                    match gap i with
                    | Some j when values[i].Sign * values[j].Sign < 0 -> between i j
                    | _ -> ()
            |]

        half 1, half -1

    /// The forms that a matrix makes of forms.
    let private apply rows (forms: Form[]) =
        rows
        |> Array.map (fun row ->
            let mutable sum: BigInteger[] = [||]

            for struct (column, weight) in row do
                let form = forms[column].Whole

                if sum.Length = 0 then
                    sum <- Array.zeroCreate form.Length

                for i in 0 .. form.Length - 1 do
                    sum[i] <- sum[i] + weight * form[i]

            Form sum)

    /// Adds what one output contributes to H and c.
    let private add (y: BigInteger[]) (quadratic: BigInteger[]) output (form: Form) =
        let n = if y.Length > 0 then form.Whole.Length else 0

        for i in 0 .. n - 1 do
            for j in 0 .. n - 1 do
                quadratic[i * n + j] <- quadratic[i * n + j] + form.Whole[i] * form.Whole[j]

            quadratic[n * n + i] <- quadratic[n * n + i] + y[output] * form.Whole[i]

    // No stack is exhausted by a certificate that cuts one unit after the other off a cell.
    let private deepest = 5000

    /// Walks the tree: `choose` names the unit of each cut (by its number in the file's layer) from those that are open, `leaf` gets every
    /// cone, `enter` is called where the last layer with kinks is entered. y: the measurement, or empty.
    let walk n (stages: Stage list) y (choose: int[] -> int) (enter: unit -> unit) (leaf: Leaf -> unit) =
        let rec go depth rays stages forms (quadratic: BigInteger[]) =
            match stages with
            | [] ->
                let quadratic = Array.copy quadratic
                forms |> Array.iteri (add y quadratic)

                leaf
                    {
                        Rays = rays
                        Outputs = forms
                        Quadratic = quadratic
                    }
            | Matrix rows :: above -> go depth rays above (apply rows forms) quadratic
            | Kink(units, positive, negative, known) :: above ->
                if above.IsEmpty then
                    enter ()

                // A unit without both signs on the rays is settled; the cell is cut by one of the others, if any.
                let rec decide depth rays (signed: Form[]) (quadratic: BigInteger[]) undecided =
                    if depth > deepest then
                        raise (Rejected "the tree of cuts is too deep")

                    let signed, quadratic = Array.copy signed, Array.copy quadratic

                    let isOpen at =
                        let mutable up, down = known[at] > 0, known[at] < 0

                        if known[at] = 0 && not forms[at].IsZero then
                            for ray in rays do
                                let sign = forms[at].Sign ray
                                up <- up || sign > 0
                                down <- down || sign < 0

                        if not (up && down) then
                            let factor = if up then positive else negative

                            signed[at] <-
                                if factor.IsZero then Form.Zero
                                elif factor.IsOne then forms[at]
                                else Form(scale factor forms[at].Whole)

                            if above.IsEmpty then
                                add y quadratic at signed[at]

                        up && down

                    match Array.filter isOpen undecided with
                    | [||] when above.IsEmpty ->
                        leaf
                            {
                                Rays = rays
                                Outputs = signed
                                Quadratic = quadratic
                            }
                    | [||] -> go (depth + 1) rays above signed quadratic
                    | left ->
                        let chosen = choose (left |> Array.map (fun at -> units[at]))
                        let at = left |> Array.find (fun at -> units[at] = chosen)

                        let above, below =
                            halves rays (rays |> Array.map (fun ray -> dot forms[at].Whole ray.Whole))

                        decide (depth + 1) above signed quadratic left
                        decide (depth + 1) below signed quadratic left

                decide depth rays (Array.create units.Length Form.Zero) quadratic [| 0 .. units.Length - 1 |]

        let axis i sign =
            Form(Array.init n (fun j -> if i = j then BigInteger(sign: int) else 0I))

        let codes = Array.init n (fun i -> axis i 1)

        for orthant in 0 .. (1 <<< n) - 1 do
            let rays =
                Array.init n (fun i -> axis i (if orthant >>> i &&& 1 = 1 then -1 else 1))

            go 0 rays stages codes (Array.zeroCreate (if y.Length > 0 then n * (n + 1) else 0))
