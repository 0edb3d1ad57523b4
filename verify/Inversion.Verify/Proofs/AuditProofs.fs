/// What an audit writes down as proofs: the certificates of its proved findings, and at the level "proved" those of claims decided by cones or by layer.
[<RequireQualifiedAccess>]
module Inversion.Verify.Proofs.AuditProofs

open System
open System.IO
open System.Security.Cryptography
open System.Threading
open Inversion.Networks.Formats
open Inversion.Verify
open Inversion.Verify.Claims

let private membersOf (plan: AuditPlan) (finding: Finding) =
    plan.Groups
    |> List.filter (fun group -> group.Name = finding.Network)
    |> List.collect _.Members

let private landscape (plan: AuditPlan) (folder: string) cancellation (finding: Finding) =
    match finding.Verdict with
    | Verdict.Proved name ->
        let depth = (membersOf plan finding).Head.Network.Depth
        let path = Path.Combine("certificates", name + ".json")

        let written =
            try
                use out = new StreamWriter(Path.Combine(folder, path))
                LandscapeCertificate.write out [ depth ] plan.Settings.Epsilon cancellation
            with _ ->
                // Half a certificate proves nothing.
                File.Delete(Path.Combine(folder, path))
                reraise ()

        match written with
        | Ok _ ->
            { finding with
                Verdict = Verdict.Proved path
            }
        | Error why ->
            Finding.guarded
                { finding with
                    Verdict = Verdict.Undecided why
                }
    | _ -> finding

/// Each network of the finding decided, with number.json and number.safetensors in a folder of the finding's own.
let private decide (plan: AuditPlan) (folder: string) budget progress cancellation number (finding: Finding) =
    let own = $"certificates/{number:D3}-{finding.Claim}"
    Directory.CreateDirectory(Path.Combine(folder, own)) |> ignore

    membersOf plan finding
    |> List.mapi (fun index subject ->
        let file extension =
            Path.Combine(folder, own, string index + extension)

        NetworkFile.Write(subject.Network, file ".safetensors")

        let task =
            {
                Subject = subject
                Truth = None
                Epsilon = plan.Settings.Epsilon
                Budget = budget
                Weights = file ".safetensors"
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file ".safetensors")))
                Progress = progress
                Cancellation = cancellation
            }

        match finding.Layer with
        | Some number -> Prover.decideLayer finding.Claim task number (file ".json")
        | None -> Prover.decide finding.Claim task (file ".json")),
    own

let private undecided reason (finding: Finding) =
    Finding.guarded
        { finding with
            Verdict = Verdict.Undecided reason
        }

let private raised plan folder budget progress cancellation number (finding: Finding) =
    match finding.Claim, finding.Verdict with
    | _, (Verdict.Refuted _ | Verdict.Proved _) -> finding
    | "weight-concentration", Verdict.Undecided _ -> finding
    | "descent", _ -> undecided "budget: descent is proved for one z° at a time; use the command certify" finding
    | ("origin" | "uniqueness" | "mode-collapse" | "weight-concentration"), _ ->
        let decisions, own = decide plan folder budget progress cancellation number finding

        let find choose = decisions |> List.tryPick choose

        match
            find (fun d ->
                match d with
                | Decision.Refuted statement -> Some statement
                | _ -> None),
            find (fun d ->
                match d with
                | Decision.Undecided reason -> Some reason
                | _ -> None)
        with
        | Some statement, _ ->
            undecided $"the certificate in {own} refutes it ({statement}); the search has no witness in floats" finding
        | None, Some reason -> undecided reason finding
        | None, None when decisions.IsEmpty -> finding
        | None, None ->
            { finding with
                Verdict = Verdict.Proved own
                Arithmetic = Arithmetic.Exact
                Reason = $"{decisions.Length} networks, each with a certificate that the independent checker accepted"
            }
    | _ -> finding

/// The findings of an audit that was stopped before their certificates were written: nothing is proved without one.
let withoutCertificates (findings: Finding list) =
    findings
    |> List.map (fun finding ->
        match finding.Verdict with
        | Verdict.Proved _ -> undecided "budget: cancelled before its certificate was written" finding
        | _ -> finding)

/// The findings with their certificates as files under `folder`. isProofLevel: origin, uniqueness and mode-collapse are decided by cones where the latent
/// code has at most 3 entries, weight-concentration for layers of at most 3 input channels, and are undecided with the reason
/// (budget: …) elsewhere, unless they are refuted.
let keep
    (plan: AuditPlan)
    (folder: string)
    (isProofLevel: bool)
    (budget: int)
    (progress: Action<float>)
    (cancellation: CancellationToken)
    (findings: Finding list)
    : Finding list =
    let certificates = Path.Combine(folder, "certificates")

    Directory.CreateDirectory certificates |> ignore

    // Those of an earlier run, and nothing else that may lie there.
    for pattern in [ "*.json"; "*.safetensors" ] do
        for old in Directory.GetFiles(certificates, pattern, SearchOption.AllDirectories) do
            File.Delete old

    findings
    |> List.mapi (fun at finding ->
        let finding =
            if finding.Claim = "expected-landscape" then
                landscape plan folder cancellation finding
            else
                finding

        if isProofLevel then
            raised plan folder budget progress.Invoke cancellation (at + 1) finding
        else
            finding)
