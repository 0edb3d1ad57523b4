/// Fields of JSON values. Rejected: a field is missing, or not what was asked for.
module Inversion.Certificates.Fields

open System.Text.Json

let require truth why =
    if not truth then
        raise (Rejected why)

/// Rejected, with the codes that are in the way: for whoever looks for a counterexample.
let reject why (codes: (string * System.Numerics.BigInteger[][]) list) =
    let problem = Rejected why
    codes |> List.iter (fun (name, rays) -> problem.Data[name] <- rays)
    raise problem

let tryField (name: string) (value: JsonElement) =
    let mutable found = JsonElement()

    if
        value.ValueKind = JsonValueKind.Object
        && value.TryGetProperty(name, &found)
        && found.ValueKind <> JsonValueKind.Null
    then
        Some found
    else
        None

let field name value =
    match tryField name value with
    | Some found -> found
    | None -> raise (Rejected $"field '{name}' is missing")

let items (value: JsonElement) =
    require (value.ValueKind = JsonValueKind.Array) $"{value.GetRawText()} is not a list"
    [| for item in value.EnumerateArray() -> item |]

let list name value = items (field name value)

let text name value =
    let found = field name value
    require (found.ValueKind = JsonValueKind.String) $"field '{name}' is not a text"
    string (found.GetString())

let integers name value =
    list name value |> Array.map Integers.ofJson

/// A whole number from 0 to 10⁹.
let toIndex value =
    let number = Integers.ofJson value
    require (number.Sign >= 0 && number <= 1000000000I) $"{number} is out of range"
    int number

let indices value = items value |> Array.map toIndex

let floats value =
    items value
    |> Array.map (fun item ->
        require (item.ValueKind = JsonValueKind.Number) $"{item.GetRawText()} is not a number"
        item.GetDouble())

/// A fraction [numerator, denominator] that is not negative.
let fraction name value =
    match integers name value with
    | [| n; d |] when n.Sign >= 0 && d.Sign > 0 -> struct (n, d)
    | _ -> raise (Rejected $"field '{name}' is no fraction")
