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

/// What the names of the networks stand for, as the manifest has it.
let networks (run: Run) =
    match run.Manifest["networks"] with
    | :? JsonObject as described when described.Count > 0 ->
        [
            Facts
                [
                    for network in described do
                        network.Key, [ Plain(words network.Value) ]
                ]
        ]
    | _ -> []

/// Program and machine, where there is a manifest, less the fields that are left out.
let machine except (manifest: JsonObject) =
    [
        if manifest.Count > 0 then
            Paragraph [ Strong "Program and machine" ]
            Facts(facts manifest ("inputs" :: "networks" :: except))
        yield! inputs manifest
    ]

/// The last section of a page.
let section (run: Run) =
    Page.section
        [ Plain "How this was run" ]
        "run"
        [
            Facts [ "exit code", [ Plain(Numbers.whole run.Exit) ] ]
            Paragraph [ Strong "Plan" ]
            Facts(facts run.Plan [])
            yield! machine [] run.Manifest
            Paragraph
                [
                    Plain "The same plan and seed give the same "
                    Link("summary.json", "summary.json")
                    Plain ", but for the times, at any number of threads."
                ]
        ]
