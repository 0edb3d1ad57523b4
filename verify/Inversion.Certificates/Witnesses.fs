/// Refutations: explicit codes at which a claim fails, evaluated without rounding.
module internal Inversion.Certificates.Witnesses

open System.Numerics
open System.Text.Json
open Fields

/// A code of n whole numbers, not all 0.
let private code n name (header: JsonElement) =
    let found = integers name header
    require (found.Length = n) $"'{name}' is no code of {n} entries"
    require (found |> Array.exists (fun x -> not x.IsZero)) $"'{name}' is zero"
    found

/// (z_1/d, z_2/d, …) to six decimals, for a reader.
let describe (z: BigInteger[]) (d: BigInteger) =
    let entry (x: BigInteger) =
        let millionths = x * 1000000I / d
        let size = BigInteger.Abs(millionths).ToString().PadLeft(7, '0')

        (if millionths.Sign < 0 then "-" else "")
        + size[.. size.Length - 7]
        + "."
        + size[size.Length - 6 ..]

    "(" + (z |> Array.map entry |> String.concat ", ") + ")"

/// The direction of a code, its largest entry made 1.
let private direction (z: BigInteger[]) =
    describe z (z |> Array.map BigInteger.Abs |> Array.max)

/// Two codes with ⟨A G(v), A G(z°)⟩ ≤ 0. truth: z°; empty where the header is to name one.
let origin n output (truth: BigInteger[]) (header: JsonElement) =
    let v = code n "direction" header

    let truth =
        if truth.Length > 0 then
            truth
        else
            code n "truthCode" header

    require ((Cones.dot (output v) (output truth)).Sign <= 0) "J falls from 0 along the direction"
    $"J does not fall from 0 along {direction v} for z° along {direction truth} (rounded)"

let private equalOutputs n output (header: JsonElement) =
    let both name = integers name header
    let first, second = both "first", both "second"
    require (first.Length = n && second.Length = n) $"a code does not have {n} entries"
    require (first <> second) "both codes are the same"
    require (output first = output second) "the outputs differ"
    let size = Array.append first second |> Array.map BigInteger.Abs |> Array.max
    first, second, $"{describe first size} and {describe second size} (rounded)"

/// Two codes with one output.
let uniqueness n output (header: JsonElement) =
    let _, _, told = equalOutputs n output header
    $"two codes have the same measurement: {told}"

/// Two codes of one cone with one output: no unit has opposite signs on them, so the map is linear between them.
let collapse n stages (header: JsonElement) =
    let first, second, told = equalOutputs n (Network.value stages) header

    let signs code =
        Network.at stages code
        |> List.map (fun stage ->
            match stage with
            | Kink(_, _, _, known) -> known
            | Matrix _ -> [||])

    let areTogether =
        List.forall2 (Array.forall2 (fun a b -> a * b >= 0)) (signs first) (signs second)

    require areTogether "the codes lie in different cones"
    $"all codes between two have the same measurement: {told}"

/// Points Z/D where no direction descends, that no ρ > 0 excuses: one, or two on different sides of a ρ. truth: z° · 2^bits.
let descent
    n
    stages
    (truth: BigInteger[])
    bits
    (struct (e, e'): struct (BigInteger * BigInteger))
    (header: JsonElement)
    =
    let square x = Cones.dot x x

    let read point =
        let z, d =
            integers "z" point |> Array.map (fun x -> x <<< bits), Integers.ofJson (field "d" point)

        require (d.Sign > 0 && z.Length = n && square z > 0I) "a point is zero or has no denominator"
        let y = Network.value stages truth
        let rest = Array.map2 (fun a b -> a - d * b) (Network.value stages z) y

        // The derivative at z is linear on cones: J does not fall into any of them if it does not along their rays.
        Cones.walk n (Network.at stages z) [||] Array.head ignore (fun leaf ->
            for ray in leaf.Rays do
                let slope =
                    Array.fold2
                        (fun sum (form: Form) r ->
                            if form.IsZero then
                                sum
                            else
                                sum + r * Cones.dot form.Whole ray.Whole)
                        0I
                        leaf.Outputs
                        rest

                require (slope.Sign >= 0) "there is a descent direction")

        require
            (square (Array.map2 (fun a t -> a - d * t) z truth) * e' * e' > e * e * d * d * square truth)
            "the point is in the ball around z°"

        z, d

    // ‖Z/D + ρz°‖² > ε²‖z°‖² at ρ = r/r'.
    let isFar (z, d) (struct (r, r')) =
        square (Array.map2 (fun a t -> r' * a + r * d * t) z truth) * e' * e' > e * e * d * d * r' * r' * square truth

    let points = list "points" header |> Array.map read
    // In units of z°, not of z° · 2^bits.
    let told =
        points
        |> Array.map (fun (z, d) -> describe z (d <<< bits))
        |> String.concat " and "

    match points with
    | [| z, d |] ->
        let along, size = Cones.dot z truth, square truth

        let apart =
            if along.Sign >= 0 then
                square z * size
            else
                square z * size - along * along

        require (apart * e' * e' > e * e * d * d * size * size) "some ρ > 0 excuses the point"
        $"J has no descent direction at {told} (rounded), outside the balls for every ρ > 0"
    | [| first; second |] ->
        let struct (r, r') = fraction "between" header
        // The distance to −ρz° is least at ρ = −⟨Z, z°⟩/(D‖z°‖²).
        let least (z, d) =
            Cones.dot z truth * r' + r * d * square truth

        require (isFar first (struct (r, r')) && isFar second (struct (r, r'))) "a point is near −ρz° for the ρ between"
        require ((least first).Sign > 0 && (least second).Sign < 0) "the points are not on different sides of ρ"
        $"J has no descent direction at {told} (rounded), and no ρ > 0 puts both into the balls"
    | _ -> raise (Rejected "one point or two are needed")
