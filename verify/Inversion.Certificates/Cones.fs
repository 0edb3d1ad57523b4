namespace Inversion.Certificates

open System.Numerics

/// A cone on which the network is linear: its extreme rays as shortest whole vectors (in the plane two, in space around the cone), the forms
/// of the outputs on it, and H = ΛᵀΛ and c = Λᵀy, row after row in one array.
type Leaf =
    {
        Rays: BigInteger[][]
        Outputs: BigInteger[][]
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
    let private halves (rays: BigInteger[][]) (values: BigInteger[]) =
        let between i j =
            shortest (Array.map2 (+) (scale (abs values[i]) rays[j]) (scale (abs values[j]) rays[i]))

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

    /// The forms that a matrix makes of forms; a form that is zero throughout may be empty.
    let private apply rows (forms: BigInteger[][]) =
        rows
        |> Array.map (fun row ->
            let mutable sum: BigInteger[] = [||]

            for struct (column, weight) in row do
                let form: BigInteger[] = forms[column]

                if form.Length > 0 then
                    if sum.Length = 0 then
                        sum <- Array.zeroCreate form.Length

                    for i in 0 .. form.Length - 1 do
                        sum[i] <- sum[i] + weight * form[i]

            sum)

    /// Adds what one output contributes to H and c.
    let private add (y: BigInteger[]) (quadratic: BigInteger[]) output (form: BigInteger[]) =
        let n = form.Length

        for i in 0 .. n - 1 do
            for j in 0 .. n - 1 do
                quadratic[i * n + j] <- quadratic[i * n + j] + form[i] * form[j]

            if y.Length > 0 then
                quadratic[n * n + i] <- quadratic[n * n + i] + y[output] * form[i]

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
                let rec decide depth rays (signed: BigInteger[][]) (quadratic: BigInteger[]) undecided =
                    if depth > deepest then
                        raise (Rejected "the tree of cuts is too deep")

                    let signed, quadratic = Array.copy signed, Array.copy quadratic

                    let isOpen at =
                        let mutable up, down = known[at] > 0, known[at] < 0

                        if known[at] = 0 && forms[at].Length > 0 then
                            for ray in rays do
                                let sign = (dot forms[at] ray).Sign
                                up <- up || sign > 0
                                down <- down || sign < 0

                        if not (up && down) then
                            let factor = if up then positive else negative
                            signed[at] <- if factor.IsZero then [||] else scale factor forms[at]

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
                        let above, below = halves rays (rays |> Array.map (dot forms[at]))
                        decide (depth + 1) above signed quadratic left
                        decide (depth + 1) below signed quadratic left

                decide depth rays (Array.create units.Length [||]) quadratic [| 0 .. units.Length - 1 |]

        let axis i sign =
            Array.init n (fun j -> if i = j then BigInteger(sign: int) else 0I)

        let codes = Array.init n (fun i -> axis i 1)

        for orthant in 0 .. (1 <<< n) - 1 do
            let rays =
                Array.init n (fun i -> axis i (if orthant >>> i &&& 1 = 1 then -1 else 1))

            go 0 rays stages codes (Array.zeroCreate (n * n + (if y.Length > 0 then n else 0)))
