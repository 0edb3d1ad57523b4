/// The convergence claim: gradient descent from any start ends at z°.
module Inversion.Verify.Claims.Convergence

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims.ConvergenceRuns

let private id = "convergence"

let private statement =
    "gradient descent on J from any start ends within 10⁻³‖z°‖ of z°"

let private source = "MAK section 3 and section 4.2"

let private witnessOf run (proven: StationaryPoints.Proven) =
    {
        Claim = id
        Kind = "local-minimum"
        Layer = None
        Vectors =
            StationaryPoints.vectors "" proven.Candidate
            @ [ "start", run.Start; "end", run.End ]
        Scalars = [ "radius", radius ]
        Measured = proven.Distance
        Side = Side.AtMost
        Allowed = radius
        Fact =
            $"gradient descent from the start ends at a point ({proven.Kind}) from which J has no descent direction, {proven.Distance.Lower:G4} ‖z°‖ from z°"
    }

/// A descent that starts at the proven point stays there: the replay needs the point alone. The end must lie at it.
let private replay (subject: Subject) (witness: Witness) : Replay =
    let radius = witness.Scalar "radius"
    let point = StationaryPoints.candidate "" witness

    match StationaryPoints.prove subject radius point with
    | Error note ->
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }
    | Ok proven ->
        let off = Theory.norm (Array.map2 (-) (witness.Vector "end") point.Point)
        let isAtEnd = off <= 0.01 * Theory.norm point.Truth

        {
            Confirmed = proven.Distance.Lower > radius && isAtEnd
            Measured = proven.Distance
            Note =
                if isAtEnd then
                    $"{proven.Kind}: no descent direction"
                else
                    "the descent's end is not the confirmed point"
        }

let private check (settings: Settings) (key: RandomKey) (cancellation: CancellationToken) (subject: Subject) =
    let blank = Claim.blank id Role.Empirical statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        Finding.guarded
            { blank with
                Verdict = Verdict.Undecided reason
            }
    | None when settings.Trials <= 0 && settings.Starts <= 0 -> Finding.guarded blank
    | None ->
        let search = StationarySearch(subject, settings, cancellation)
        let pairs = pairsOf subject settings key
        let _, descent, steps = budgets.Head

        let run method iterations (truth, start) =
            solve subject method iterations truth start cancellation

        let random = pairs |> List.map (run descent steps)

        let chosen =
            [
                for truth, start in search.ChosenPairs(key.Child "chosen") -> run descent steps (truth, start)
            ]

        let few = List.truncate settings.Starts pairs

        let others =
            [
                for name, method, iterations in budgets.Tail do
                    if subject.Network.IsPiecewiseLinear || name <> "Plugin" then
                        let reached = few |> List.map (run method iterations) |> List.filter arrived
                        name, float reached.Length / float few.Length
            ]

        let missed = random @ chosen |> List.filter (arrived >> not)
        let places = missed |> List.map (fun run -> run, placeOf search run)

        let minima =
            places
            |> List.choose (fun (run, place) ->
                match place with
                | Place.Minimum point -> Some(run, point)
                | Place.Unfinished -> None)

        let firsts =
            minima
            |> List.fold
                (fun kept (run, point) ->
                    if kept |> List.exists (fun (_, other) -> Balls.same point other) then
                        kept
                    else
                        (run, point) :: kept)
                []
            |> List.rev
            |> List.truncate settings.Starts

        let proofs =
            firsts
            |> List.map (fun (run, point) -> run, StationaryPoints.prove subject radius point)

        let proven =
            proofs
            |> List.choose (fun (run, proof) ->
                match proof with
                | Ok proven when proven.Distance.Lower > radius -> Some(run, proven)
                | _ -> None)

        let verdict =
            match proven with
            | (run, first) :: _ -> Claim.confirm replay subject (witnessOf run first)
            | [] when missed.IsEmpty -> Verdict.Supported
            | [] ->
                let notes =
                    proofs
                    |> List.choose (fun (_, proof) ->
                        match proof with
                        | Error note -> Some note
                        | Ok _ -> None)
                    |> List.distinct
                    |> List.truncate 1

                Verdict.Undecided(
                    String.Join(
                        "; ",
                        $"budget: {missed.Length} of {random.Length + chosen.Length} starts had not arrived, {minima.Length} of them stopped where float64 sees no descent direction"
                        :: notes
                    )
                )

        let successes = random |> List.filter arrived |> List.length
        let failures = random.Length - successes
        let count number = Quantity.Number(float number)

        let isNearOpposite run =
            let rho = Starts.ownRho subject run.Truth

            Theory.norm (Array.map2 (fun z t -> z + rho * t) run.End run.Truth)
            <= settings.Epsilon * Theory.norm run.Truth

        let isAtOrigin run =
            Theory.norm run.End <= radius * Theory.norm run.Truth

        let rate successes trials =
            if trials = 0 then
                Quantity.Absent
            else
                Quantity.Number(float successes / float trials)

        let limit (value: float) =
            if Double.IsNaN value then
                Quantity.Absent
            else
                Quantity.Number value

        { blank with
            Verdict = verdict
            Reason =
                if missed.IsEmpty then
                    ""
                else
                    $"{failures} of {random.Length} random starts and {missed.Length - failures} of {chosen.Length} chosen ones did not end at z°; {minima.Length} of them at points where J falls in no direction ({proven.Length} of {proofs.Length} examined are confirmed)"
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "successRate", rate successes random.Length
                    "successRateLower", limit (Statistics.rateLower successes random.Length settings.Confidence)
                    "successRateUpper", limit (Statistics.rateUpper successes random.Length settings.Confidence)
                ]
                @ [ for name, share in others -> $"successRate{name}", limit share ]
                @ [
                    "chosenSuccessRate", rate (chosen |> List.filter arrived |> List.length) chosen.Length
                    "endsAtLocalMinimum", count minima.Length
                    "endsNearOpposite", count (missed |> List.filter isNearOpposite |> List.length)
                    "endsAtOrigin", count (missed |> List.filter isAtOrigin |> List.length)
                    "endsElsewhere", count (missed.Length - minima.Length)
                    "confirmedMinima", count proven.Length
                ]
            Allowed = [ "distance", radius ]
            Method =
                $"gradient descent (at most {steps} steps) from {settings.Trials} random starts, and from starts near −ρz°, 0, far away and with flipped positions for {settings.Starts} chosen z°; "
                + String.Join(
                    ", ",
                    [
                        for name, _, iterations in budgets.Tail -> $"{name} (at most {iterations} steps)"
                    ]
                )
                + $" from the first {few.Length} random starts; a run also stops when J falls by less than a thousandth in 30 steps; up to {settings.Starts} of the points where runs stopped are confirmed in intervals"
            Trials = random.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures random.Length settings.Confidence
        }
        |> Finding.guarded

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Empirical
        Statement = statement
        Source = source
        Check = fun settings key cancellation subject -> [ check settings key cancellation subject ]
        Replay = replay
    }
