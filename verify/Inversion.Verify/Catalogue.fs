/// Every claim, by id, in the order of reports.
[<RequireQualifiedAccess>]
module Inversion.Verify.Catalogue

open Inversion.Verify.Claims

/// The claims that can be checked.
let claims: Claim list =
    [
        Assumptions.claim
        WeightConcentration.claim
        AngleContraction.claim
        ExpectedLandscape.claim
        GradientNearMean.claim
        Descent.claim
        Origin.claim
        Uniqueness.claim
        Convergence.claim
        ModeCollapse.claim
        GradientConsistency.claim
    ]

/// The ids.
let ids = claims |> List.map (fun claim -> claim.Id)

/// The claim with this id.
let tryFind id =
    claims |> List.tryFind (fun claim -> claim.Id = id)

/// How bad a finding's headline number is: larger is worse. Orders the networks of an ensemble.
let badness (finding: Finding) =
    let number name = finding.Number name

    let score =
        match finding.Claim with
        | "weight-concentration"
        | "angle-contraction" -> number "supremum"
        | "expected-landscape" -> -(number "margin")
        | "gradient-near-mean" -> number "beta"
        | "descent" -> -(number "smallestSlope")
        | "origin" -> number "largest"
        | "uniqueness" -> -(number "smallestRatio")
        | "convergence" -> -(number "successRate")
        | "mode-collapse" -> number "collapsedShare"
        | "gradient-consistency" -> number "worstRelativeError"
        | _ -> 0.0

    if System.Double.IsNaN score then -infinity else score
