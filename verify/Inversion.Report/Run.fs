namespace Inversion.Report

open System
open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open Inversion.Verify

/// One finding as `summary.json` lists it, beside its witness.
type Entry =
    {
        /// Place in summary.json, from 1.
        Number: int
        Claim: string
        Role: string
        /// proved, supported, refuted or undecided.
        Verdict: string
        Reason: string
        Statement: string
        Arithmetic: string
        Scope: string
        Source: string
        Network: string
        Layer: int option
        Measured: (string * Quantity) list
        Allowed: (string * float) list
        Method: string
        Trials: int
        Failures: int
        FailureRateUpper: float
        Confidence: float
        /// File of the witness in the folder.
        WitnessFile: string option
        /// The witness; None where the file is gone or damaged.
        Witness: Witness option
        /// Name of the network that the witness is about: one of an ensemble.
        WitnessSubject: string option
        Certificate: string option
        /// True where the certificate, or the folder of an ensemble's certificates, is in the run folder.
        IsCertificateThere: bool
        Key: string
        Seconds: float
    }

    /// The number measured under this name; NaN if there is none.
    member entry.Value name =
        match entry.Measured |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, Quantity.Number value) -> value
        | _ -> nan

/// A run folder that has been read.
type Run =
    {
        Folder: string
        /// summary.json.
        Summary: JsonObject
        /// The resolved plan.
        Plan: JsonObject
        /// manifest.json; empty where there is none.
        Manifest: JsonObject
        Findings: Entry list
        Exit: int
    }

    /// What summary.json says it is: inversion.audit/1, inversion.sweep/1.
    member run.Schema = run.Summary["schema"] |> string

/// Reads run folders.
[<RequireQualifiedAccess>]
module Run =
    let private verdicts = [ "proved"; "supported"; "refuted"; "undecided" ]

    let private field (name: string) (fields: JsonObject) =
        if fields.ContainsKey name then
            fields[name]
        else
            raise (FormatException $"field '{name}' is missing")

    let private text name fields =
        match field name fields with
        | null -> ""
        | node when node.GetValueKind() = JsonValueKind.String -> node.GetValue<string>()
        | node -> raise (FormatException $"field '{name}' is {node.ToJsonString()}, not a text")

    let private number name fields =
        match field name fields with
        | null -> nan
        | node -> Json.toFloat node

    let private whole name fields =
        let value = number name fields

        if value <> Math.Floor value || abs value > 2e9 then
            raise (FormatException $"field '{name}' is not a whole number")

        int value

    let private optional (name: string) (fields: JsonObject) =
        match fields[name] with
        | null -> None
        | node -> Some(node.GetValue<string>())

    let private pairs name read fields =
        match field name fields with
        | :? JsonObject as entries -> [ for entry in entries -> entry.Key, read entry.Value ]
        | _ -> raise (FormatException $"field '{name}' is not an object")

    let private quantity (node: JsonNode | null) =
        match node with
        | null -> Quantity.Absent
        | :? JsonArray as values -> Quantity.Numbers [ for value in values -> Json.toFloat value ]
        | value -> Quantity.Number(Json.toFloat value)

    /// A file that `summary.json` names must lie in the folder.
    let private inside folder (file: string) =
        let path = Path.GetFullPath(file, Path.GetFullPath folder)

        if path.StartsWith(Path.GetFullPath folder + string Path.DirectorySeparatorChar, StringComparison.Ordinal) then
            path
        else
            raise (FormatException $"'{file}' is not in the run folder")

    let private readWitness folder file =
        try
            let fields = JsonRead.file (inside folder file)

            let subject =
                match fields["subject"] with
                | :? JsonObject as record -> optional "name" record
                | _ -> None

            Some(Json.toWitness fields, subject)
        with
        | :? ReportException
        | :? FormatException
        | :? InvalidOperationException -> None

    let private entry folder index (node: JsonNode | null) =
        let fields =
            match node with
            | :? JsonObject as fields -> fields
            | _ -> raise (FormatException "is not an object")

        let verdict = text "verdict" fields

        if not (List.contains verdict verdicts) then
            raise (FormatException $"field 'verdict' is '{verdict}'")

        let witness = optional "witness" fields
        let certificate = optional "certificate" fields
        let read = witness |> Option.bind (readWitness folder)

        {
            Number = index + 1
            Claim = text "claim" fields
            Role = text "role" fields
            Verdict = verdict
            Reason = text "reason" fields
            Statement = text "statement" fields
            Arithmetic = text "arithmetic" fields
            Scope = text "scope" fields
            Source = text "source" fields
            Network = text "network" fields
            Layer =
                (match field "layer" fields with
                 | null -> None
                 | _ -> Some(whole "layer" fields))
            Measured = pairs "measured" quantity fields
            Allowed = pairs "allowed" Json.toFloat fields
            Method = text "method" fields
            Trials = whole "trials" fields
            Failures = whole "failures" fields
            FailureRateUpper = number "failureRateUpper" fields
            Confidence = number "confidence" fields
            WitnessFile = witness
            Witness = read |> Option.map fst
            WitnessSubject = read |> Option.bind snd
            Certificate = certificate
            IsCertificateThere =
                (match certificate with
                 | Some file ->
                     let path = inside folder file
                     File.Exists path || Directory.Exists path
                 | None -> false)
            Key = text "key" fields
            Seconds = number "seconds" fields
        }

    /// Reads a run folder. ReportException says which file is missing or damaged.
    let read folder =
        if not (Directory.Exists folder) then
            raise (ReportException $"{folder}: no such folder")

        let path = Path.Combine(folder, "summary.json")

        if not (File.Exists path) then
            raise (
                ReportException(
                    if File.Exists(Path.Combine(folder, "trials.sqlite")) then
                        $"{folder}: was stopped before it had results (it has no summary.json); go on with --resume {folder}"
                    else
                        $"{folder}: not a run folder (it has no summary.json)"
                )
            )

        let summary = JsonRead.file path

        try
            let schema = text "schema" summary

            if schema <> "inversion.audit/1" && schema <> "inversion.sweep/1" then
                raise (
                    FormatException $"schema '{schema}' is not rendered; inversion.audit/1 and inversion.sweep/1 are"
                )

            let manifest = Path.Combine(folder, "manifest.json")

            {
                Folder = folder
                Summary = summary
                Plan =
                    (match field "plan" summary with
                     | :? JsonObject as plan -> plan
                     | _ -> raise (FormatException "field 'plan' is not an object"))
                Manifest =
                    if File.Exists manifest then
                        JsonRead.file manifest
                    else
                        JsonObject()
                Findings =
                    (match field "findings" summary with
                     | :? JsonArray as list ->
                         list
                         |> Seq.mapi (fun index node ->
                             try
                                 entry folder index node
                             with :? FormatException as problem ->
                                 raise (FormatException $"finding {index + 1}: {problem.Message}"))
                         |> Seq.toList
                     | _ -> raise (FormatException "field 'findings' is not a list"))
                Exit = whole "exit" summary
            }
        with
        | :? FormatException
        | :? InvalidOperationException as problem -> raise (ReportException $"{path}: {problem.Message.Split('\n')[0]}")
