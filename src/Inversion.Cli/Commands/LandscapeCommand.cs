using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>landscape: J on a plane of codes around the true one.</summary>
internal static class LandscapeCommand
{
    private const string DefaultNetwork = "paper-4.2";
    private const int DefaultPoints = 101;
    private const int FewestPoints = 3;
    private const int MostPoints = 1001;
    private const int MostMinima = 20;

    private static readonly Option<string?> Points = CommonOptions.One("--grid", "N", $"Points on each axis, {FewestPoints} to {MostPoints} [{DefaultPoints}]");
    private static readonly Option<string?> Span = CommonOptions.One("--span", "R", "The grid reaches from -R to R around the true code [twice its size]");
    private static readonly Option<string?> Scale = CommonOptions.One("--weight-scale", "normalized|textbook", "Drawn weights of second moment v/(channels x taps), or as textbooks have the law: N(0,1), [0,1], as in the paper's section 4.2 [normalized]");

    public static Command Create()
    {
        Command command = new("landscape", """
            Writes J(z) = 1/2 |y - A G(z)|^2 on a grid of a plane of codes, centered at the true code: landscape.csv, landscape.json, a picture (SVG, PNG)
            and a page with a surface to turn (landscape.html, which loads nothing). Without a network: that of the paper's section 4.2.

            Example: inversion landscape --activation sigmoid --mask random:0.5 --weight-scale textbook --out landscape
            Example: inversion landscape --network digits --mask top --grid 51
            """);
        command.WithNetwork().WithMeasurement();
        foreach (Option option in (Option[])[LandscapePlane.Code, LandscapePlane.Directions, Points, Span, Scale, CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Arguments arguments = new(parsed);
        using Interruption interruption = new();
        RandomKey seed = arguments.Seed();
        NetworkSource source = NetworkSource.Single(arguments, DefaultNetwork);
        GenerativeNetwork network = source.Network(seed, 0);
        if (network.FirstNonFinite() is { } where)
        {
            throw new InputException($"{source.Name}: {where}; J would be no number");
        }

        if (source.Path is not null && source.Bindings.Count == 0 && ConditionRecord.Find(source.Path) is { } condition)
        {
            throw new UsageException($"{source.Name} has the classes 0 to {condition.Classes - 1}: add --bind class=K");
        }

        network = Scaled(network, arguments.Text(Scale));
        Measurement measurement = MeasurementChoice.Single(arguments).For(network, seed.Child("measurement").Child(0));
        LandscapePlane plane = LandscapePlane.Of(arguments, network, seed);
        int points = arguments.Integer(Points, DefaultPoints, FewestPoints);
        if (points > MostPoints)
        {
            throw new UsageException($"--grid {points}: at most {MostPoints} points on an axis");
        }

        double span = arguments.Number(Span, 2 * Vectors.Norm<double>(plane.Truth), r => r > 0, "a positive number");
        int threads = arguments.Threads();
        DirectoryInfo folder = arguments.OutputFolder();
        LandscapeGrid grid;
        using (ProgressDisplay display = new(arguments.IsQuiet))
        {
            grid = LandscapeGrid.Of(network, measurement, plane, points, span, threads, done => display.Report(done, points, "rows"), interruption.Token);
        }

        bool isWhole = Array.TrueForAll(grid.Rows, row => row);
        LandscapeFiles.WriteTable(folder.FullName, grid);
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        if (!isWhole)
        {
            return ExitCode.Cancelled;
        }

        string title = $"J around the true code: {source.Name}, {measurement.Name}";
        IReadOnlyList<(double X, double Y, double Value)> minima = grid.Minima();
        string[] told = [.. Told(grid, minima, span)];
        IReadOnlyList<string> figures = LandscapeFiles.WriteFigures(folder.FullName, LandscapeFiles.Picture(title, grid, plane), string.Join(" ", told));
        JsonObject summary = Summary(arguments, source, network, measurement, plane, grid, minima, figures);
        summary["key"] = seed.ToString();
        JsonText.Write(Path.Combine(folder.FullName, "landscape.json"), summary);
        RunFolder.WriteManifest(folder, [source]);
        ReportFiles.WritePage(folder, folder);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(summary));
        }
        else
        {
            Console.Out.WriteLine($"{source.Name}, {measurement.Name}: {measurement.Count} of {measurement.SignalLength} outputs, {points} x {points} codes");
            Array.ForEach(told, Console.Out.WriteLine);
            string name = Path.GetRelativePath(".", folder.FullName);
            Console.Out.WriteLine($"results: {Path.Combine(name, "landscape.json")}, {Path.Combine(name, "landscape.csv")}{(figures.Count == 0 ? string.Empty : $", page: {Path.Combine(name, "landscape.html")}, figures: {Path.Combine(name, "figures")}")}");
        }

        return ExitCode.Success;
    }

