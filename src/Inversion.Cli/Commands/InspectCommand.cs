using System.CommandLine;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>inspect: what a network is made of.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string?> File = new("FILE") { Description = "Network file or preset", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        Command command = new("inspect", """
            Prints the layers, shapes, parameters and metadata of a network.

            Example: inversion inspect generator.safetensors
            """);
        File.CompletionSources.Add([.. Presets.Names, .. ShippedModels.Names]);
        command.Add(File);
        command.WithNetwork();
        command.Add(CommonOptions.Seed);
        command.Add(CommonOptions.Json);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Arguments arguments = new(parsed);
        RandomKey seed = arguments.Seed();
        NetworkSource source = NetworkSource.Single(arguments, arguments.Value(File));
        GenerativeNetwork network = source.Network(seed, 0);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(Describe(source, network)));
            return ExitCode.Success;
        }

        Console.Out.WriteLine($"{source.Name}: {network.InputShape} -> {network.OutputShape}, {network.Depth} layers with weights, {Parameters(network)} parameters");
        for (int i = 0; i < network.Layers.Length; i++)
        {
            Console.Out.WriteLine($"  {i,2}  {network.Layers[i].Kind,-18} {network.Shapes[i + 1],-12} {Detail(network.Layers[i])}");
        }

        Console.Out.WriteLine($"homogeneous (no bias, ReLU or leaky ReLU): {(network.IsHomogeneous ? "yes" : "no")}; piecewise linear: {(network.IsPiecewiseLinear ? "yes" : "no")}");
        Console.Out.WriteLine($"finite: {network.FirstNonFinite() ?? "yes"}");
        Console.Out.WriteLine($"fingerprint: {Fingerprint.ofNetwork(network)}");
        foreach ((string key, string value) in Metadata(source))
        {
            Console.Out.WriteLine($"{key}: {value}");
        }

        return ExitCode.Success;
    }

    private static JsonObject Describe(NetworkSource source, GenerativeNetwork network)
    {
        JsonArray layers = [];
        for (int i = 0; i < network.Layers.Length; i++)
        {
            layers.Add(new JsonObject
            {
                ["type"] = network.Layers[i].Kind,
                ["output"] = new JsonArray([.. network.Shapes[i + 1].ToAxes().Select(size => JsonValue.Create(size))]),
                ["detail"] = Detail(network.Layers[i]),
            });
        }

        JsonObject metadata = [];
        foreach ((string key, string value) in Metadata(source))
        {
            metadata[key] = value;
        }

        return new JsonObject
        {
            ["name"] = source.Name,
            ["input"] = new JsonArray([.. network.InputShape.ToAxes().Select(size => JsonValue.Create(size))]),
            ["output"] = new JsonArray([.. network.OutputShape.ToAxes().Select(size => JsonValue.Create(size))]),
            ["depth"] = network.Depth,
            ["parameters"] = Parameters(network),
            ["homogeneous"] = network.IsHomogeneous,
            ["piecewiseLinear"] = network.IsPiecewiseLinear,
            ["nonFinite"] = network.FirstNonFinite(),
            ["fingerprint"] = Fingerprint.ofNetwork(network),
            ["sha256"] = source.Sha256,
            ["layers"] = layers,
            ["metadata"] = metadata,
        };
    }

    private static long Parameters(GenerativeNetwork network) => network.Layers.Sum(layer => layer switch
    {
        AffineLayer affine => affine.Weight.LongLength + (affine.Bias?.LongLength ?? 0),
        ChannelAffineLayer channel => 2 * channel.Scale.LongLength,
        _ => 0,
    });

    private static string Detail(Layer layer)
    {
        string detail = layer switch
        {
            ConvolutionLayer c => $"{c.InputChannels} -> {c.OutputChannels} channels, kernel {Axes(c.Geometry, c.Geometry.KernelHeight, c.Geometry.KernelWidth)}, "
                + $"stride {Axes(c.Geometry, c.Geometry.StrideHeight, c.Geometry.StrideWidth)}, padding {Axes(c.Geometry, c.Geometry.PaddingHeight, c.Geometry.PaddingWidth)}"
                + (c.Groups > 1 ? $", {c.Groups} groups" : string.Empty),
            LinearLayer l => $"{l.InputChannels} -> {l.OutputChannels}",
            ActivationLayer { Activation: Activation.LeakyRelu } a => FormattableString.Invariant($"slope {a.Slope:R}"),
            UpsampleLayer u => $"by {u.FactorHeight}x{u.FactorWidth}",
            _ => string.Empty,
        };
        if (layer is AffineLayer affine)
        {
            double size = Math.Sqrt(affine.Weight.Sum(w => w * w) / affine.Weight.Length);
            detail += FormattableString.Invariant($", weights of size {size:G4}{(affine.Bias is null ? string.Empty : ", bias")}");
        }

        return detail;
    }

    private static string Axes(KernelGeometry geometry, int height, int width) => string.Join('x', geometry.AxisList(height, width));

    private static IEnumerable<KeyValuePair<string, string>> Metadata(NetworkSource source)
    {
        if (source.Path is null || !source.Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        return SafetensorsFile.Read(source.Path).Metadata.Where(entry => !entry.Key.StartsWith("inversion.", StringComparison.Ordinal));
    }
}
