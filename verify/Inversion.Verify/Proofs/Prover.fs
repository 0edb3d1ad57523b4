/// Claims decided on one network by going through its cones, with certificates that the independent checker has accepted.
[<RequireQualifiedAccess>]
module Inversion.Verify.Proofs.Prover

open Inversion.Networks
open Inversion.Verify

/// The claims that it decides.
let claims = [ "descent"; "origin"; "uniqueness"; "mode-collapse" ]

/// Largest latent dimension whose cones are gone through.
let largestDimension = 3

/// Decides a claim and writes its certificate; what is not decided leaves no file.
let decide (claim: string) (task: ProofTask) (path: string) : Decision =
    let n = task.Subject.Network.LatentDimension

    let decision =
        match Subject.defect task.Subject with
        | Some reason -> Decision.Undecided reason
        | None when not task.Subject.Network.IsHomogeneous ->
            Decision.Undecided
                "not applicable: only networks without bias, with ReLU or leaky ReLU, are linear on cones"
        | None when n > largestDimension ->
            Decision.Undecided
                $"budget: codes of {n} entries have too many cones; up to {largestDimension} entries are decided"
        | None ->
            try
                match claim, task.Truth with
                | "descent", Some truth -> DescentProof.decide task path truth
                | "descent", None -> Decision.Undecided "not applicable: descent is decided for one z° at a time"
                | "origin", _ -> PairProof.origin task path
                | "uniqueness", _ -> PairProof.uniqueness { task with Truth = None } path
                | "mode-collapse", _ -> PairProof.modeCollapse { task with Truth = None } path
                | other, _ -> Decision.Undecided $"not applicable: {other} is not decided by cones"
            with
            | ProofSteps.OverBudget -> Decision.Undecided $"budget: more than {task.Budget} cones"
            | :? NetworkException as problem -> Decision.Undecided $"not applicable: {problem.Message}"

    match decision with
    | Decision.Undecided _ -> System.IO.File.Delete path
    | _ -> ()

    decision
