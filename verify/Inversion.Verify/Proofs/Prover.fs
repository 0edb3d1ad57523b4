/// Claims decided on one network, with certificates that the independent checker has accepted: by going through its cones, or layer by layer.
[<RequireQualifiedAccess>]
module Inversion.Verify.Proofs.Prover

open Inversion.Networks
open Inversion.Verify

/// The claims that are decided by cones.
let claims = [ "descent"; "origin"; "uniqueness"; "mode-collapse" ]

/// The claims that are decided for each layer with weights.
let layerClaims = [ "weight-concentration" ]

/// Largest latent dimension whose cones are gone through.
let largestDimension = 3

// What is not decided leaves no file.
let private guarded (task: ProofTask) (path: string) decide =
    let decision =
        match Subject.defect task.Subject with
        | Some reason -> Decision.Undecided reason
        | None when not task.Subject.Network.IsHomogeneous ->
            Decision.Undecided
                "not applicable: only networks without bias, with ReLU or leaky ReLU, are linear on cones"
        | None ->
            try
                decide ()
            with
            | ProofSteps.OverBudget -> Decision.Undecided $"budget: more than {task.Budget} cones"
            | :? NetworkException as problem -> Decision.Undecided $"not applicable: {problem.Message}"

    match decision with
    | Decision.Undecided _ -> System.IO.File.Delete path
    | _ -> ()

    decision

/// Decides a claim and writes its certificate; what is not decided leaves no file.
let decide (claim: string) (task: ProofTask) (path: string) : Decision =
    let n = task.Subject.Network.LatentDimension

    guarded task path (fun () ->
        match claim, task.Truth with
        | _ when n > largestDimension ->
            Decision.Undecided
                $"budget: codes of {n} entries have too many cones; up to {largestDimension} entries are decided"
        | "descent", Some truth -> DescentProof.decide task path truth
        | "descent", None -> Decision.Undecided "not applicable: descent is decided for one z° at a time"
        | "origin", _ -> PairProof.origin task path
        | "uniqueness", _ -> PairProof.uniqueness { task with Truth = None } path
        | "mode-collapse", _ -> PairProof.modeCollapse { task with Truth = None } path
        | other, _ -> Decision.Undecided $"not applicable: {other} is not decided by cones")

/// Decides a claim of `layerClaims` on layer `number`, from 1 among those with weights, alike.
let decideLayer (claim: string) (task: ProofTask) (number: int) (path: string) : Decision =
    guarded task path (fun () ->
        match claim with
        | "weight-concentration" -> ConcentrationProof.decide task number path
        | other -> Decision.Undecided $"not applicable: {other} is not decided layer by layer")
