/// The descent claim: outside two balls and 0 every code has a direction in which J falls.
module Inversion.Verify.Claims.Descent

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify

let private id = "descent"

let private statement =
    "for all nonzero z, z° there is v with D_v J(z) < 0 for every z outside B(z°, ε‖z°‖) ∪ B(−ρz°, ε‖z°‖) ∪ {0}, ρ > 0 constant"

let private source =
    "MAK Theorem 1 (4); Theorem 4 (mask); Conjecture 3 (other laws); HV Theorem 4 (dense)"

let private median (values: float list) =
    match List.sort values with
    | [] -> nan
    | sorted -> sorted[sorted.Length / 2]

let private smallestOf (values: float list) =
    if values.IsEmpty then nan else List.min values

let private largestOf (values: float list) =
    if values.IsEmpty then nan else List.max values

let private number value =
    if Double.IsNaN value then
        Quantity.Absent
    else
        Quantity.Number value

let private unheld truth point : Candidate =
    {
        Truth = truth
        Point = point
        Held = []
    }

let private candidatesOf endings =
    endings
    |> List.choose (fun (truth, ending) ->
        match ending with
        | Ending.Stationary(point, held) -> Some { unheld truth point with Held = held }
        | _ -> None)

let private stalledOf endings =
    endings
    |> List.choose (fun (truth, ending) ->
        match ending with
        | Ending.Stalled point -> Some(unheld truth point)
        | _ -> None)

/// The ρ that serves most: of those that excuse every candidate near the ray, the one closest to the network's own.
let private chooseRho epsilon own candidates =
    let intervals =
        candidates
        |> List.filter (fun point -> Balls.distance point > epsilon)
        |> List.choose (Balls.rhos epsilon)

    let wanted = if Double.IsNaN own then 0.0 else max 0.0 own

    match Balls.shared intervals with
    | Some range ->
        // Away from the ends, where a candidate lies on the rim of its ball.
        let margin = min 0.01 (0.1 * (range.Upper - range.Lower))
        Math.Clamp(wanted, range.Lower + margin, range.Upper - margin)
    | None -> wanted

let private isBeyondTruth epsilon point =
    Balls.distance point > epsilon && Theory.norm point.Point > 0.0

let private distinct points =
    points
    |> List.fold
        (fun kept point ->
            if List.exists (Balls.same point) kept then
                kept
            else
                point :: kept)
        []
    |> List.rev

/// The order in which points are worth a proof: those that no ρ excuses, farthest first; then the ends of the intervals of ρ, from both sides.
let private inOrder epsilon points =
    let far, near =
        points |> List.partition (fun point -> (Balls.rhos epsilon point).IsNone)

    let byLower =
        near
        |> List.sortByDescending (fun point -> (Balls.rhos epsilon point).Value.Lower)

    let byUpper =
        near |> List.sortBy (fun point -> (Balls.rhos epsilon point).Value.Upper)

    (far |> List.sortByDescending Balls.distance)
    @ (List.zip byLower byUpper
       |> List.collect (fun (a, b) -> [ a; b ])
       |> List.distinct)

let private describe (subject: Subject) proofs (unproven: Candidate list) =
    let notes =
        proofs
        |> List.choose (fun (_, proof) ->
            match proof with
            | Error note -> Some note
            | Ok _ -> None)
        |> List.distinct
        |> List.truncate 2

    let kind =
        if subject.Network.IsPiecewiseLinear then
            "numerics"
        else
            "not provable here (G is not piecewise linear)"

    String.Join(
        "; ",
        $"{kind}: {unproven.Length} descents ended outside the balls at points that were not confirmed"
        :: notes
    )

let private reasonOf epsilon expected rho (proven: StationaryPoints.Proven list) =
    if proven.IsEmpty then
        ""
    else
        let excused = proven |> List.filter (fun p -> p.Rhos.IsSome)

        $"{proven.Length} confirmed points without descent direction, {excused.Length} of them within ε‖z°‖ = {epsilon:R}‖z°‖ of −ρz° for some ρ; ρ = {rho:G6} serves best, the expected ρ is {expected:G6}"

let private methodText (settings: Settings) =
    $"{settings.Trials} descents (gradient steps, then Gauss–Newton in cones and on kinks) for random (z°, z), and for these z° from starts near a random combination of z° and −ρz° over the positions; {settings.Starts} chosen z° (axes, sparse, rows of the first layer, few active units, unequal positions) with starts near −ρz°, 0, far away and sign combinations of the positions; {settings.Starts} × {settings.Steps} steps downhill on the slope 2ᵈ‖∇J‖/(max(‖z‖, ‖z°‖) Π s_i²) outside the balls, not divided by the sampling rate; up to {settings.Starts} end points confirmed in intervals"

