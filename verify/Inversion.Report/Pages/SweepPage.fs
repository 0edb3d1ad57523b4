/// The page of a sweep: the rates of its cells, the transitions fitted to them, and the findings.
[<RequireQualifiedAccess>]
module Inversion.Report.SweepPage

open System.Text.Json.Nodes

/// Cells of the table; the rest are in summary.json.
let private mostCells = 400

let private cellTable (cells: JsonObject list) =
    let row cell =
        [
            [ Plain(JsonRead.text "name" cell) ]
            [ Plain(JsonRead.text "trials" cell) ]
            [ Plain(JsonRead.text "successes" cell) ]
            [ Plain(JsonRead.text "undecided" cell) ]
            [ Plain(Numbers.short (JsonRead.number "rate" cell)) ]
            [
                Plain
                    $"""{Numbers.short (JsonRead.number "lower" cell)} to {Numbers.short (JsonRead.number "upper" cell)}"""
            ]
        ]

    [
        Rows
            {
                Headings = [ "Cell"; "Trials"; "Successes"; "Undecided"; "Rate"; "Limits" ]
                Rows = cells |> List.truncate mostCells |> List.map row
                Numeric = [ 1; 2; 3; 4; 5 ]
            }
        if cells.Length > mostCells then
            Paragraph
                [
                    Plain $"{mostCells} of {cells.Length} cells; the others are in "
                    Link("summary.json", "summary.json")
                    Plain "."
                ]
    ]

let private interval (name: string) (fields: JsonObject) =
    match fields[name] with
    | :? JsonObject as estimate ->
        let value = Numbers.short (JsonRead.number "value" estimate)
        $"""{value} ({Numbers.short (JsonRead.number "lower" estimate)} to {Numbers.short (JsonRead.number "upper" estimate)})"""
    | _ -> ""

let private parameters (fields: JsonObject) =
    match fields["parameters"] with
    | :? JsonObject as pairs -> System.String.Join(", ", [ for pair in pairs -> $"{pair.Key} = {pair.Value}" ])
    | _ -> ""

/// What a fitted curve looks like.
let private shape word =
    match word with
    | "Rising" -> "a rise over several shares"
    | "Step" -> "a step between two shares that were tried"
    | "Flat" -> "no rise"
    | "AllHit" -> "all recovered: half lies below the shares tried"
    | "NoneHit" -> "none recovered: half lies above the shares tried"
    | "" -> "not fitted"
    | other -> other

/// Of a step only the shares around it are known.
let private atHalf (transition: JsonObject) =
    match JsonRead.text "shape" transition, transition["r50"] with
    | "Step", (:? JsonObject as estimate) ->
        $"""between {Numbers.short (JsonRead.number "lower" estimate)} and {Numbers.short (JsonRead.number "upper" estimate)}"""
    | _ -> interval "r50" transition

let private width (transition: JsonObject) =
    match JsonRead.text "shape" transition, transition["width"] with
    | "Step", (:? JsonObject as estimate) -> $"""at most {Numbers.short (JsonRead.number "upper" estimate)}"""
    | _ -> interval "width" transition

let private transitionTable confidence (transitions: JsonObject list) =
    [
        Rows
            {
                Headings = [ "Cells"; "Share observed at rate 1/2"; "Width from rate 0.1 to 0.9"; "Shape" ]
                Rows =
                    [
                        for transition in transitions ->
                            [
                                [ Plain(parameters transition) ]
                                [ Plain(atHalf transition) ]
                                [ Plain(width transition) ]
                                [ Plain(shape (JsonRead.text "shape" transition)) ]
                            ]
                    ]
                Numeric = []
            }
        Paragraph
            [
                Plain
                    $"In brackets: limits of each line alone, at a confidence of {Numbers.confidence confidence}. A finding's own limits are wider, since all findings are meant to hold together."
            ]
    ]

/// "claim=descent; D_0=1" without the claim, which stands beside it.
let private cellsOf (entry: Entry) =
    entry.Network.Split([| "; "; ", " |], System.StringSplitOptions.None)
    |> Array.filter (fun part -> part <> $"claim={entry.Claim}")
    |> String.concat ", "

let private findingsTable (entries: Entry list) =
    Rows
        {
            Headings = [ "Claim"; "Statement"; "Cells"; "Verdict"; "Measured" ]
            Rows =
                [
                    for entry in entries ->
                        [
                            [ Link(entry.Claim, $"#{FindingSection.anchor entry}") ]
                            [ Formula entry.Statement ]
                            [ Plain(cellsOf entry) ]
                            [ VerdictWord entry.Verdict; Plain(Telling.counted entry) ]
                            [ Plain(Telling.headline entry) ]
                        ]
                ]
            Numeric = []
        }

/// What the limits of the cells' rates hold for.
let private limits (summary: JsonObject) =
    let together, each =
        JsonRead.number "confidence" summary, JsonRead.number "cellConfidence" summary

    if each > together then
        $"The limits of all cells hold together at a confidence of {Numbers.confidence together}: each alone at {Numbers.confidence each}."
    else
        $"The limits of each cell hold alone, at a confidence of {Numbers.confidence each}: of many cells some may lie outside theirs."

/// The page. `name` is how the commands on it name the run folder; `pictures` are those of the whole sweep.
let page name (pictures: Picture list) (run: Run) : Page =
    let cells = JsonRead.items "cells" run.Summary
    let transitions = JsonRead.items "transitions" run.Summary
    let trials = cells |> List.sumBy (fun cell -> JsonRead.number "trials" cell)
    let isComplete = string run.Summary["complete"] = "true"

    {
        Title = "Sweep"
        Subtitle =
            [
                Plain $"{cells.Length} cells, {Numbers.full trials} trials"
                if not isComplete then
                    Strong ", not complete: nothing is judged before all trials are done"
                if not run.Findings.IsEmpty then
                    Plain "; "
                    yield! AuditPage.counts run.Findings
            ]
        Lead =
            [
                yield! AuditPage.gate run
                if not run.Findings.IsEmpty then
                    findingsTable run.Findings
            ]
        Sections =
            [
                if not transitions.IsEmpty then
                    Page.section
                        [ Plain "From what share observed" ]
                        "transitions"
                        [
                            yield! pictures |> List.map Figure
                            yield! transitionTable (JsonRead.number "confidence" run.Summary) transitions
                        ]
                Page.section
                    [ Plain "Cells" ]
                    "cells"
                    [
                        Paragraph [ Plain(limits run.Summary) ]
                        yield!
                            (if transitions.IsEmpty then
                                 pictures |> List.map Figure
                             else
                                 [])
                        yield! cellTable cells
                    ]
                for role in ClaimWords.roles do
                    match run.Findings |> List.filter (fun entry -> entry.Role = role) with
                    | [] -> ()
                    | entries -> AuditPage.roleSection name (fun _ -> []) role entries
                RunFacts.section run
            ]
    }
