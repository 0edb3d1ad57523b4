/// Figures as pictures of a page.
[<RequireQualifiedAccess>]
module Inversion.Report.Drawn

open System
open System.Text
open Inversion.Figures

/// The size at which a page shows a figure.
let private width, private height = 640, 460

/// The picture of a figure: SVG and PNG beside the page, WebP in it. `name` is the files', without folder and ending.
let picture name alternative caption (figure: Figure) : Picture =
    {
        Files =
            [
                $"figures/{name}.svg", Encoding.UTF8.GetBytes(FigureFile.Svg figure)
                $"figures/{name}.png", FigureFile.Png figure
            ]
        MediaType = "image/webp"
        Bytes = FigureFile.WebP figure
        Size = Some(figure.Width, figure.Height)
        Alternative = alternative
        Caption = caption
    }

/// Evenly spaced numbers from one end to the other.
let spaced count first last =
    Array.init count (fun index -> first + (last - first) * float index / float (count - 1))

/// The upper half of the circle around (x, 0), in a color of the palette.
let halfCircle name color isDashed x radius =
    let angles = spaced 61 0.0 Math.PI

    LineSeries(
        name,
        angles |> Array.map (fun angle -> x - radius * cos angle),
        angles |> Array.map (fun angle -> radius * sin angle),
        Color = Nullable color,
        IsDashed = isDashed
    )

/// Ticks of an axis of log₁₀, between two of its places: 1, 2 and 5 times powers of ten, or these powers alone where there are many; those
/// given where there would be less than two.
let logTicks (label: float -> string) (given: float list) first last =
    let among (factors: float list) =
        [
            for power in int (floor first) .. int (ceil last) do
                for factor in factors do
                    let value = factor * 10.0 ** float power

                    if log10 value >= first - 1e-9 && log10 value <= last + 1e-9 then
                        value
        ]

    match among [ 1.0; 2.0; 5.0 ], among [ 1.0 ] with
    | fine, _ when fine.Length < 2 -> given
    | fine, coarse -> if fine.Length <= 10 then fine else coarse
    |> List.map (fun value -> AxisTick(log10 value, label value))
    |> List.toArray

/// Lines with bands.
let lines title x y (series: LineSeries list) =
    LinePlot(Title = title, XLabel = x, YLabel = y, Series = Array.ofList series, Width = width, Height = height)

/// Points, a curve, outlines of regions.
let scatter title x y points (curve: LineSeries | null) (outlines: LineSeries list) =
    ScatterPlot(
        Title = title,
        XLabel = x,
        YLabel = y,
        Points = points,
        Curve = curve,
        Outlines = Array.ofList outlines,
        Width = width,
        Height = height
    )

/// Points against two axes of log₁₀ that tell the numbers themselves, and a level across them.
let logScatter title x y (points: (float * float)[]) name (level: float) levelName =
    let across, up =
        points |> Array.map (fst >> log10), points |> Array.map (snd >> log10)

    let left, right = Array.min across, Array.max across
    let bottom, top = min (Array.min up) (log10 level), max (Array.max up) (log10 level)

    let ticks values first last =
        logTicks Numbers.rough (values |> Array.distinct |> Array.truncate 8 |> Array.toList) first last

    ScatterPlot(
        Title = title,
        XLabel = x,
        YLabel = y,
        Points = LineSeries(name, across, up),
        Outlines = [| LineSeries(levelName, [| left; right |], [| log10 level; log10 level |]) |],
        XTicks = ticks (points |> Array.map fst) (left - 0.1) (right + 0.1),
        YTicks = ticks (points |> Array.map snd) (bottom - 0.1) (top + 0.1),
        Width = width,
        Height = height
    )

/// A function on a grid, with outlines of regions.
let heat title x y value (xs: float[]) (ys: float[]) (outlines: LineSeries list) (marks: MarkedPoint list) f =
    HeatMap(
        Title = title,
        XLabel = x,
        YLabel = y,
        ValueLabel = value,
        X = xs,
        Y = ys,
        Values = Array2D.init ys.Length xs.Length (fun i j -> f xs[j] ys[i]),
        Outlines = Array.ofList outlines,
        Marks = Array.ofList marks,
        Width = width,
        Height = height
    )