    private static GenerativeNetwork Scaled(GenerativeNetwork network, string? scale) => scale switch
    {
        null or "normalized" => network,
        "textbook" => TextbookWeights.Of(network),
        _ => throw new UsageException($"{Scale.Name} {scale}: normalized or textbook{Nearest.Hint(scale, ["normalized", "textbook"])}"),
    };

    private static IEnumerable<string> Told(LandscapeGrid grid, IReadOnlyList<(double X, double Y, double Value)> minima, double span)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        (double X, double Y, double Value) least = grid.Extreme(1);
        (double X, double Y, double Value) most = grid.Extreme(-1);
        yield return string.Create(culture, $"Offsets from {-span:G4} to {span:G4}; least J {least.Value:G4} at ({least.X:G4}, {least.Y:G4}), largest {most.Value:G4} at ({most.X:G4}, {most.Y:G4}).");
        int count = grid.Count(least.Value);
        if (count > 1)
        {
            yield return string.Create(culture, $"J has its least value at {count} of the {grid.Values.Length} points.");
        }

        int notFinite = grid.Values.Cast<double>().Count(value => !double.IsFinite(value));
        if (notFinite > 0)
        {
            yield return string.Create(culture, $"J is no finite number at {notFinite} of the {grid.Values.Length} points.");
        }

        yield return string.Create(culture, $"{minima.Count} {(minima.Count == 1 ? "point of the grid lies below its" : "points of the grid lie below their")} eight neighbors{(minima.Count == 0 ? string.Empty : ": ")}{string.Join(", ", minima.Take(5).Select(m => string.Create(culture, $"({m.X:G4}, {m.Y:G4}) with J {m.Value:G4}")))}{(minima.Count > 5 ? ", …" : string.Empty)}.");
    }

    private static JsonObject Summary(
        Arguments arguments, NetworkSource source, GenerativeNetwork network, Measurement measurement, LandscapePlane plane, LandscapeGrid grid,
        IReadOnlyList<(double X, double Y, double Value)> minima, IReadOnlyList<string> figures) => new()
        {
            ["schema"] = "inversion.landscape/1",
            ["plan"] = arguments.Resolved.DeepClone(),
            ["network"] = source.Name,
            ["fingerprint"] = Fingerprint.ofNetwork(network),
            ["measurements"] = measurement.Count,
            ["outputs"] = measurement.SignalLength,
            ["truth"] = JsonText.Array<double>(plane.Truth),
            ["directions"] = new JsonArray(JsonText.Array<double>(plane.First), JsonText.Array<double>(plane.Second)),
            ["points"] = grid.Offsets.Length,
            ["span"] = JsonText.Number(grid.Offsets[^1]),
            ["notFinite"] = grid.Values.Cast<double>().Count(value => !double.IsFinite(value)),
            ["least"] = Point(grid.Extreme(1)),
            ["leastCount"] = grid.Count(grid.Extreme(1).Value),
            ["largest"] = Point(grid.Extreme(-1)),
            ["gridMinima"] = minima.Count,
            ["lowestMinima"] = new JsonArray([.. minima.Take(MostMinima).Select(Point)]),
            ["figures"] = new JsonArray([.. figures.Select(file => (JsonNode)JsonValue.Create(file))]),
        };

    private static JsonObject Point((double X, double Y, double Value) at) =>
        new() { ["x"] = JsonText.Number(at.X), ["y"] = JsonText.Number(at.Y), ["J"] = JsonText.Number(at.Value) };
}
