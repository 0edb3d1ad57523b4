using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Figures;
using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Verify;
using Inversion.Verify.Claims;

namespace Inversion.Cli.Commands;

/// <summary>weights: what each layer's weights look like beside a normal law.</summary>
internal static class WeightsCommand
{
    private const int MostBins = 10_000;

    private static readonly Option<string?> Bins = CommonOptions.One("--bins", "N", "Bars of each histogram [by the number of weights]");

    public static Command Create()
    {
        Command command = new("weights", """
            Prints the moments of each layer's weights, Anderson and Darling's statistic and the distance from the nearest normal law; writes weights.json,
            weights.csv (the histograms) and, for each layer, a histogram with the normal law and a Q-Q plot. Judges nothing: audit --claim gaussian-weights does.

            Example: inversion weights --network digits --out weights
            """);
        command.WithNetwork();
        foreach (Option option in (Option[])[Bins, CommonOptions.Seed, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Arguments arguments = new(parsed);
        RandomKey seed = arguments.Seed();
        NetworkSource source = NetworkSource.Single(arguments);
        GenerativeNetwork network = source.Network(seed, 0);
        if (network.FirstNonFinite() is { } where)
        {
            throw new InputException($"{source.Name}: {where}; its weights have no moments");
        }

        int? bins = arguments.Text(Bins) is null ? null : arguments.Integer(Bins, 1, 1);
        if (bins > MostBins)
        {
            throw new UsageException($"--bins {bins}: at most {MostBins}");
        }

        if (network.Depth == 0)
        {
            throw new InputException($"{source.Name}: it has no layer with weights");
        }

        DirectoryInfo folder = arguments.OutputFolder();
        IReadOnlyList<LayerWeights> layers = LayerWeights.Of(network, bins);
        JsonObject summary = Write(folder, arguments, source, network, layers);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(summary));
        }
        else
        {
            Print(source.Name, network, layers);
            string name = Path.GetRelativePath(".", folder.FullName);
            Console.Out.WriteLine($"results: {Path.Combine(name, "weights.json")}, {Path.Combine(name, "weights.csv")}, figures: {Path.Combine(name, "figures")}, page: {Path.Combine(name, "report.html")}");
        }

        return ExitCode.Success;
    }

    private static JsonObject Write(DirectoryInfo folder, Arguments arguments, NetworkSource source, GenerativeNetwork network, IReadOnlyList<LayerWeights> layers)
    {
        string figures = folder.CreateSubdirectory("figures").FullName;
        StringBuilder csv = new("layer,from,to,share,normal_share\n");
        JsonArray files = [];
        foreach (LayerWeights layer in layers)
        {
            foreach (WeightShape.Bar bar in layer.Bars)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{layer.Number},{bar.From:R},{bar.To:R},{bar.Share:R},{bar.NormalShare:R}\n");
            }

            foreach (string file in FigureFile.Write(Path.Combine(figures, $"weights-layer-{layer.Number}"), WeightFigures.Of(source.Name, layer)))
            {
                files.Add("figures/" + Path.GetFileName(file));
            }
        }

        JsonObject summary = new()
        {
            ["schema"] = "inversion.weights/1",
            ["plan"] = arguments.Resolved.DeepClone(),
            ["network"] = source.Name,
            ["fingerprint"] = Fingerprint.ofNetwork(network),
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.ToJson())]),
            ["figures"] = files,
        };
        File.WriteAllText(Path.Combine(folder.FullName, "weights.csv"), csv.ToString());
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        JsonText.Write(Path.Combine(folder.FullName, "weights.json"), summary);
        RunFolder.WriteManifest(folder, [source]);
        ReportFiles.WritePage(folder, folder);
        return summary;
    }

    private static void Print(string name, GenerativeNetwork network, IReadOnlyList<LayerWeights> layers)
    {
        Console.Out.WriteLine($"{name}: {network.InputShape} -> {network.OutputShape}");
        Console.Out.WriteLine("layer  type               weights        mean   deviation    skew  kurtosis      A*²  distance  ± at 95 %");
        foreach (LayerWeights layer in layers)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{layer.Number,5}  {layer.Layer.Kind,-17} {layer.Count,8} {layer.Mean,11:G4} {layer.Deviation,11:G4} {layer.Skewness,7:F3} {layer.ExcessKurtosis,9:F3} {layer.AndersonDarling,8:G4} {layer.Nearest.Distance,9:F4} {layer.Resolution,10:F4}"));
        }

        Console.Out.WriteLine("kurtosis: excess, 0 for a normal law; distance: sup |F − Φ((t − μ)/σ)| for the nearest normal law");
    }
}
