/// Sweeps, findings and networks whose pictures the laws ask for.
module Inversion.Laws.FigureCases

open System.Text
open System.Text.Json.Nodes
open System.Text.RegularExpressions
open Inversion.Verify
open Inversion.Report
open Inversion.Laws.ClaimCases

let svg (picture: Picture) =
    picture.Files
    |> List.find (fun (name, _) -> name.EndsWith ".svg")
    |> snd
    |> Encoding.UTF8.GetString

/// The words of a picture.
let words (picture: Picture) =
    Regex.Matches(svg picture, "<text[^>]*>([^<]*)<")
    |> Seq.map (fun found -> found.Groups[1].Value.Trim())
    |> Seq.toList

let cell (pairs: (string * string) list) (observed: float) (rate: float) =
    let parameters = JsonObject()

    for key, value in pairs do
        parameters[key] <- JsonValue.Create value

    let cell = JsonObject()
    cell["parameters"] <- parameters
    cell["observed"] <- JsonValue.Create observed
    cell["trials"] <- JsonValue.Create 20.0
    cell["successes"] <- JsonValue.Create(round (20.0 * rate))
    cell["failures"] <- JsonValue.Create(20.0 - round (20.0 * rate))
    cell["rate"] <- JsonValue.Create rate
    cell["lower"] <- JsonValue.Create(0.9 * rate)
    cell["upper"] <- JsonValue.Create(min 1.0 (rate + 0.1))
    cell

let sweep (cells: JsonObject list) findings : Run =
    let summary = JsonObject()
    summary["schema"] <- JsonValue.Create "inversion.sweep/1"
    summary["seed"] <- JsonValue.Create "00000000000002a9"
    summary["cells"] <- JsonArray(cells |> List.map (fun cell -> cell :> JsonNode | null) |> List.toArray)

    {
        Folder = "."
        Summary = summary
        Plan = JsonObject()
        Manifest = JsonObject()
        Findings = findings
        Exit = 0
    }

let masks names rate =
    [
        for index, name in List.indexed names do
            for share in [ 0.0; 0.001; 0.01; 1.0 ] do
                cell [ "mask", name; "rate", string share ] share (rate index share)
    ]

let entry claim network verdict measured : Entry =
    {
        Number = 1
        Claim = claim
        Role = "conclusion"
        Verdict = verdict
        Reason = ""
        Statement = "the rate of failing networks falls exponentially with C_0"
        Arithmetic = "float64"
        Scope = "ensemble"
        Source = "MAK Theorem 1"
        Network = network
        Layer = None
        Measured = measured
        Allowed = []
        Method = ""
        Trials = 60
        Failures = 0
        FailureRateUpper = nan
        Confidence = 0.95
        WitnessFile = None
        Witness = None
        WitnessSubject = None
        Certificate = None
        IsCertificateThere = false
        Key = ""
        Seconds = 0.0
    }

let failures exponent =
    entry
        "failure-probability"
        "claim=origin; D_0=1"
        "undecided"
        [
            "exponent", exponent
            "cells", Quantity.Numbers [ 0.0; 1.0; 2.0 ]
            "sizes", Quantity.Numbers [ 2.0; 4.0; 8.0 ]
            "rates", Quantity.Numbers [ 0.8; 0.5; 0.25 ]
        ]

let small = drawn "2x1" "8k4,16k4" |> Subject.ofNetwork

let ends witness =
    DescentFigures.ends small (key "2a9") 0.3 0.1 witness "ends" |> Option.get

let stationary: Witness =
    { ReportCases.witness with
        Claim = "descent"
        Kind = "stationary"
        Vectors = [ "truth", [| 1.0; 0.0 |]; "point", [| -1.0; 2.0 |] ]
    }
