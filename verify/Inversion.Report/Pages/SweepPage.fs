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

let private transitionTable (transitions: JsonObject list) =
    Rows
        {
            Headings = [ "Cells"; "Share observed at rate 1/2"; "Width from 0.1 to 0.9"; "Shape" ]
            Rows =
                [
                    for transition in transitions ->
                        [
                            [ Plain(parameters transition) ]
                            [ Plain(interval "r50" transition) ]
                            [ Plain(interval "width" transition) ]
                            [ Plain(JsonRead.text "shape" transition) ]
                        ]
                ]
            Numeric = []
        }

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
                    Rows
                        {
                            Headings = [ "Claim"; "Cells"; "Verdict"; "Measured" ]
                            Rows =
                                [
                                    for entry in run.Findings ->
                                        [
                                            [ Link(entry.Claim, $"#{FindingSection.anchor entry}") ]
                                            [ Plain entry.Network ]
                                            [ VerdictWord entry.Verdict ]
                                            [ Plain(Telling.headline entry) ]
                                        ]
                                ]
                            Numeric = []
                        }
            ]
        Sections =
            [
                if not transitions.IsEmpty then
                    Page.section
                        [ Plain "From what share observed" ]
                        "transitions"
                        [ yield! pictures |> List.map Figure; transitionTable transitions ]
                Page.section
                    [ Plain "Cells" ]
                    "cells"
                    [
                        Paragraph
                            [
                                Plain
                                    $"""Limits: confidence {Numbers.full (JsonRead.number "confidence" run.Summary)}; {Numbers.full (JsonRead.number "cellConfidence" run.Summary)} for each cell."""
                            ]
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
