namespace Inversion.Verify

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

/// The largest likelihood of counts under a rising logistic curve, and where it is: `Slope` is infinite at a step, 0 where the best curve is a
/// constant or a limit of them; `Center` is NaN where no one center is the best.
type internal LogisticMaximum =
    {
        Points: Tally[]
        Curve: LogisticCurve
        Shape: LogisticShape
        LogLikelihood: float
        Slope: float
        Center: float
    }

[<RequireQualifiedAccess>]
module internal LogisticMaximum =
    let private bestSlope (curve: LogisticCurve) =
        Profile.doubled (fun b -> curve.SlopeScore b < 0.0) 1.0
        |> Option.map (fun b ->
            // Below 1 the score may have changed its sign already: it is positive at 0.
            let below = if b = 1.0 then 1e-12 else 0.5 * b
            Profile.crossing curve.SlopeScore below b)
        |> Option.defaultValue (System.Math.ScaleB(1.0, 40))

    /// Points sorted by x, at least one.
    let find (points: Tally[]) =
        let curve = LogisticCurve points
        let lastMiss = points |> Array.tryFindIndexBack (fun p -> p.Hits < p.Trials)
        let firstHit = points |> Array.tryFindIndex (fun p -> p.Hits > 0)

        let at shape logLikelihood slope center =
            {
                Points = points
                Curve = curve
                Shape = shape
                LogLikelihood = logLikelihood
                Slope = slope
                Center = center
            }

        match lastMiss, firstHit with
        | None, _ -> at AllHit 0.0 0.0 nan
        | _, None -> at NoneHit 0.0 0.0 nan
        | Some _, Some _ when not curve.Rises -> at Flat (curve.Constant(0.0, 1.0)) 0.0 nan
        | Some miss, Some hit when miss <= hit ->
            at Step (Tally.saturated points) infinity (0.5 * (curve.U[miss] + curve.U[hit]))
        | _ ->
            let slope = bestSlope curve
            let center = curve.BestCenter slope
            at Rising (curve.LogLikelihood(slope, center)) slope center

    /// 2 (max ℓ − max ℓ at this center), and the same at this slope.
    let deficits slope center (maximum: LogisticMaximum) : struct (float * float) =
        let atSlope =
            match maximum.Shape with
            // Far enough to either side every slope gives all hits, or none, a probability of 1.
            | AllHit
            | NoneHit -> 0.0
            | _ -> maximum.Curve.AtSlope slope

        struct (2.0 * (maximum.LogLikelihood - maximum.Curve.AtCenter(slope, center)),
                2.0 * (maximum.LogLikelihood - atSlope))
