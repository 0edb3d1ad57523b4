/// What a run was: plan, versions, machine, seed, inputs.
[<RequireQualifiedAccess>]
module Inversion.Report.RunFacts

open System.Text.Json
open System.Text.Json.Nodes

let rec private words (node: JsonNode | null) =
    match node with
    | null -> "none"
    | :? JsonArray as list -> System.String.Join(", ", list |> Seq.map words)
    | :? JsonValue as value when value.GetValueKind() = JsonValueKind.String -> value.GetValue<string>()
    | other -> other.ToJsonString()

/// Every field but those named, in words.
let facts (fields: JsonObject) except =
    [
        for field in fields do
            if not (List.contains field.Key except) then
                field.Key, [ Plain(words field.Value) ]
    ]

let private inputs (manifest: JsonObject) =
    match manifest["inputs"] with
    | :? JsonArray as list when list.Count > 0 ->
        [
            Rows
                {
                    Headings = [ "Input file"; "SHA-256" ]
                    Rows =
                        [
                            for node in list do
                                match node with
                                | :? JsonObject as input ->
                                    [ [ Code(words input["file"]) ]; [ Code(words input["sha256"]) ] ]
                                | _ -> ()
                        ]
                    Numeric = []
                }
        ]
    | _ -> []

/// The last section of a page.
let section (run: Run) =
    Page.section
        [ Plain "How this was run" ]
        "run"
        [
            Facts [ "exit code", [ Plain(Numbers.whole run.Exit) ] ]
            Paragraph [ Strong "Plan" ]
            Facts(facts run.Plan [])
            if run.Manifest.Count > 0 then
                Paragraph [ Strong "Program and machine" ]
                Facts(facts run.Manifest [ "inputs" ])
            yield! inputs run.Manifest
            Paragraph
                [
                    Plain "The same plan and seed give the same "
                    Link("summary.json", "summary.json")
                    Plain ", but for the times, at any number of threads."
                ]
        ]
