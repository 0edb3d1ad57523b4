/// The verdict and the numbers that a search for angles gives.
module internal Inversion.Verify.Claims.AngleSummary

open System
open Inversion.Verify

/// The parts' worst pair by one measure.
let private worst (parts: AngleWitness.Part list) (pick: AngleSearch.Found -> AngleSearch.Pair option) score =
    parts
    |> List.choose (fun part -> pick part.Found |> Option.map (fun pair -> part, pair, score pair))
    |> function
        | [] -> None
        | found -> Some(found |> List.maxBy (fun (_, _, value) -> value))

let private orAbsent value =
    if Double.IsNaN value then
        Quantity.Absent
    else
        Quantity.Number value

let private supremum (parts: AngleWitness.Part list) kind =
    match
        worst (parts |> List.filter (fun part -> kind = "" || part.Kind = kind)) (fun found -> found.Angle) (fun pair ->
            pair.Angle)
    with
    | Some(_, _, value) -> value
    | None -> nan

/// The verdict and numbers of searched parts.
let summarize
    subject
    (settings: Settings)
    depth
    layer
    (limits: AngleLimits.Limits)
    (parts: AngleWitness.Part list)
    (finding: Finding)
    =
    let judge measure decides limit found =
        match found with
        | _ when not decides -> None
        | None -> Some(Verdict.Undecided "every output was zero: a zero vector has no angle")
        | Some(part, pair, value) when not (value <= limit) ->
            Some(
                Claim.confirm
                    AngleWitness.replay
                    subject
                    (AngleWitness.witnessOf subject layer limit measure part pair value)
            )
        | Some _ -> Some Verdict.Supported

    let angle = worst parts (fun found -> found.Angle) (fun pair -> pair.Angle)
    let cosine = worst parts (fun found -> found.Cosine) (fun pair -> pair.Cosine)

    let verdicts =
        [
            judge "cosine" limits.CosineDecides (Option.defaultValue nan limits.Cosine) cosine
            judge "angle" limits.AngleDecides limits.Angle angle
        ]
        |> List.choose id

    let verdict =
        if verdicts.IsEmpty then
            let reasons = String.Join("; ", limits.Vacuous)
            Verdict.Undecided $"vacuous: {reasons}"
        else
            Verdict.all verdicts

    let number found =
        match found with
        | Some(_, _, value) -> value
        | None -> nan

    let ratios =
        parts
        |> List.map (fun part -> part.Found.SmallestRatio)
        |> List.filter (Double.IsNaN >> not)

    let trials, failures =
        parts |> List.sumBy (fun part -> part.Found.Trials), parts |> List.sumBy (fun part -> part.Found.Failures)

    let byAngle = number angle / (4.0 * float depth)

    let smallestEpsilon =
        match limits.Cosine with
        | Some _ -> max (byAngle * byAngle) (number cosine / 5.0)
        | None -> byAngle * byAngle

    { finding with
        Verdict = verdict
        Reason =
            String.Join(
                "; ",
                (if verdicts.IsEmpty then [] else limits.Vacuous)
                @ (if finding.Reason = "" then [] else [ finding.Reason ])
            )
        Arithmetic =
            (match verdict with
             | Verdict.Refuted _ -> Arithmetic.Interval
             | _ -> Arithmetic.Float64)
        Layer = layer
        Measured =
            [
                "supremum", orAbsent (number angle)
                "supremumCosine", orAbsent (number cosine)

                for kind in [ "block"; "position" ] do
                    if parts |> List.exists (fun part -> part.Kind = kind) then
                        (if kind = "block" then
                             "supremumBlock"
                         else
                             "supremumPosition"),
                        orAbsent (supremum parts kind)

                "smallestRatio",
                (if ratios.IsEmpty then
                     Quantity.Absent
                 else
                     Quantity.Number(List.min ratios))
                "smallestEpsilon", orAbsent smallestEpsilon
                "zeroOutputs", Quantity.Number(parts |> List.sumBy (fun part -> float part.Found.ZeroOutputs))
            ]
        Allowed =
            [
                "epsilon", settings.Epsilon
                "angle", limits.Angle

                match limits.Cosine with
                | Some limit -> "cosine", limit
                | None -> ()
            ]
        Trials = trials
        Failures = failures
        FailureRateUpper =
            (if verdicts.IsEmpty then
                 nan
             else
                 Statistics.rateUpper failures trials settings.Confidence)
    }
    |> Finding.guarded

/// How the pairs were looked for.
let methodOf (effort: AngleSearch.Effort) places =
    $"{effort.Trials} pairs of independent Gaussian codes, and nearly equal, nearly opposite, opposite, orthogonal and axis pairs; then {5 * effort.Starts} climbs of {effort.Steps} steps along the gradient of both deviations, both signs, and of the ratio, and random steps around the worst; {places}"
