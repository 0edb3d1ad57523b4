/// The expected gradient h of d layers is far from zero away from its two zeros (docs/proofs.md, "The expected landscape").
module Inversion.Certificates.ExpectedLandscape

open System.Numerics
open System.Text.Json
open Inversion.Certificates.Fields

/// One depth d, a margin m not below the printed one, and both ends of ρ_d.
type private Depth =
    {
        D: int
        Text: string
        Margin: BigInteger
        Rho: BigInteger list
    }

let private low (struct (a: BigInteger, _: BigInteger)) = a
let private high (struct (_: BigInteger, b: BigInteger)) = b

/// Returns the statement that the nodes prove. Rejected: they do not prove the header's statement.
let check (header: JsonElement) (nodes: seq<JsonElement>) : string =
    let bits = small "bits" header
    let trig = Trigonometry bits
    let one = 1I <<< bits
    let square = one * one
    let struct (piLow, piHigh) = trig.Pi

    // Both ends of (π − t) cos t + sin t = π cos g(t) over 2^(2 bits). It falls on [0, 2π].
    let contracted t =
        let struct (c, c'), struct (s, s') = trig.Cos t, trig.Sin t
        let p, p' = piLow - t, piHigh - t
        let products = [ p * c; p * c'; p' * c; p' * c' ]
        struct (List.min products + s * one, List.max products + s' * one)

    // lows[i] ≤ θ_i because lows[i−1] ≤ θ_{i−1}, and θ_i ≤ highs[i] because θ_{i−1} ≤ highs[i−1]: the cosine falls on [0, π].
    let chain d first last value =
        let lows = Array.append [| first |] (integers "low" value)
        let highs = Array.append [| last |] (integers "high" value)
        require (lows.Length > d && highs.Length > d) "too few angles"

        for i in 1..d do
            let a, b = lows[i], highs[i]
            require (min a b >= 0I && max a b <= piLow) $"angle {i} is not in [0, π]"
            let above, below = low (trig.Cos a), high (trig.Cos b)
            let isBelow = min (piLow * above) (piHigh * above) >= high (contracted lows[i - 1])
            require (a.IsZero || isBelow) $"angle {i} may be below its lower bound"
            let isAbove = max (piLow * below) (piHigh * below) <= low (contracted highs[i - 1])
            require isAbove $"angle {i} may be above its upper bound"

        lows, highs

    let epsilonText, units, power = decimal "epsilon" header
    let epsilon = (units <<< bits) / power
    let epsilon2 = epsilon * epsilon

    let depth item =
        let text, units, power = decimal "margin" item
        let d, margin = small "d" item, (units <<< bits) / power + 1I
        require (d >= 1 && margin < one) "a depth is 0 or a margin is 1 or more"
        let lows, highs = chain d piLow piHigh (field "opposite" header)

        {
            D = d
            Text = $"≥ {text} for d = {d}"
            Margin = margin
            Rho = [ max 0I (low (trig.Cos highs[d])); high (trig.Cos lows[d]) ]
        }

    // Proves the margin for from ≤ θ_0 ≤ until, and returns `until`.
    let prove depth from node =
        let d, m2 = depth.D, depth.Margin * depth.Margin
        let until, r = Integers.ofJson (field "to" node), integers "r" node
        require (until > from && until <= 4I * one) "the angles do not go on"
        let isIncreasing = Array.forall (fun (a, b) -> a < b) (Array.pairwise r)
        require (r.Length > 0 && r[0].Sign >= 0 && isIncreasing) "'r' does not increase"
        let lows, highs = chain d from until node
        let cLow, cHigh = low (trig.Cos highs[d]), high (trig.Cos lows[d])
        let shrink product t = product * max 0I (piLow - t) / piHigh
        let xi = Array.fold shrink one highs[.. d - 1]

        // The sine is least at an end, the cosine falls: of [from, until] the part up to π counts.
        let sine, cosLow =
            if until > piLow then
                0I, -one
            else
                max 0I (min (low (trig.Sin from)) (low (trig.Sin until))), low (trig.Cos until)

        let cosHigh = high (trig.Cos from)
        let s2 = BigInteger.Pow((xi * sine) >>> bits, 2)

        let isSteep (gap: BigInteger) r =
            (gap * gap + s2) * square >= m2 * BigInteger.Pow(max r one, 2)

        // Squared distances are convex in r and in ρ: the ends of both decide.
        let isNear (r: BigInteger) =
            r * r + square - 2I * r * cosLow < epsilon2

        let isOpposite (r: BigInteger) =
            let isInside rho =
                (r * r + rho * rho) * one + 2I * r * rho * cosHigh < epsilon2 * one

            List.forall isInside depth.Rho

        let a, b = Array.head r, Array.last r
        require (a.IsZero || (a <= cLow && isSteep (cLow - a) a)) "shorter x are not excluded"
        require (b >= cHigh && isSteep (b - cHigh) b) "longer x are not excluded"
        // From here on (r − cos θ_d)² grows faster than m² r².
        require ((square - m2) * b >= square * cHigh) "much longer x are not excluded"

        for a, b in Array.pairwise r do
            let isInside = (isNear a && isNear b) || (isOpposite a && isOpposite b)
            let gap = max 0I (max (cLow - b) (a - cHigh))
            require (isInside || isSteep gap b) "a box is neither in a ball nor steep"

        until

    let step (number, left, from) node =
        try
            match left with
            | [] -> raise (Rejected "there is nothing left to prove")
            | depth :: rest ->
                require (small "d" node = depth.D) $"it is not about d = {depth.D}"
                let until = prove depth from node

                if until >= piHigh then
                    number + 1, rest, 0I
                else
                    number + 1, left, until
        with Rejected why ->
            raise (Rejected $"node {number}: {why}")

    let depths = list "depths" header |> Array.map depth |> List.ofArray
    let _, left, _ = Seq.fold step (1, depths, 0I) nodes
    require (not depths.IsEmpty && left.IsEmpty) "the nodes end before π"
    let margins = System.String.Join(", ", depths |> List.map _.Text)
    $"for ε = {epsilonText}, outside B(x°, ε‖x°‖) ∪ B(−ρ_d x°, ε‖x°‖) ∪ {{0}}: 2ᵈ‖h(x, x°)‖/max(‖x‖, ‖x°‖) {margins}"