let private check settings (key: RandomKey) (cancellation: CancellationToken) (subject: Subject) =
    let blank = Claim.blank id Role.Conclusion statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        Finding.guarded
            { blank with
                Verdict = Verdict.Undecided reason
            }
    | None when settings.Trials <= 0 && settings.Starts <= 0 -> Finding.guarded blank
    | None ->
        let epsilon = settings.Epsilon
        let search = StationarySearch(subject, settings, cancellation)
        let found = search.Run(key.Child "search")
        let own = median found.OwnRhos

        let firstRho = chooseRho epsilon own (candidatesOf (found.Trials @ found.Chosen))

        let climbed = search.Flatten(key.Child "flatten", firstRho, found.Visits)

        let endings =
            found.Trials
            @ found.Chosen
            @ [
                for visit in climbed -> visit.Truth, search.Descend epsilon visit.Truth visit.Code
            ]

        let candidates =
            candidatesOf endings |> List.filter (isBeyondTruth epsilon) |> distinct

        let rho = chooseRho epsilon own candidates
        let expected = Theory.rho subject.Network.Depth
        let outside = Balls.isOutside epsilon

        // Then it takes a point inside the ball of the ρ used to show that this ρ does not serve another.
        let isConflict =
            candidates |> List.choose (Balls.rhos epsilon) |> Balls.shared |> Option.isNone

        let worthProof =
            inOrder epsilon candidates
            |> List.filter (fun point -> isConflict || outside rho point || outside expected point)

        let proofs =
            worthProof
            |> List.truncate settings.Starts
            |> List.map (fun point -> point, StationaryPoints.prove subject epsilon point)

        let proven =
            proofs
            |> List.choose (fun (_, proof) -> Result.toOption proof)
            |> List.filter (fun proven -> proven.Distance.Lower > epsilon)

        let unproven =
            [
                for point, proof in proofs do
                    match proof with
                    | Error _ when outside rho point -> point
                    | _ -> ()
            ]
            // More than were examined: nothing is known of them.
            @ (worthProof |> List.skip proofs.Length |> List.filter (outside rho))
            @ (stalledOf endings |> List.filter (outside rho))

        let isProvenOutside rho (proven: StationaryPoints.Proven) =
            match proven.Rhos with
            | None -> true
            | Some rhos -> rho < rhos.Lower || rho > rhos.Upper

        let spurious = proven |> List.filter (isProvenOutside rho)

        let smallest =
            if not spurious.IsEmpty then
                0.0
            else
                found.Visits @ climbed
                |> List.filter (fun visit -> outside rho (unheld visit.Truth visit.Code))
                |> List.fold (fun least visit -> if visit.Slope < least then visit.Slope else least) infinity

        let verdict =
            match DescentWitness.counterexample epsilon proven with
            | Some witness -> Claim.confirm DescentWitness.replay subject witness
            | None when not unproven.IsEmpty -> Verdict.Undecided(describe subject proofs unproven)
            | None when not (smallest > 0.0) ->
                Verdict.Undecided "numerics: the smallest slope found is 0, at no point that could be confirmed"
            | None when Double.IsInfinity smallest -> Verdict.Undecided "no code outside the balls was visited"
            | None -> Verdict.Supported

        let failures =
            found.Trials
            |> List.filter (fun ending -> candidatesOf [ ending ] @ stalledOf [ ending ] |> List.exists (outside rho))
            |> List.length

        { blank with
            Verdict = verdict
            Reason = reasonOf epsilon expected rho proven
            Arithmetic =
                (match verdict with
                 | Verdict.Refuted _ -> Arithmetic.Interval
                 | _ -> Arithmetic.Float64)
            Measured =
                [
                    "smallestSlope",
                    (if Double.IsFinite smallest then
                         Quantity.Number smallest
                     else
                         Quantity.Absent)
                    "rho", number own
                    "rhoSmallest", number (smallestOf found.OwnRhos)
                    "rhoLargest", number (largestOf found.OwnRhos)
                    "rhoExpected", Quantity.Number expected
                    "rhoUsed", Quantity.Number rho
                    "spuriousMinima", Quantity.Number(float spurious.Length)
                    "outsideExpectedBalls",
                    Quantity.Number(float (proven |> List.filter (isProvenOutside expected)).Length)
                    "stationaryPoints", Quantity.Number(float candidates.Length)
                    "unresolved", Quantity.Number(float unproven.Length)
                    "descents", Quantity.Number(float endings.Length)
                ]
            Allowed = [ "smallestSlope", 0.0; "epsilon", epsilon ]
            Method = methodText settings
            Trials = settings.Trials
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures settings.Trials settings.Confidence
        }
        |> Finding.guarded

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Conclusion
        Statement = statement
        Source = source
        Check = fun settings key cancellation subject -> [ check settings key cancellation subject ]
        Replay = DescentWitness.replay
    }
