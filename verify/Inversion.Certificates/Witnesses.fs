/// Refutations: explicit codes at which a claim fails, evaluated without rounding.
module internal Inversion.Certificates.Witnesses

open System.Numerics
open System.Text.Json
open Fields

/// Two codes with ⟨A G(v), A G(z°)⟩ ≤ 0.
let origin output (header: JsonElement) =
    let code name = integers name header
    let v, truth = code "direction", code "truthCode"

    require
        (v |> Array.exists (fun x -> not x.IsZero)
         && truth |> Array.exists (fun x -> not x.IsZero))
        "a code is zero"

    require ((Cones.dot (output v) (output truth)).Sign <= 0) "J falls from 0 along the direction"

/// Two codes with one output.
let uniqueness output (header: JsonElement) =
    let first, second = integers "first" header, integers "second" header
    require (first <> second) "both codes are the same"
    require (output first = output second) "the outputs differ"

/// Two codes of one cone with one output: no unit has opposite signs on them, so the map is linear between them.
let collapse stages (header: JsonElement) =
    uniqueness (Network.value stages) header

    let signs name =
        Network.at stages (integers name header)
        |> List.map (fun stage ->
            match stage with
            | Kink(_, _, _, known) -> known
            | Matrix _ -> [||])

    let areTogether =
        List.forall2 (Array.forall2 (fun a b -> a * b >= 0)) (signs "first") (signs "second")

    require areTogether "the codes lie in different cones"

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
                        (fun sum form r ->
                            if Array.isEmpty form then
                                sum
                            else
                                sum + r * Cones.dot form ray)
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

    match list "points" header |> Array.map read with
    | [| z, d |] ->
        let along, size = Cones.dot z truth, square truth

        let apart =
            if along.Sign >= 0 then
                square z * size
            else
                square z * size - along * along

        require (apart * e' * e' > e * e * d * d * size * size) "some ρ > 0 excuses the point"
    | [| first; second |] ->
        let struct (r, r') = fraction "between" header
        // The distance to −ρz° is least at ρ = −⟨Z, z°⟩/(D‖z°‖²).
        let least (z, d) =
            Cones.dot z truth * r' + r * d * square truth

        require (isFar first (struct (r, r')) && isFar second (struct (r, r'))) "a point is near −ρz° for the ρ between"
        require ((least first).Sign > 0 && (least second).Sign < 0) "the points are not on different sides of ρ"
    | _ -> raise (Rejected "one point or two are needed")
