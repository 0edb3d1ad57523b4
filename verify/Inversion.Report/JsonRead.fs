/// Lenient reading of the files of run folders: what a page shows where a field is there.
[<RequireQualifiedAccess>]
module internal Inversion.Report.JsonRead

open System.IO
open System.Text.Json
open System.Text.Json.Nodes
open Inversion.Verify

/// The object in a file. ReportException says what is wrong with it.
let file path =
    try
        match JsonNode.Parse(File.ReadAllText path) with
        | :? JsonObject as fields -> fields
        | _ -> raise (ReportException $"{path}: not a JSON object")
    with
    | :? JsonException as problem -> raise (ReportException $"{path}: not JSON ({problem.Message.Split('\n')[0]})")
    | :? IOException
    | :? System.UnauthorizedAccessException as problem ->
        raise (ReportException $"{path}: {problem.Message.Split('\n')[0]}")

/// The objects of a list.
let items (name: string) (fields: JsonObject) =
    match fields[name] with
    | :? JsonArray as list ->
        [
            for node in list do
                match node with
                | :? JsonObject as entry -> entry
                | _ -> ()
        ]
    | _ -> []

/// The texts of a list.
let texts (name: string) (fields: JsonObject) =
    match fields[name] with
    | :? JsonArray as list -> [ for node in list -> string node ]
    | _ -> []

/// The numbers of a list.
let numbers (name: string) (fields: JsonObject) =
    match fields[name] with
    | :? JsonArray as list -> [ for node in list -> Json.toFloat node ]
    | _ -> []

/// The number; NaN where there is none.
let number (name: string) (fields: JsonObject) =
    match fields[name] with
    | null -> nan
    | node -> Json.toFloat node

/// The text; empty where there is none.
let text (name: string) (fields: JsonObject) =
    match fields[name] with
    | null -> ""
    | node -> string node

/// The field as an object; empty where it is none.
let fields (name: string) (fields: JsonObject) =
    match fields[name] with
    | :? JsonObject as inner -> inner
    | _ -> JsonObject()
