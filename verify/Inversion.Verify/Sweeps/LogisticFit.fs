namespace Inversion.Verify

open System

/// What the likelihood's maximum looks like.
type LogisticShape =
    /// A curve with a finite width.
    | Rising
    /// A step: below one point all trials miss, above it all hit, and no width is too small.
    | Step
    /// A constant: the rates do not rise, and no width is too large.
    | Flat
    /// All trials hit: r50 lies below the points, or at least not far inside.
    | AllHit
    /// No trial hits: r50 lies above the points, or at least not far inside.
    | NoneHit

/// A logistic curve fitted to counts.
type LogisticFit =
    {
        Shape: LogisticShape
        /// Where the rate is ½, in the unit of x.
        R50: Estimate
        /// Over how much of x the rate rises from 0.1 to 0.9, in the unit of x.
        Width: Estimate
        /// 2 (ℓ of each point at its own rate − ℓ of the curve): near points − 2 where the curve is right and counts are large.
        Deviance: float
    }

/// Maximum likelihood and profile likelihood for p(x) = 1/(1 + exp(−2 ln 9 (x − r50)/width)), width > 0.
[<RequireQualifiedAccess>]
module LogisticFit =
    /// width · slope: the distance in log-odds from 0.1 to 0.9.
    let private span = 2.0 * log 9.0

    let private none = Estimate.none

    /// The end on one side of the set of centers; `edge` is a point at which the profile may jump below the threshold.
    let private limit (profile: float -> float) threshold edge step =
        if profile edge < threshold then
            Some edge
        else
            Profile.outward profile threshold edge step

    let private rising (curve: LogisticCurve) drop =
        let slope =
            Profile.doubled (fun b -> curve.SlopeScore b < 0.0) 1.0
            |> Option.map (fun b ->
                // Below 1 the score may have changed its sign already: it is positive at 0.
                let below = if b = 1.0 then 1e-12 else 0.5 * b
                Profile.crossing curve.SlopeScore below b)
            |> Option.defaultValue (Math.ScaleB(1.0, 40))

        let center = curve.BestCenter slope
        let maximum = curve.LogLikelihood(slope, center)
        let threshold = maximum - drop
        let profile c = curve.AtCenter(slope, c)

        let side limitAtInfinity step =
            if limitAtInfinity >= threshold then
                None
            else
                Profile.outward profile threshold center step

        let r50 =
            {
                Value = Some center
                Lower = side (curve.Constant(0.5, 1.0)) (-1.0 / slope)
                Upper = side (curve.Constant(0.0, 0.5)) (1.0 / slope)
            }

        let width =
            {
                Value = Some(span / slope)
                Lower =
                    Profile.outward curve.AtSlope threshold slope slope
                    |> Option.map (fun b -> span / b)
                    |> Option.orElse (Some 0.0)
                Upper =
                    if curve.AtSlope 0.0 >= threshold then
                        None
                    else
                        Some(span / Profile.crossing (fun b -> curve.AtSlope b - threshold) slope 0.0)
            }

        struct (maximum, r50, width)

    /// `lower` and `upper` are the last miss and the first hit; the same point where both happen at it.
    let private step (curve: LogisticCurve) (points: Tally[]) lower upper drop =
        let maximum = Tally.saturated points
        let threshold = maximum - drop
        let profile c = curve.AtCenter(1.0, c)
        let a, b = curve.U[lower], curve.U[upper]
        // A mixed point pulls the center to the side on which its rate lies; at the point itself its rate is ½.
        let near = 1e-7 * (1.0 / float points.Length)
        let rate = Tally.rate points[lower]

        let start side edge =
            if lower = upper && profile edge < threshold && sign (0.5 - rate) = side then
                edge + float side * near
            else
                edge

        let side limitAtInfinity direction edge =
            if limitAtInfinity >= threshold then
                None
            else
                limit profile threshold (start direction edge) (0.25 * float direction)

        let r50 =
            {
                Value = Some(0.5 * (a + b))
                Lower = side (curve.Constant(0.5, 1.0)) -1 a
                Upper = side (curve.Constant(0.0, 0.5)) 1 b
            }

        let width =
            {
                Value = Some 0.0
                Lower = Some 0.0
                Upper =
                    if curve.AtSlope 0.0 >= threshold then
                        None
                    else
                        Profile.doubled (fun slope -> curve.AtSlope slope >= threshold) 1e-3
                        |> Option.map (fun slope ->
                            span / Profile.crossing (fun s -> curve.AtSlope s - threshold) slope 0.0)
            }

        struct (maximum, r50, width)

    let private flat (curve: LogisticCurve) drop =
        let maximum = curve.Constant(0.0, 1.0)
        let threshold = maximum - drop
        let profile c = curve.AtCenter(1.0, c)
        // The center is far away on the side where the constant lies; a limit, if any, is on the other.
        let below, above = curve.Constant(0.5, 1.0), curve.Constant(0.0, 0.5)

        let from direction =
            Profile.doubled (fun distance -> profile (0.5 - direction * distance) >= threshold) 1.0
            |> Option.bind (fun distance ->
                Profile.outward profile threshold (0.5 - direction * distance) (direction * 0.25))

        let r50 =
            { none with
                Lower = if below >= threshold then None else from -1.0
                Upper = if above >= threshold then None else from 1.0
            }

        let width =
            { none with
                Lower =
                    Profile.doubled (fun b -> curve.AtSlope b < threshold) 1e-3
                    |> Option.map (fun b -> span / Profile.crossing (fun s -> curve.AtSlope s - threshold) 0.0 b)
                    |> Option.orElse (Some 0.0)
            }

        struct (maximum, r50, width)

    /// All trials hit (direction 1, an upper limit) or none do (direction −1, a lower one).
    let private oneSided (curve: LogisticCurve) direction drop =
        let profile c = curve.AtCenter(1.0, c)

        let bound =
            if curve.Constant(0.5, 0.5) >= -drop then
                None
            else
                let edge = if direction > 0.0 then curve.U[0] else Array.last curve.U
                limit profile -drop edge (0.25 * direction)

        let r50 =
            if direction > 0.0 then
                { none with Upper = bound }
            else
                { none with Lower = bound }

        struct (0.0, r50, { none with Lower = Some 0.0 })

    /// The curve of largest likelihood and, for r50 and for the width, all values with 2 (max ℓ − ℓ of the best curve with that value) ≤ χ²₁'s
    /// quantile: each interval holds with about `confidence`, in the limit of many trials. Where a step separates misses from hits r50's value is
    /// the middle between the last miss and the first hit and the width's is 0. A curve may not fall: where the rates do, it is flat.
    /// Points may come in any order. None without trials. ArgumentException: counts that do not fit, an x that is not finite, a confidence outside
    /// (0, 1), NaN included. Sources: Cox, The Analysis of Binary Data (1970); Albert and Anderson, Biometrika 71 (1984) for
    /// separation; Venzon and Moolgavkar, Applied Statistics 37 (1988) for the intervals.
    let fit (confidence: float) (tallies: Tally seq) =
        let drop = Profile.drop confidence
        let points = Tally.ordered tallies

        if points.Length = 0 then
            None
        else
            let curve = LogisticCurve points
            let lastMiss = points |> Array.tryFindIndexBack (fun p -> p.Hits < p.Trials)
            let firstHit = points |> Array.tryFindIndex (fun p -> p.Hits > 0)

            let shape, struct (maximum, r50, width) =
                match lastMiss, firstHit with
                | None, _ -> AllHit, oneSided curve 1.0 drop
                | _, None -> NoneHit, oneSided curve -1.0 drop
                | Some _, Some _ when curve.Trend <= 0.0 -> Flat, flat curve drop
                | Some miss, Some hit when miss <= hit -> Step, step curve points miss hit drop
                | _ -> Rising, rising curve drop

            Some
                {
                    Shape = shape
                    R50 = r50 |> Estimate.scaled curve.Range curve.Origin
                    Width = width |> Estimate.scaled curve.Range 0.0
                    Deviance = max 0.0 (2.0 * (Tally.saturated points - maximum))
                }
