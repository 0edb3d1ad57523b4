/// Curves of a sweep: rates against the share observed.
[<RequireQualifiedAccess>]
module Inversion.Report.SweepFigures

open System
open System.Text.Json.Nodes
open Inversion.Figures

/// Curves of one figure: more cannot be told apart.
let private most = 8

let private parameters (cell: JsonObject) =
    match cell["parameters"] with
    | :? JsonObject as pairs ->
        [
            for pair in pairs do
                // The mask's own rate is the horizontal axis.
                if pair.Key <> "rate" then
                    pair.Key, string pair.Value
        ]
    | _ -> []

/// The rate of each cell against the share observed, a curve for all else that varies. None where no curve has two points.
let curves (run: Run) : Picture option =
    let cells =
        JsonRead.items "cells" run.Summary
        |> List.filter (fun cell -> JsonRead.number "trials" cell > 0.0)

    let groups =
        cells
        |> List.groupBy parameters
        |> List.filter (fun (_, found) -> (found |> List.map (JsonRead.number "observed") |> List.distinct).Length > 1)

    let varying =
        groups
        |> List.collect fst
        |> List.groupBy fst
        |> List.filter (fun (_, pairs) -> (pairs |> List.map snd |> List.distinct).Length > 1)
        |> List.map fst

    let nameOf pairs =
        match pairs |> List.filter (fun (key, _) -> List.contains key varying) with
        | [] -> "all cells"
        | told -> String.Join(", ", told |> List.map snd)

    let series =
        groups
        |> List.truncate most
        |> List.map (fun (pairs, found) ->
            let sorted = found |> List.sortBy (JsonRead.number "observed") |> List.toArray

            LineSeries(
                nameOf pairs,
                sorted |> Array.map (JsonRead.number "observed" >> log10),
                sorted |> Array.map (JsonRead.number "rate"),
                Lower = (sorted |> Array.map (JsonRead.number "lower")),
                Upper = (sorted |> Array.map (JsonRead.number "upper"))
            ))

    if series.IsEmpty then
        None
    else
        let left =
            if groups.Length > most then
                $" The first {most} of {groups.Length} curves."
            else
                ""

        LinePlot(
            Title = "Rate of success against the share observed",
            XLabel = "log₁₀ of the share of the output that is observed",
            YLabel = "rate",
            Series = Array.ofList series,
            YLimits = Nullable<struct (float * float)>(struct (-0.05, 1.05)),
            Width = 760,
            Height = 460
        )
        |> Drawn.picture
            "rates"
            "Rates of success of the sweep's cells against the share of the output that is observed."
            $"Bands: confidence limits of each cell, as in the table.{left}"
        |> Some
