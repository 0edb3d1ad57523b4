/// Joins the findings of several networks drawn from one law.
[<RequireQualifiedAccess>]
module Inversion.Verify.Ensemble

open System

let private severity (finding: Finding) =
    match finding.Verdict with
    | Verdict.Refuted _ -> 3
    | Verdict.Undecided _ -> 2
    | Verdict.Supported -> 1
    | Verdict.Proved _ -> 0

/// One finding for one claim and layer of all networks of an ensemble: the verdict on "every drawn network", the worst network's numbers,
/// how many networks were refuted, and the Clopper–Pearson upper limit on the rate of networks that are not supported.
/// An undecided network counts against the limit: nothing says that it would have passed.
let private join (name: string) (findings: Finding list) =
    match findings with
    | [ only ] -> { only with Network = name }
    | _ ->
        let worst =
            findings
            |> List.maxBy (fun finding -> struct (severity finding, Catalogue.badness finding))

        let count = findings.Length
        let refuted = findings |> List.filter (fun f -> severity f = 3) |> List.length
        let open' = findings |> List.filter (fun f -> severity f = 2) |> List.length

        { worst with
            Network = name
            Scope =
                (match worst.Scope with
                 // One statement, whatever networks asked for it.
                 | Scope.ExpectedLandscape -> Scope.ExpectedLandscape
                 | _ -> Scope.Ensemble count)
            Measured =
                worst.Measured
                @ [
                    "networks", Quantity.Number(float count)
                    "networksRefuted", Quantity.Number(float refuted)
                    "networksUndecided", Quantity.Number(float open')
                    "trialsPerNetwork", Quantity.Number(float worst.Trials)
                ]
            Reason =
                (if refuted > 0 || open' > 0 then
                     String.Join(
                         "; ",
                         [ worst.Reason; $"{refuted} of {count} networks refuted, {open'} undecided" ]
                         |> List.filter (fun s -> s <> "")
                     )
                 else
                     worst.Reason)
            Verdict =
                (match worst.Verdict with
                 | Verdict.Undecided reason ->
                     Verdict.Undecided $"{reason} ({refuted} of {count} networks refuted, {open'} undecided)"
                 | verdict -> verdict)
            Trials = count
            Failures = refuted
            FailureRateUpper = Statistics.rateUpper (refuted + open') count worst.Confidence
            Seconds = findings |> List.sumBy (fun f -> f.Seconds)
        }
        |> Finding.guarded

/// Joins the findings of an ensemble's networks claim by claim and layer by layer, in the first network's order.
let merge name (perNetwork: Finding list list) =
    match perNetwork with
    | [] -> []
    | _ ->
        let all = List.concat perNetwork

        all
        |> List.map (fun f -> f.Claim, f.Layer)
        |> List.distinct
        |> List.map (fun identity -> join name (all |> List.filter (fun f -> (f.Claim, f.Layer) = identity)))
