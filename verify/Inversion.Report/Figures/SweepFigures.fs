/// Curves of a sweep: rates against the share observed.
[<RequireQualifiedAccess>]
module Inversion.Report.SweepFigures

open System
open System.Text.Json.Nodes
open Inversion.Figures

/// Pictures of a page.
let private mostPictures = 6

/// One curve: what its cells have in common, and their shares, rates and limits.
type private Curve =
    {
        Parameters: (string * string) list
        Points: (float * float * float * float) list
    }

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

let private curvesOf (run: Run) =
    JsonRead.items "cells" run.Summary
    |> List.filter (fun cell ->
        JsonRead.number "trials" cell > 0.0
        && JsonRead.number "observed" cell >= 0.0
        && Double.IsFinite(JsonRead.number "rate" cell))
    |> List.groupBy parameters
    |> List.map (fun (pairs, cells) ->
        let number name = JsonRead.number name

        {
            Parameters = pairs
            Points =
                cells
                |> List.map (fun cell ->
                    number "observed" cell, number "rate" cell, number "lower" cell, number "upper" cell)
                |> List.sort
        })
    |> List.filter (fun curve -> (curve.Points |> List.map (fun (share, _, _, _) -> share) |> List.distinct).Length > 1)

/// Parameters whose values differ among the curves.
let private varying curves =
    curves
    |> List.collect _.Parameters
    |> List.groupBy fst
    |> List.filter (fun (_, pairs) -> (pairs |> List.map snd |> List.distinct).Length > 1)
    |> List.map fst

let private nameOf varying curve =
    match curve.Parameters |> List.filter (fun (key, _) -> List.contains key varying) with
    | [] -> "all cells"
    | told -> String.Join(", ", told |> List.map snd)

/// Curves whose points are the same, as one with all names.
let private merged varying curves =
    let separator = if List.length varying > 1 then "; " else ", "

    curves
    |> List.groupBy _.Points
    |> List.map (fun (points, same) -> String.Join(separator, same |> List.map (nameOf varying)), points)

/// The curves by pictures: all in one where they can be told apart, else by the parameter that leaves the fewest pictures, else in turn.
let private pictures curves =
    let most = LinePlot.MostDistinct
    let keys = varying curves

    let fits group =
        (merged (varying group) group).Length <= most

    let split =
        keys
        |> List.map (fun key ->
            curves
            |> List.groupBy (fun curve -> curve.Parameters |> List.filter (fst >> (=) key))
            |> List.map (fun (pairs, group) ->
                String.Join("", pairs |> List.map (fun (key, value) -> $": {key} = {value}")), group))
        |> List.filter (List.forall (snd >> fits))
        |> List.sortBy List.length

    match split with
    | _ when fits curves -> [ "", merged keys curves ]
    | best :: _ when keys.Length > 1 -> best |> List.map (fun (title, group) -> title, merged (varying group) group)
    | _ -> merged keys curves |> List.chunkBySize most |> List.map (fun chunk -> "", chunk)

/// The picture of some curves.
let private picture index title (curves: (string * (float * float * float * float) list) list) told =
    let shares =
        curves
        |> List.collect snd
        |> List.map (fun (share, _, _, _) -> share)
        |> List.distinct

    let positive = shares |> List.filter (fun share -> share > 0.0) |> List.sort
    let left, right = log10 positive.Head, log10 (List.last positive)
    let range = max 0.3 (right - left)
    let gap, zero = left - 0.06 * range, left - 0.12 * range
    let hasZero = List.contains 0.0 shares

    let at share =
        if share > 0.0 then log10 share else zero

    let series (name, points: (float * float * float * float) list) =
        let column choose =
            points |> List.map choose |> List.toArray

        LineSeries(
            name,
            column (fun (share, _, _, _) -> at share),
            column (fun (_, rate, _, _) -> rate),
            Lower = column (fun (_, _, lower, _) -> lower),
            Upper = column (fun (_, _, _, upper) -> upper)
        )

    let zeroTold =
        if hasZero then
            " Cells that observe nothing stand left of the gray line, at 0."
        else
            ""

    let sameTold =
        if curves.Length < List.length told then
            " Curves whose points are the same are drawn once, under all their names."
        else
            ""

    let rates =
        curves
        |> List.collect snd
        |> List.map (fun (_, rate, _, _) -> Numbers.short rate)

    let number = if index = 0 then "" else $"-{index + 1}"

    LinePlot(
        Title = $"Rate of success against the share observed{title}",
        XLabel = "share of the output that is observed",
        YLabel = "rate",
        Series = (curves |> List.map series |> List.toArray),
        Gap = (if hasZero then Nullable gap else Nullable()),
        XTicks =
            [|
                if hasZero then
                    AxisTick(zero, "0")
                yield! Drawn.logTicks Numbers.percent (List.truncate 6 positive) left right
            |],
        XLimits =
            Nullable<struct (float * float)>(
                struct ((if hasZero then zero else left) - 0.04 * range, max right (left + range) + 0.04 * range)
            ),
        YLimits = Nullable<struct (float * float)>(struct (-0.05, 1.05)),
        Width = 760,
        Height = 500
    )
    |> Drawn.picture
        $"rates{number}"
        $"Rates of success, from {List.min rates} to {List.max rates}, against the share of the output that is observed, {Numbers.percent (List.min shares)} to {Numbers.percent (List.last positive)}, in {curves.Length} curves."
        $"Bands: confidence limits of each cell, as in the table.{zeroTold}{sameTold}"

/// The rate of each cell against the share observed, a curve for all else that varies. None where no curve has two points.
let curves (run: Run) : Picture list =
    match curvesOf run with
    | [] -> []
    | found ->
        let all = pictures found

        let drawn =
            all
            |> List.truncate mostPictures
            |> List.mapi (fun index (title, curves) -> picture index title curves found)

        if all.Length <= mostPictures then
            drawn
        else
            let last = List.last drawn

            let left =
                $" {all.Length - mostPictures} more pictures are not drawn; all cells are in the table."

            List.truncate (mostPictures - 1) drawn
            @ [
                { last with
                    Caption = last.Caption + left
                }
            ]
