namespace Inversion.Verify

open System

/// The likelihood of rates exp(a − b u) ≤ 1, u = (x − x₁)/(x_k − x₁), and its profile over b. ℓ is concave in (a, b), so that the profile rises
/// to its maximum and falls behind it. Points sorted by x, at least one.
type internal DecayCurve(points: Tally[]) =
    let range =
        if points.Length > 1 then
            points[points.Length - 1].X - points[0].X
        else
            1.0

    let u = points |> Array.map (fun point -> (point.X - points[0].X) / range)
    let hits = points |> Array.map (fun point -> float point.Hits)
    let misses = points |> Array.map (fun point -> float (point.Trials - point.Hits))
    let allHits, allMisses = Array.sum hits, Array.sum misses
    let last = Array.last u

    /// The largest a with rates of at most 1, and the u at which that rate is 1.
    let top exponent = min 0.0 (exponent * last)
    let touching exponent = if exponent >= 0.0 then 0.0 else last

    let logLikelihood a exponent =
        let mutable sum = 0.0

        for i in 0 .. u.Length - 1 do
            let logRate = a - exponent * u[i]
            // A count of 0 adds 0 even where the other outcome is certain.
            if hits[i] > 0.0 then
                sum <- sum + hits[i] * logRate

            if misses[i] > 0.0 then
                sum <- sum + misses[i] * log (1.0 - exp logRate)

        sum

    /// m p/(1 − p) with m misses: what the hits are held against.
    let expected i logRate =
        if misses[i] = 0.0 then
            0.0
        else
            misses[i] * exp logRate / (1.0 - exp logRate)

    /// ∂ℓ/∂a and its slope.
    let score exponent a =
        let mutable value = allHits
        let mutable slope = 0.0

        for i in 0 .. u.Length - 1 do
            let logRate = a - exponent * u[i]
            let part = expected i logRate
            value <- value - part
            slope <- slope - part / (1.0 - exp logRate)

        struct (value, slope)

    let bestIntercept exponent =
        let highest = top exponent
        let touched = touching exponent
        let mutable certain = true

        for i in 0 .. u.Length - 1 do
            if u[i] = touched && misses[i] > 0.0 then
                certain <- false

        let rises () =
            let struct (value, _) = score exponent highest
            value >= 0.0

        // Only where the touched point never misses may its rate be 1.
        if certain && rises () then
            highest
        else
            // Rates of at most S/(S + M) everywhere are below the best ones.
            let lowest = highest + log (allHits / (allHits + allMisses))
            Profile.decreasingRoot (score exponent) lowest highest (0.5 * (lowest + highest))

    /// d/db of the profile. Where the rate 1 is touched a moves with b, elsewhere the terms with the touched point cancel.
    let slopeScore exponent =
        let a = bestIntercept exponent
        let touched = touching exponent
        let mutable sum = 0.0

        for i in 0 .. u.Length - 1 do
            if u[i] <> touched then
                sum <- sum + (hits[i] - expected i (a - exponent * u[i])) * (touched - u[i])

        sum

    /// The length of x that is 1 in u.
    member _.Range = range

    /// max ℓ over a; needs a hit.
    member _.AtExponent exponent =
        logLikelihood (bestIntercept exponent) exponent

    /// The exponent of largest likelihood and the fitted rates; ±∞ where all hits are at the first or the last point only. NaN without hits or
    /// with one point, where every point's own rate is the best.
    member _.Maximum() : struct (float * float[]) =
        let ownRate = points |> Array.map Tally.rate
        let hitsOnlyAt i = hits[i] = allHits

        if allHits = 0.0 || points.Length = 1 then
            struct (nan, ownRate)
        elif hitsOnlyAt 0 then
            struct (infinity, ownRate)
        elif hitsOnlyAt (points.Length - 1) then
            struct (-infinity, ownRate)
        else
            let slope = slopeScore 0.0

            let exponent =
                if slope = 0.0 then
                    0.0
                else
                    let direction = if slope > 0.0 then 1.0 else -1.0

                    let f distance =
                        direction * slopeScore (direction * distance)

                    Profile.doubled (fun distance -> f distance < 0.0) 1.0
                    |> Option.map (fun distance ->
                        direction
                        * Profile.crossing f (if distance = 1.0 then 0.0 else 0.5 * distance) distance)
                    |> Option.defaultValue (direction * Math.ScaleB(1.0, 40))

            let a = bestIntercept exponent
            struct (exponent, u |> Array.map (fun x -> exp (a - exponent * x)))
