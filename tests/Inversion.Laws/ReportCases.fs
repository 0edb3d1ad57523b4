/// A small run folder, made of findings of every verdict.
module Inversion.Laws.ReportCases

open System
open System.IO
open System.Text.Json.Nodes
open Inversion.Randomness
open Inversion.Verify
open Inversion.Report

let private finding claim role network layer verdict : Finding =
    {
        Claim = claim
        Role = role
        Verdict = verdict
        Reason = ""
        Statement = "‖F₊ₓᵀF₊ᵧ − Q‖₂ ≤ ε"
        Source = "MAK Theorem 1"
        Arithmetic = Arithmetic.Interval
        Scope = Scope.Ensemble 6
        Network = network
        Subject = network
        Layer = layer
        Measured = [ "networks", Quantity.Number 6.0; "trialsPerNetwork", Quantity.Number 1234.0 ]
        Allowed = [ "epsilon", 0.1 ]
        Method = "random trials | and a search"
        Trials = 6
        Failures = 0
        FailureRateUpper = 0.70638
        Confidence = 0.95
        Key = RandomKey 0x2a9UL
        Seconds = 1.25
    }

let private measured name value (finding: Finding) =
    { finding with
        Measured = (name, value) :: finding.Measured
    }

let witness: Witness =
    {
        Claim = "weight-concentration"
        Kind = "pair"
        Layer = Some 2
        Vectors = [ "x", Array.init 20 (fun index -> float index / 8.0); "y", [| 0.0; -1.5 |] ]
        Scalars = [ "position", 0.0 ]
        Measured = { Lower = 0.4029997; Upper = 0.4029998 }
        Side = Side.AtMost
        Allowed = 0.1
        Fact = "along u, F₊ₓᵀF₊ᵧ leaves Q by 0.403 <b>more</b> than ε"
    }

/// One finding of each verdict; a name that HTML, Markdown and XML would each misread.
let findings =
    [
        { finding "expected-landscape" Role.Conclusion "theorem" None (Verdict.Proved "certificates/a.json") with
            Scope = Scope.ExpectedLandscape
        }
        |> measured "margin" (Quantity.Number 0.01503)
        finding "descent" Role.Conclusion "a <i>& *b*|c" None Verdict.Supported
        |> measured "smallestSlope" (Quantity.Number 1234.5678)
        { finding "weight-concentration" Role.Hypothesis "theorem" (Some 2) (Verdict.Refuted witness) with
            Failures = 4
        }
        |> measured "supremum" (Quantity.Number 0.4029997)
        { finding
              "weight-concentration"
              Role.Hypothesis
              "a <i>& *b*|c"
              (Some 2)
              (Verdict.Undecided "budget: too few\nsteps") with
            Reason = "budget: too few\nsteps"
            Failures = 1
        }
        |> measured "supremum" (Quantity.Number nan)
        finding "assumptions" Role.Hypothesis "theorem" None Verdict.Supported
        |> measured "expansion" (Quantity.Numbers [ 30.5; infinity ])
        finding "gradient-consistency" Role.Consistency "theorem" None Verdict.Supported
        |> measured "worstRelativeError" (Quantity.Number 2.5e-15)
    ]

/// Writes a run folder of these findings, with what the plan expects.
let write (folder: string) (expect: string list) (findings: Finding list) =
    Directory.CreateDirectory(Path.Combine(folder, "witnesses")) |> ignore

    Directory.CreateDirectory(Path.Combine(folder, "certificates")) |> ignore
    File.WriteAllText(Path.Combine(folder, "certificates", "a.json"), "{}")

    let list =
        findings
        |> List.mapi (fun index finding ->
            match finding.Verdict with
            | Verdict.Refuted witness ->
                let file = $"witnesses/{index + 1:d3}-{finding.Claim}.json"
                File.WriteAllText(Path.Combine(folder, file), (Json.ofWitness witness).ToJsonString())
                Json.ofFinding (Some file) finding :> JsonNode | null
            | _ -> Json.ofFinding None finding)
        |> List.toArray

    let plan = JsonObject()
    plan["epsilon"] <- JsonValue.Create "0.1"

    if not expect.IsEmpty then
        plan["expect"] <-
            JsonArray(
                expect
                |> List.map (fun text -> JsonValue.Create text :> JsonNode | null)
                |> List.toArray
            )

    let summary = JsonObject()
    summary["schema"] <- JsonValue.Create "inversion.audit/1"
    summary["seed"] <- JsonValue.Create "00000000000002a9"
    summary["plan"] <- plan
    summary["findings"] <- JsonArray list
    summary["exit"] <- JsonValue.Create 0
    File.WriteAllText(Path.Combine(folder, "summary.json"), summary.ToJsonString())

/// Calls `use` with a folder that is gone afterwards.
let inFolder (work: string -> 'T) =
    let folder = Directory.CreateTempSubdirectory "inversion-report-"

    try
        work folder.FullName
    finally
        folder.Delete true

/// What a report writes.
let files = [ "report.html"; "report.md"; "junit.xml" ]

/// The three files of a run of these findings, by name.
let rendered expect found =
    inFolder (fun folder ->
        write folder expect found
        Report.write folder "runs/sample" (fun _ -> []) None (Run.read folder)

        files
        |> List.map (fun file -> file, File.ReadAllText(Path.Combine(folder, file)))
        |> Map.ofList)

/// One of them.
let one (file: string) expect found = (rendered expect found)[file]
