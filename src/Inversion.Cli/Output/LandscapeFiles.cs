using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Figures;

namespace Inversion.Cli.Output;

/// <summary>The files of a landscape: landscape.csv, figures/landscape.svg and .png, landscape.html.</summary>
internal static class LandscapeFiles
{
    // A page with more points on an axis is slow to turn and heavy to send.
    private const int MostOnPage = 301;

    /// <summary>Offsets and J, a line for each point that was computed.</summary>
    public static void WriteTable(string folder, LandscapeGrid grid)
    {
        StringBuilder csv = new("x,y,J\n");
        for (int i = 0; i < grid.Offsets.Length; i++)
        {
            for (int j = 0; j < grid.Offsets.Length && grid.Rows[i]; j++)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{grid.Offsets[j]:R},{grid.Offsets[i]:R},{grid.Values[i, j]:R}\n");
            }
        }

        File.WriteAllText(Path.Combine(folder, "landscape.csv"), csv.ToString());
    }

    /// <summary>Writes the pictures and the page and returns their names. Where no value is finite there is nothing to draw, and none is written.</summary>
    public static IReadOnlyList<string> WriteFigures(string folder, HeatMap map, string note)
    {
        if (!map.Values.Cast<double>().Any(double.IsFinite))
        {
            return [];
        }

        Directory.CreateDirectory(Path.Combine(folder, "figures"));
        FigureFile.Write(Path.Combine(folder, "figures", "landscape"), map);
        new SurfacePage { Grid = Thinned(map), Note = $"x: {map.XLabel}; y: {map.YLabel}; J: {map.ValueLabel}. {note}" }.Write(Path.Combine(folder, "landscape.html"));
        return ["figures/landscape.svg", "figures/landscape.png", "landscape.html"];
    }

    /// <summary>The picture.</summary>
    public static HeatMap Picture(string title, LandscapeGrid grid, LandscapePlane plane)
    {
        double span = grid.Offsets[^1];
        List<MarkedPoint> marks = [new MarkedPoint(0, 0, "true code z°")];
        if (plane.Origin() is { } origin && Math.Abs(origin.X) <= span && Math.Abs(origin.Y) <= span)
        {
            marks.Add(new MarkedPoint(origin.X, origin.Y, "code 0"));
        }

        return new HeatMap
        {
            Title = title,
            XLabel = $"offset from z° along the {plane.FirstName} (latent units)",
            YLabel = $"along the {plane.SecondName} (latent units)",
            ValueLabel = "J(z) = ½‖y − A G(z)‖² (squared units of the output)",
            X = grid.Offsets,
            Y = grid.Offsets,
            Values = grid.Values,
            Marks = marks,
        };
    }

    /// <summary>A picture that was written, from its table and summary.</summary>
    public static HeatMap Read(string folder, string title)
    {
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "landscape.json")))!;
        int points = summary["points"]!.GetValue<int>();
        double[][] rows = [.. File.ReadLines(Path.Combine(folder, "landscape.csv")).Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        double[,] values = new double[points, points];
        for (int k = 0; k < rows.Length; k++)
        {
            values[k / points, k % points] = rows[k][2];
        }

        double[] Vector(string name, int i) => [.. (summary[name]![i] as JsonArray ?? summary[name]!.AsArray()).Select(entry => entry!.GetValue<double>())];
        LandscapePlane plane = new(Vector("truth", 0), Vector("directions", 0), Vector("directions", 1), "first entry", "second entry");
        return Picture(title, new LandscapeGrid([.. rows.Take(points).Select(row => row[0])], values, []), plane);
    }

    private static HeatMap Thinned(HeatMap map)
    {
        int step = (map.X.Count + MostOnPage - 1) / MostOnPage;
        int[] kept = [.. Enumerable.Range(0, map.X.Count).Where(i => i % step == 0)];
        double[,] values = new double[kept.Length, kept.Length];
        for (int i = 0; i < kept.Length; i++)
        {
            for (int j = 0; j < kept.Length; j++)
            {
                values[i, j] = map.Values[kept[i], kept[j]];
            }
        }

        double[] axis = [.. kept.Select(i => map.X[i])];
        return map with { X = axis, Y = axis, Values = values };
    }
}
