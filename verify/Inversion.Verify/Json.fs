/// JSON of findings and witnesses: numbers round-trip, NaN and infinities are strings.
[<RequireQualifiedAccess>]
module Inversion.Verify.Json

open System
open System.Globalization
open System.Text.Json.Nodes

let private invariant = CultureInfo.InvariantCulture

/// A number, or the string "NaN", "Infinity", "-Infinity".
let ofFloat (value: float) : JsonNode | null =
    if Double.IsFinite value then
        JsonValue.Create value
    else
        JsonValue.Create(value.ToString invariant)

/// The number that `ofFloat` wrote.
let toFloat (node: JsonNode | null) =
    match node with
    | null -> raise (FormatException "a number is missing")
    | number when number.GetValueKind() = Text.Json.JsonValueKind.Number -> number.GetValue<float>()
    | text when text.GetValueKind() = Text.Json.JsonValueKind.String ->
        match text.GetValue<string>() with
        | "NaN" -> nan
        | "Infinity" -> infinity
        | "-Infinity" -> -infinity
        | other -> raise (FormatException $"'{other}' is not a number")
    | other -> raise (FormatException $"{other.ToJsonString()} is not a number")

let private array (values: (JsonNode | null) seq) = JsonArray(Seq.toArray values)

let private object (fields: (string * (JsonNode | null)) seq) =
    let result = JsonObject()

    for name, value in fields do
        result.Add(name, value)

    result

let private text (value: string) : JsonNode | null = JsonValue.Create value

let private ofQuantity quantity : JsonNode | null =
    match quantity with
    | Quantity.Number value -> ofFloat value
    | Quantity.Numbers values -> array (values |> Seq.map ofFloat)
    | Quantity.Absent -> null

/// "hypothesis", "conclusion", "empirical" or "consistency".
let roleWord (role: Role) = (string role).ToLowerInvariant()

/// "exact", "interval" or "float64".
let arithmeticWord (arithmetic: Arithmetic) = (string arithmetic).ToLowerInvariant()

/// A finding as `summary.json` lists it; `witness` is the file that holds its witness.
let ofFinding (witness: string option) (finding: Finding) =
    object
        [
            "claim", text finding.Claim
            "role", text (roleWord finding.Role)
            "verdict", text finding.Verdict.Word
            "reason", text finding.Reason
            "statement", text finding.Statement
            "arithmetic", text (arithmeticWord finding.Arithmetic)
            "scope", text finding.Scope.Word
            "source", text finding.Source
            "network", text finding.Network
            "layer",
            (match finding.Layer with
             | Some layer -> JsonValue.Create layer
             | None -> null)
            "measured", object (finding.Measured |> List.map (fun (name, value) -> name, ofQuantity value))
            "allowed", object (finding.Allowed |> List.map (fun (name, value) -> name, ofFloat value))
            "method", text finding.Method
            "trials", JsonValue.Create finding.Trials
            "failures", JsonValue.Create finding.Failures
            "failureRateUpper", ofFloat finding.FailureRateUpper
            "confidence", ofFloat finding.Confidence
            "witness",
            (match witness with
             | Some file -> text file
             | None -> null)
            "certificate",
            (match finding.Verdict with
             | Verdict.Proved certificate -> text certificate
             | _ -> null)
            "key", text (finding.Key.ToString())
            "seconds", ofFloat finding.Seconds
        ]

let private sides =
    [
        Side.AtMost, "at most"
        Side.Below, "below"
        Side.AtLeast, "at least"
        Side.Above, "above"
    ]

let ofWitness (witness: Witness) =
    object
        [
            "claim", text witness.Claim
            "kind", text witness.Kind
            "layer",
            (match witness.Layer with
             | Some layer -> JsonValue.Create layer
             | None -> null)
            "fact", text witness.Fact
            "measured", array [ ofFloat witness.Measured.Lower; ofFloat witness.Measured.Upper ]
            "claimed", text (sides |> List.find (fun (side, _) -> side = witness.Side) |> snd)
            "allowed", ofFloat witness.Allowed
            "vectors",
            object (
                witness.Vectors
                |> List.map (fun (name, values) -> name, array (values |> Seq.map ofFloat) :> (JsonNode | null))
            )
            "scalars", object (witness.Scalars |> List.map (fun (name, value) -> name, ofFloat value))
        ]

let private field (name: string) (node: JsonNode | null) =
    match node with
    | :? JsonObject as fields when fields.ContainsKey name -> fields[name]
    | _ -> raise (FormatException $"field '{name}' is missing")

let private fields (node: JsonNode | null) =
    match node with
    | :? JsonObject as entries -> entries |> Seq.map (fun entry -> entry.Key, entry.Value) |> Seq.toList
    | _ -> raise (FormatException "an object is missing")

let private items (node: JsonNode | null) =
    match node with
    | :? JsonArray as entries -> entries |> Seq.toArray
    | _ -> raise (FormatException "an array is missing")

let private toText (name: string) (node: JsonNode | null) =
    match field name node with
    | :? JsonValue as value when value.GetValueKind() = Text.Json.JsonValueKind.String -> value.GetValue<string>()
    | _ -> raise (FormatException $"field '{name}' is not a text")

/// The witness that `ofWitness` wrote. FormatException says which field is missing or malformed.
let toWitness (node: JsonNode | null) : Witness =
    let measured = items (field "measured" node)

    if measured.Length <> 2 then
        raise (FormatException "field 'measured' needs two numbers")

    {
        Claim = toText "claim" node
        Kind = toText "kind" node
        Layer =
            match field "layer" node with
            | null -> None
            | layer when layer.GetValueKind() = Text.Json.JsonValueKind.Number -> Some(layer.GetValue<int>())
            | _ -> raise (FormatException "field 'layer' is not a whole number")
        Fact = toText "fact" node
        Measured =
            {
                Lower = toFloat measured[0]
                Upper = toFloat measured[1]
            }
        Side =
            (let word = toText "claimed" node

             match sides |> List.tryFind (fun (_, name) -> name = word) with
             | Some(side, _) -> side
             | None -> raise (FormatException $"field 'claimed' is '{word}'"))
        Allowed = toFloat (field "allowed" node)
        Vectors =
            fields (field "vectors" node)
            |> List.map (fun (name, values) -> name, items values |> Array.map toFloat)
        Scalars =
            fields (field "scalars" node)
            |> List.map (fun (name, value) -> name, toFloat value)
    }
