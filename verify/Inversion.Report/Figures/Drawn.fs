/// Figures as pictures of a page.
[<RequireQualifiedAccess>]
module Inversion.Report.Drawn

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

/// The upper half of the circle around (x, 0).
let halfCircle name x radius =
    let angles = spaced 61 0.0 System.Math.PI

    LineSeries(
        name,
        angles |> Array.map (fun angle -> x - radius * cos angle),
        angles |> Array.map (fun angle -> radius * sin angle)
    )

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
