/// Ends of the sets of centers and of slopes whose best curve has lost no more than a given log-likelihood.
module internal Inversion.Verify.LogisticLimits

/// The end on one side of the set of centers, met from `start` by steps of `step` and more; none where the set goes on for ever, which the best
/// constant rate on that side of ½ tells. `edge` is a point at which the profile may jump out of the set.
let private centerEnd (maximum: LogisticMaximum) guess threshold start edge step =
    let curve = maximum.Curve
    let profile c = curve.AtCenter(guess, c)

    let atInfinity =
        if step > 0.0 then
            curve.Constant(0.0, 0.5)
        else
            curve.Constant(0.5, 1.0)

    if atInfinity >= threshold then
        None
    else
        match edge with
        | Some edge when profile edge < threshold -> Some edge
        | _ ->
            start profile
            |> Option.bind (fun inside -> Profile.outward profile threshold inside step)

/// The last miss and the first hit of a step are edges. Where both are one point, its own rate pulls the center to one side, from which the
/// likelihood is approached; at the point itself the rate is ½.
let private stepEnds (maximum: LogisticMaximum) threshold =
    let points, u = maximum.Points, maximum.Curve.U
    let miss = points |> Array.findIndexBack (fun p -> p.Hits < p.Trials)
    let hit = points |> Array.findIndex (fun p -> p.Hits > 0)

    let side =
        if miss = hit then
            sign (0.5 - Tally.rate points[miss])
        else
            0

    let near = 1e-7 / float points.Length

    let ending index direction =
        let start (profile: float -> float) =
            if direction = side && profile u[index] < threshold then
                Some(u[index] + float side * near)
            else
                Some u[index]

        let edge = if direction = side then None else Some u[index]
        centerEnd maximum 1.0 threshold start edge (0.25 * float direction)

    struct (ending miss -1, ending hit 1)

/// Both ends for the center, which is r50 on the curve's scale.
let center (maximum: LogisticMaximum) drop : struct (float option * float option) =
    let threshold = maximum.LogLikelihood - drop
    let u = maximum.Curve.U

    match maximum.Shape with
    | Rising ->
        let ending =
            centerEnd maximum maximum.Slope threshold (fun _ -> Some maximum.Center) None

        struct (ending (-1.0 / maximum.Slope), ending (1.0 / maximum.Slope))
    | Step -> stepEnds maximum threshold
    | AllHit ->
        let upper = centerEnd maximum 1.0 threshold (fun _ -> Some u[0]) (Some u[0]) 0.25
        struct (None, upper)
    | NoneHit ->
        let last = Array.last u
        struct (centerEnd maximum 1.0 threshold (fun _ -> Some last) (Some last) -0.25, None)
    | Flat ->
        // The set begins far away, on the side where the constant lies.
        let ending direction =
            let start profile =
                Profile.doubled (fun distance -> profile (0.5 - direction * distance) >= threshold) 1.0
                |> Option.map (fun distance -> 0.5 - direction * distance)

            centerEnd maximum 1.0 threshold start None (0.25 * direction)

        struct (ending -1.0, ending 1.0)

/// Both ends for the slope; no lower end means 0, no upper one that a step is as good.
let slope (maximum: LogisticMaximum) drop : struct (float option * float option) =
    let threshold = maximum.LogLikelihood - drop
    let atSlope = maximum.Curve.AtSlope
    let crossing = Profile.crossing (fun b -> atSlope b - threshold)

    let lowerFrom inside =
        if atSlope 0.0 >= threshold then
            None
        else
            Some(crossing inside 0.0)

    match maximum.Shape with
    | AllHit
    | NoneHit -> struct (None, None)
    | Rising -> struct (lowerFrom maximum.Slope, Profile.outward atSlope threshold maximum.Slope maximum.Slope)
    | Step ->
        let inside = Profile.doubled (fun b -> atSlope b >= threshold) 1e-3
        struct (Option.bind lowerFrom inside, None)
    | Flat ->
        let outside = Profile.doubled (fun b -> atSlope b < threshold) 1e-3
        struct (None, outside |> Option.map (crossing 0.0))
