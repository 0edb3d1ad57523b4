/// Reference files that lie beside a checkout, where there are any.
module Inversion.Laws.SharedData

open System
open System.IO
open System.Text.Json
open Expecto

let private root =
    let rec up (folder: DirectoryInfo | null) =
        match folder with
        | null -> None
        | folder ->
            let candidate = Path.Combine(folder.FullName, "shared")

            if Directory.Exists(Path.Combine(candidate, "oracle")) then
                Some candidate
            else
                up folder.Parent

    up (DirectoryInfo AppContext.BaseDirectory)

/// The path of a shared file or folder; the test is skipped where it is missing.
let require (relative: string) =
    match root |> Option.map (fun folder -> Path.Combine(folder, relative)) with
    | Some path when Path.Exists path -> path
    | _ -> skiptest $"shared/{relative} is not beside this checkout"

/// A number list of a JSON object.
let numbers (name: string) (element: JsonElement) =
    [| for item in element.GetProperty(name).EnumerateArray() -> item.GetDouble() |]

/// A list of whole numbers of a JSON object.
let wholes (name: string) (element: JsonElement) =
    [| for item in element.GetProperty(name).EnumerateArray() -> item.GetInt32() |]
