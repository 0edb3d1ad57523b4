/// Every claim, by id, in the order of reports.
[<RequireQualifiedAccess>]
module Inversion.Verify.Catalogue

open Inversion.Verify.Claims

/// The claims that can be checked.
let claims: Claim list =
    [
        Assumptions.claim
        GaussianWeights.claim
        WeightConcentration.claim
        WhitenedConcentration.claim
        AngleContraction.claim
        ExpectedLandscape.claim
        GradientNearMean.claim
        Descent.claim
        Origin.claim
        Uniqueness.claim
        Convergence.claim
        ModeCollapse.claim
        LandscapeShape.claim
        Recovery.claim
        GradientConsistency.claim
    ]

/// The ids.
let ids = claims |> List.map (fun claim -> claim.Id)

/// The claims of an audit that names none: all but `recovery`, which searches for every code anew and asks for a rate that few codes cannot show,
/// and `whitened-concentration`, which is about weights that follow no law that is known.
let standard =
    let asked = [ Recovery.claim.Id; WhitenedConcentration.claim.Id ]
    ids |> List.filter (fun id -> not (List.contains id asked))

/// The claim with this id.
let tryFind id =
    claims |> List.tryFind (fun claim -> claim.Id = id)

/// The measured number that a claim is judged by, as its findings name it. Empty for other claims.
let headline id =
    match id with
    | "assumptions" -> "expansion"
    | "gaussian-weights" -> "distance"
    | "weight-concentration"
    | "whitened-concentration"
    | "angle-contraction" -> "supremum"
    | "expected-landscape" -> "margin"
    | "gradient-near-mean" -> "beta"
    | "descent" -> "smallestSlope"
    | "origin" -> "largest"
    | "uniqueness" -> "smallestRatio"
    | "convergence" -> "successRate"
    | "mode-collapse" -> "collapsedShare"
    | "landscape-shape" -> "violations"
    | "recovery" -> "successRate"
    | "gradient-consistency" -> "worstRelativeError"
    | "phase-transition" -> "r50"
    | "failure-probability" -> "exponent"
    | _ -> ""

/// True where a larger headline number is worse.
let isLargerWorse id =
    match id with
    | "expected-landscape"
    | "descent"
    | "uniqueness"
    | "convergence"
    | "recovery" -> false
    | _ -> true

/// How bad a finding's headline number is: larger is worse. Orders the networks of an ensemble.
let badness (finding: Finding) =
    let score = finding.Number(headline finding.Claim)

    if System.Double.IsNaN score then -infinity
    elif isLargerWorse finding.Claim then score
    else -score
