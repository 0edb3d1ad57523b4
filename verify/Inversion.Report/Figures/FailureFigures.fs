/// The rates at which drawn networks fail a claim, against the size of the networks that varies.
[<RequireQualifiedAccess>]
module Inversion.Report.FailureFigures

open System
open Inversion.Figures
open Inversion.Randomness
open Inversion.Verify

/// Series of one picture, and pictures of a page.
let private mostPanels, private mostPictures = 6, 6

let private numbers name (entry: Entry) =
    match entry.Measured |> List.tryFind (fun (key, _) -> key = name) with
    | Some(_, Quantity.Numbers values) -> values
    | _ -> []

/// What the cells have in common, apart from the sizes of their networks, and these sizes.
let private parts (entry: Entry) =
    match entry.Network.IndexOf "; " with
    | -1 -> "", entry.Network
    | at -> entry.Network.Substring(0, at), entry.Network.Substring(at + 2)

/// The size that varies, in the finding's words, and true where its rate is fitted as exp(a − b x), false for x^c.
let private size (entry: Entry) =
    let behind (mark: string) =
        match entry.Statement.LastIndexOf(mark, StringComparison.Ordinal) with
        | -1 -> None
        | at -> Some(entry.Statement.Substring(at + mark.Length))

    match behind "falls exponentially with ", behind "in proportion to ", behind "grows at most as " with
    | Some name, _, _ -> name, true
    | _, Some name, _ -> name, false
    | _, _, Some name -> (name.Split '^').[0], false
    | _ -> "size", false

/// The curve of largest likelihood, by the fit that the finding made; None where it made none.
let private fitted isExponential (sizes: float list) (counts: (float * float) list) (entry: Entry) =
    let name = if isExponential then "exponent" else "power"
    let scale = if isExponential then id else log
    let measured = entry.Value name

    if not (Double.IsFinite measured) || counts.Length <> sizes.Length then
        None
    else
        List.map2
            (fun size (hits, trials) ->
                {
                    Tally.X = scale size
                    Hits = int<float> hits
                    Trials = int<float> trials
                })
            sizes
            counts
        |> ExponentialDecay.fit (RandomKey 0UL) 1 0.95
        |> Option.bind (fun fit ->
            match fit.Exponent.Value with
            | Some b when fit.Rates.Length > 0 && fit.Rates[0] > 0.0 ->
                let xs = Drawn.spaced 61 (List.min sizes) (List.max sizes)

                let rates =
                    xs |> Array.map (fun x -> fit.Rates[0] * exp (-b * (scale x - fit.X[0])))

                let told =
                    if isExponential then
                        $"fitted: exp(a − b x), b = {Numbers.short measured}"
                    else
                        $"fitted: a x^c, c = {Numbers.short measured}"

                Some(LineSeries(told, xs, rates))
            | _ -> None)

/// The rates of one series; limits and curve where the finding names its cells.
let private panel (run: Run) (entry: Entry) =
    let cells = JsonRead.items "cells" run.Summary |> List.toArray
    let sizes, rates = numbers "sizes" entry, numbers "rates" entry

    let own =
        numbers "cells" entry
        |> List.choose (fun number -> cells |> Array.tryItem (int<float> number))

    let hasCells = own.Length = sizes.Length
    let name, isExponential = size entry

    let counts =
        own
        |> List.map (fun cell -> JsonRead.number "failures" cell, JsonRead.number "trials" cell)

    let points = LineSeries("cells", List.toArray sizes, List.toArray rates)

    // Limits of the rate of success, turned round.
    let limit end' =
        own |> List.map (fun cell -> 1.0 - JsonRead.number end' cell) |> List.toArray

    ScatterPlot(
        Title = snd (parts entry),
        XLabel = name,
        YLabel = "rate of failing networks",
        Points =
            (if hasCells then
                 LineSeries("cells, with limits", points.X, points.Y, Lower = limit "upper", Upper = limit "lower")
             else
                 points),
        Curve =
            (match fitted isExponential sizes counts entry with
             | Some curve when hasCells -> curve
             | _ -> null),
        XTicks = [| for value in List.distinct sizes -> AxisTick(value, Numbers.short value) |],
        YLimits = Nullable<struct (float * float)>(struct (-0.05, 1.05)),
        Width = 400,
        Height = 330
    )
    :> Figure

/// The rates of every series of `failure-probability`, several to a picture.
let series (run: Run) : Picture list =
    let entries =
        run.Findings
        |> List.filter (fun entry ->
            entry.Claim = FailureProbability.Id
            && (numbers "sizes" entry |> List.distinct).Length > 1
            && (numbers "sizes" entry).Length = (numbers "rates" entry).Length)

    let sheets =
        entries
        |> List.groupBy (parts >> fst)
        |> List.collect (fun (common, group) ->
            group
            |> List.chunkBySize mostPanels
            |> List.mapi (fun index part -> common, index, part))

    let left =
        sheets
        |> List.skip (min mostPictures sheets.Length)
        |> List.sumBy (fun (_, _, part) -> part.Length)

    sheets
    |> List.truncate mostPictures
    |> List.mapi (fun place (common, index, part) ->
        let sheet =
            FigureSheet(
                part |> List.map (panel run) |> List.toArray,
                2,
                Title = $"Rates of failing networks: {common}"
            )

        let name =
            Page.anchor
                [
                    "failures"
                    common
                    if index > 0 then
                        string (index + 1)
                ]

        let sizes = String.Join(", ", part |> List.map (size >> fst))

        let rest =
            if left > 0 && place = mostPictures - 1 then
                $" {left} more series are not drawn; their numbers are with the findings."
            else
                ""

        Drawn.picture
            name
            $"Rates of networks that fail, {common}, against {sizes}."
            $"Rates of networks that fail, {common}. Bars: limits of each cell by itself, those of the table turned round. A curve is drawn where the finding has a fit.{rest}"
            sheet)
