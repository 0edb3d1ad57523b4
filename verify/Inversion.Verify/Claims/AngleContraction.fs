/// How angles contract through a ReLU layer and through the network: HV (4) and Lemma 7.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.AngleContraction

open System.Threading
open Inversion.Randomness
open Inversion.Verify

let private check (settings: Settings) (key: RandomKey) (cancellation: CancellationToken) (subject: Subject) =
    let blank =
        Claim.blank
            AngleLimits.claimId
            Role.Hypothesis
            AngleLimits.layerStatement
            AngleLimits.source
            settings
            key
            subject

    match Subject.defect subject with
    | Some reason ->
        [
            Finding.guarded
                { blank with
                    Verdict = Verdict.Undecided reason
                }
        ]
    | None ->
        match BlockedLayer.ofSubject subject with
        | [] -> [ Claim.notApplicable "the network has no layer with weights" blank ]
        | layers ->
            (layers |> List.map (AngleLayers.checkLayer settings key cancellation subject))
            @ [ AngleNetwork.checkNetwork settings key cancellation subject layers ]

/// The claim.
let claim: Claim =
    {
        Id = AngleLimits.claimId
        Role = Role.Hypothesis
        Statement = AngleLimits.layerStatement
        Source = AngleLimits.source
        Check = check
        Replay = AngleWitness.replay
    }
