namespace Inversion.Verify

open System

/// The likelihood of a rising logistic curve with log-odds b (u − c), u = (x − x₁)/(x_k − x₁), and its two profiles. ℓ is concave in
/// (b, bc), so that both profiles rise to their maximum and fall behind it. Points sorted by x, at least one.
type internal LogisticCurve(points: Tally[]) =
    let origin = points[0].X

    let range =
        if points.Length > 1 then
            points[points.Length - 1].X - origin
        else
            1.0

    let u = points |> Array.map (fun point -> (point.X - origin) / range)
    let hits = points |> Array.map (fun point -> float point.Hits)
    let trials = points |> Array.map (fun point -> float point.Trials)
    let allHits, allTrials = Array.sum hits, Array.sum trials

    /// 1/(1 + exp(−η)), exact in both tails.
    let rate logOdds =
        if logOdds >= 0.0 then
            1.0 / (1.0 + exp -logOdds)
        else
            let odds = exp logOdds
            odds / (1.0 + odds)

    let constant rate =
        let part count p =
            if count = 0.0 then 0.0 else count * log p

        part allHits rate + part (allTrials - allHits) (1.0 - rate)

    let logLikelihood slope center =
        let mutable sum = 0.0

        for i in 0 .. u.Length - 1 do
            let logOdds = slope * (u[i] - center)
            let common = log (1.0 + exp -(abs logOdds))
            sum <- sum + hits[i] * (min logOdds 0.0 - common)
            sum <- sum + (trials[i] - hits[i]) * (min -logOdds 0.0 - common)

        sum

    /// ∂ℓ/∂b at a fixed center, and its own slope, which is not positive.
    let slopeScore center slope =
        let mutable score = 0.0
        let mutable curvature = 0.0

        for i in 0 .. u.Length - 1 do
            let distance = u[i] - center
            let p = rate (slope * distance)
            score <- score + (hits[i] - trials[i] * p) * distance
            curvature <- curvature - trials[i] * p * (1.0 - p) * distance * distance

        struct (score, curvature)

    /// −∂ℓ/∂c divided by b at a fixed slope, reversed so that it falls with c.
    let centerScore slope center =
        let mutable score = -allHits
        let mutable curvature = 0.0

        for i in 0 .. u.Length - 1 do
            let p = rate (slope * (u[i] - center))
            score <- score + trials[i] * p
            curvature <- curvature - slope * trials[i] * p * (1.0 - p)

        struct (score, curvature)

    let bestCenter slope =
        let shift = log (allHits / (allTrials - allHits)) / slope
        // At these centers all rates are below, or above, the common one.
        Profile.decreasingRoot (centerScore slope) (u[0] - shift) (u[u.Length - 1] - shift) (0.5 - shift)

    let bestSlope guess center =
        let score slope =
            let struct (value, _) = slopeScore center slope
            value

        if score 0.0 <= 0.0 then
            0.0
        else
            let nearest =
                u
                |> Array.fold (fun least x -> if x = center then least else min least (abs (x - center))) infinity

            let mutable upper = guess
            // Beyond e⁻⁴⁰ every rate but that at the center is 0 or 1, and more slope changes nothing.
            while score upper > 0.0 && upper * nearest < 40.0 do
                upper <- 2.0 * upper

            if score upper > 0.0 then
                upper
            else
                Profile.decreasingRoot (slopeScore center) 0.0 upper upper

    /// Points on the scale of u, in which the first is 0 and the last 1 (a single one is 0).
    member _.U = u

    /// x at u = 0, and the length of x that is 1 in u.
    member _.Origin = origin

    member _.Range = range

    /// max ℓ over constant rates in [least, most].
    member _.Constant(least, most) =
        constant (allHits / allTrials |> max least |> min most)

    /// True where ∂ℓ/∂b at b = 0 is positive, and not by rounding.
    member _.Rises =
        let mean = allHits / allTrials

        let trend =
            Seq.sum (Seq.init u.Length (fun i -> (hits[i] - trials[i] * mean) * u[i]))

        trend > 1e-12 * allTrials

    member _.LogLikelihood(slope, center) = logLikelihood slope center

    member _.BestCenter slope = bestCenter slope

    /// max ℓ over c at a slope b ≥ 0; needs a hit and a miss.
    member _.AtSlope slope =
        if slope = 0.0 then
            constant (allHits / allTrials)
        else
            logLikelihood slope (bestCenter slope)

    /// d/db of AtSlope, b > 0.
    member _.SlopeScore slope =
        let struct (score, _) = slopeScore (bestCenter slope) slope
        score

    /// sup ℓ over b ≥ 0 at a center; `guess` > 0 is where the search begins.
    member _.AtCenter(guess, center) =
        logLikelihood (bestSlope guess center) center
