/// The page of a sweep: the rates of its cells, the transitions fitted to them, and the findings.
[<RequireQualifiedAccess>]
module Inversion.Report.SweepPage

open System.Text.Json.Nodes
open Inversion.Verify

/// Cells of the table; the rest are in summary.json.
let private mostCells = 400

let private items (name: string) (fields: JsonObject) =
    match fields[name] with
    | :? JsonArray as list ->
        [
            for node in list do
                match node with
                | :? JsonObject as entry -> entry
                | _ -> ()
        ]
    | _ -> []

let private number (name: string) (fields: JsonObject) =
    match fields[name] with
    | null -> nan
    | node -> Json.toFloat node

let private text (name: string) (fields: JsonObject) = fields[name] |> string

let private cellTable (cells: JsonObject list) =
    let row cell =
        [
            [ Plain(text "name" cell) ]
            [ Plain(text "trials" cell) ]
            [ Plain(text "successes" cell) ]
            [ Plain(text "undecided" cell) ]
            [ Plain(Numbers.short (number "rate" cell)) ]
            [
                Plain $"""{Numbers.short (number "lower" cell)} to {Numbers.short (number "upper" cell)}"""
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
        let value = Numbers.short (number "value" estimate)
        $"""{value} ({Numbers.short (number "lower" estimate)} to {Numbers.short (number "upper" estimate)})"""
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
                            [ Plain(text "shape" transition) ]
                        ]
                ]
            Numeric = []
        }

/// The page. `name` is how the commands on it name the run folder; `pictures` are those of the whole sweep.
let page name (pictures: Picture list) (run: Run) : Page =
    let cells = items "cells" run.Summary
    let transitions = items "transitions" run.Summary
    let trials = cells |> List.sumBy (fun cell -> number "trials" cell)
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
                                    $"""Limits: confidence {Numbers.full (number "confidence" run.Summary)}; {Numbers.full (number "cellConfidence" run.Summary)} for each cell."""
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
