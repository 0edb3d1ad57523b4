using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Pictures;
using Inversion.Randomness;

namespace Inversion.Cli.Output;

/// <summary>One sheet of several runs of invert on the same codes: the truth, and then, for each mask, what was observed and what was recovered.</summary>
internal static class RecoverySheet
{
    /// <summary>Writes the sheet.</summary>
    /// <param name="path">The PNG file.</param>
    /// <param name="preset">The network.</param>
    /// <param name="runs">The masks, with the folder of each run.</param>
    /// <param name="seed">The runs' seed.</param>
    public static void Write(string path, string preset, IReadOnlyList<(string Mask, string Folder)> runs, RandomKey seed)
    {
        NetworkSource source = NetworkSource.Read(preset, [], null);
        GenerativeNetwork network = source.Network(seed, 0);
        PixelRange range = PixelRange.Of(network, NetworkLoader.Inspect(source.Path!).Metadata);
        NetworkEngine<double> engine = new(network);
        NetworkWorkspace<double> workspace = new();
        List<Picture[]> rows = [];
        List<string> labels = ["truth"];
        foreach ((string mask, string folder) in runs)
        {
            double[][] latents = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "invert.json")))!["codes"]!.AsArray().Select(code => Numbers(code!["latent"]!))];
            Measurement measurement = new MeasurementChoice(mask, null).For(network, seed.Child("measurement").Child(0));
            InvertTargets targets = InvertTargets.Drawn([network], seed.Child("codes"), latents.Length, measurement.Count);
            Picture[][] columns = [.. latents.Select((latent, i) => InvertPictures.Row(network, measurement, range, Output(latent), targets.Signal!(i)))];
            labels.AddRange([$"{mask}:\nobserved", $"{mask}:\nrecovered"]);
            int first = rows.Count == 0 ? 0 : 1;
            rows.AddRange(Enumerable.Range(first, 3 - first).Select(row => columns.Select(column => column[row]).ToArray()));
        }

        PictureFile.WritePng(path, LabeledSheet.Of(rows, labels, Math.Max(1, InvertPictures.Factor(network) / 3)));

        double[] Output(double[] latent)
        {
            double[] output = new double[network.OutputDimension];
            engine.Forward(workspace, latent, output, 1);
            return output;
        }
    }

    private static double[] Numbers(JsonNode list) => [.. list.AsArray().Select(entry => entry!.GetValue<double>())];
}
