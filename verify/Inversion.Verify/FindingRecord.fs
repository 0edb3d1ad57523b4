/// A finding as JSON with nothing left out, its witness among it: what an audit keeps of each job, to go on after it was stopped.
[<RequireQualifiedAccess>]
module Inversion.Verify.FindingRecord

open System
open System.Text.Json
open System.Text.Json.Nodes
open Inversion.Randomness

let private kindOf (node: JsonNode | null) =
    match node with
    | null -> JsonValueKind.Null
    | value -> value.GetValueKind()

let private fail name =
    raise (FormatException $"field '{name}' of a finding is missing or malformed")

let private field (record: JsonObject) (name: string) =
    if record.ContainsKey name then record[name] else fail name

let private text record name =
    match field record name with
    | :? JsonValue as value when kindOf value = JsonValueKind.String -> value.GetValue<string>()
    | _ -> fail name

let private whole record name =
    match field record name with
    | :? JsonValue as value when kindOf value = JsonValueKind.Number -> value.GetValue<int>()
    | _ -> fail name

let private entries record name =
    match field record name with
    | :? JsonObject as found -> found |> Seq.map (fun pair -> pair.Key, pair.Value) |> Seq.toList
    | _ -> fail name

let private toQuantity (node: JsonNode | null) =
    match node with
    | null -> Quantity.Absent
    | :? JsonArray as numbers -> Quantity.Numbers(numbers |> Seq.map Json.toFloat |> Seq.toList)
    | number -> Quantity.Number(Json.toFloat number)

let private ofWord (name: string) (words: (string * 'T) list) record =
    let word = text record name

    match List.tryFind (fun (known, _) -> known = word) words with
    | Some(_, value) -> value
    | None -> fail name

let private roles =
    [ for role in Enum.GetValues<Role>() -> Json.roleWord role, role ]

let private arithmetics =
    [
        for arithmetic in Enum.GetValues<Arithmetic>() -> Json.arithmeticWord arithmetic, arithmetic
    ]

// A finding of several networks is made of these, and is not kept.
let private scopes =
    [ Scope.Network; Scope.ExpectedLandscape ]
    |> List.map (fun scope -> scope.Word, scope)

let private toVerdict record =
    match text record "verdict" with
    | "supported" -> Verdict.Supported
    | "undecided" -> Verdict.Undecided(text record "undecided")
    | "proved" -> Verdict.Proved(text record "certificate")
    | "refuted" -> Verdict.Refuted(Json.toWitness (field record "witness"))
    | _ -> fail "verdict"

/// The finding of one network, as `summary.json` would list it, with its subject and with the witness in place of the witness' file.
let write (finding: Finding) : JsonObject =
    let record = Json.ofFinding None finding
    record["subject"] <- JsonValue.Create finding.Subject

    match finding.Verdict with
    | Verdict.Refuted witness -> record["witness"] <- Json.ofWitness witness
    | Verdict.Undecided reason -> record["undecided"] <- JsonValue.Create reason
    | _ -> ()

    record

/// The finding that `write` wrote, the same in every bit. FormatException names the field that is missing or malformed.
let read (node: JsonNode | null) : Finding =
    match node with
    | :? JsonObject as record ->
        {
            Claim = text record "claim"
            Role = ofWord "role" roles record
            Verdict = toVerdict record
            Reason = text record "reason"
            Statement = text record "statement"
            Source = text record "source"
            Arithmetic = ofWord "arithmetic" arithmetics record
            Scope = ofWord "scope" scopes record
            Network = text record "network"
            Subject = text record "subject"
            Layer =
                (if kindOf (field record "layer") = JsonValueKind.Null then
                     None
                 else
                     Some(whole record "layer"))
            Measured =
                entries record "measured"
                |> List.map (fun (name, value) -> name, toQuantity value)
            Allowed =
                entries record "allowed"
                |> List.map (fun (name, value) -> name, Json.toFloat value)
            Method = text record "method"
            Trials = whole record "trials"
            Failures = whole record "failures"
            FailureRateUpper = Json.toFloat (field record "failureRateUpper")
            Confidence = Json.toFloat (field record "confidence")
            Key =
                (match RandomKey.TryParse(text record "key") with
                 | true, key -> key
                 | _ -> fail "key")
            Seconds = Json.toFloat (field record "seconds")
        }
    | _ -> raise (FormatException "a finding is an object")
