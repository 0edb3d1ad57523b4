using System.Security.Cryptography;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Verify;

namespace Inversion.Cli.Options;

/// <summary>Where a command takes its network from: a law to draw from, or a file.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Builder">The law, or null for a file.</param>
/// <param name="File">The network that was read, or null.</param>
/// <param name="Path">The file's path, or null.</param>
/// <param name="Sha256">SHA-256 of the file, or null.</param>
internal sealed record NetworkSource(string Name, NetworkBuilder? Builder, GenerativeNetwork? File, string? Path, string? Sha256)
{
    /// <summary>The bindings of an ONNX graph's inputs, as they were given.</summary>
    public IReadOnlyList<string> Bindings { get; init; } = [];

    /// <summary>The node at which an ONNX graph was stopped, or null.</summary>
    public string? OutputNode { get; init; }

    /// <summary>The name of a trained network that comes with the program; null for any other source.</summary>
    public string? Preset { get; init; }

    /// <summary>The network of this number; a file has only one.</summary>
    public GenerativeNetwork Network(RandomKey seed, int draw) => File ?? Drawn(seed, draw);

    /// <summary>Where the network comes from, for a witness.</summary>
    public Provenance Provenance(GenerativeNetwork network) => Path is null
        ? Verify.Provenance.NewDrawn(network.Origin!)
        : Verify.Provenance.NewFile(Path, Sha256!);

    /// <summary>The sources that the command line names; those of <paramref name="otherwise"/> when it names none.</summary>
    public static IReadOnlyList<NetworkSource> All(Arguments arguments, IReadOnlyList<string> otherwise)
    {
        string[] names = arguments.Texts(CommonOptions.Network);
        string? input = arguments.Text(CommonOptions.Input);
        string? layers = arguments.Text(CommonOptions.Layers);
        if (names.Length > 0 && (input ?? layers) is not null)
        {
            throw new UsageException("--network and --input/--layers exclude each other: name a file or preset, or describe a network to draw");
        }

        if ((input is null) != (layers is null))
        {
            throw new UsageException($"{(input is null ? "--layers" : "--input")} needs {(input is null ? "--input" : "--layers")} beside it, for instance --input 8x1 --layers 64k8,64k8");
        }

        if (input is not null)
        {
            return [Drawn($"{input}:{layers}", Usage(() => new NetworkBuilder { Input = Shape.Parse(input), Layers = layers! }), arguments)];
        }

        if (names.Length == 0)
        {
            names = [.. otherwise];
        }

        return [.. names.Select(name => Presets.Find(name) is { } builder ? Drawn(name, builder, arguments) : Read(name, arguments))];
    }

    /// <summary>The one source that the command line names, by option or by <paramref name="name"/>.</summary>
    public static NetworkSource Single(Arguments arguments, string? name = null)
    {
        IReadOnlyList<NetworkSource> sources = All(arguments, name is null ? [] : [name]);
        return sources.Count switch
        {
            0 => throw new UsageException("no network: give --network FILE|PRESET, or --input and --layers"),
            1 => sources[0],
            _ => throw new UsageException("one network at a time: --network was given more than once"),
        };
    }

    private static NetworkSource Drawn(string name, NetworkBuilder preset, Arguments arguments) => Drawn(
        name,
        preset,
        arguments.Text(CommonOptions.Weights),
        arguments.Text(CommonOptions.Variance),
        arguments.Text(CommonOptions.Activation),
        arguments.Text(CommonOptions.LastActivation));

    /// <summary>A law to draw from: a preset with what is not null put in its place.</summary>
    public static NetworkSource Drawn(string name, NetworkBuilder preset, string? law, string? variance, string? activation, string? last)
    {
        if (law is not null && !WeightLaws.ByName.ContainsKey(law))
        {
            throw new UsageException($"--weights {law}: the laws are {string.Join(", ", WeightLaws.ByName.Keys)}{Nearest.Hint(law, WeightLaws.ByName.Keys)}");
        }

        foreach ((string option, string? word) in new[] { ("--activation", activation), ("--last-activation", last) })
        {
            if (word is not null && !ActivationLayer.Names.Contains(word.Split(':')[0]))
            {
                throw new UsageException($"{option} {word}: the activations are {string.Join(", ", ActivationLayer.Names)}{Nearest.Hint(word, ActivationLayer.Names)}");
            }
        }

        NetworkBuilder builder = preset with
        {
            Law = law is null ? preset.Law : WeightLaws.ByName[law],
            Activation = activation ?? preset.Activation,
            LastActivation = last ?? preset.LastActivation,
            VarianceNumerator = variance switch
            {
                null => preset.VarianceNumerator,
                "1" => 1,
                "2" => 2,
                _ => throw new UsageException($"--variance {variance}: 1 or 2 is needed"),
            },
        };
        string suffix = string.Concat(new[] { law, activation, last is null ? null : "last " + last, variance is null ? null : variance + "/n" }
            .Where(word => word is not null).Select(word => ", " + word));

        // A description that cannot be drawn is a fault of the command line: find it before anything runs.
        Usage(() => builder.Draw(default));
        return new NetworkSource(name + suffix, builder, null, null, null);
    }

    private static NetworkSource Read(string path, Arguments arguments)
    {
        if (arguments.Text(CommonOptions.Weights) is not null || arguments.Text(CommonOptions.Activation) is not null
            || arguments.Text(CommonOptions.LastActivation) is not null || arguments.Text(CommonOptions.Variance) is not null)
        {
            throw new UsageException($"--weights, --variance and --activation draw a network; {path} is a file");
        }

        return Read(path, arguments.Texts(CommonOptions.Bind), arguments.Text(CommonOptions.OutputNode));
    }

    /// <summary>A file, or a trained network that comes with the program.</summary>
    public static NetworkSource Read(string name, string[] bindings, string? outputNode)
    {
        string path = ShippedModels.Resolve(name);
        if (!System.IO.File.Exists(path))
        {
            string[] known = [.. Presets.Names, .. ShippedModels.Names];
            throw new InputException($"{name}: no such file or preset; the presets are {string.Join(", ", known)}{Nearest.Hint(name, known)}");
        }

        GenerativeNetwork network = NetworkLoader.Load(path, ParseBindings(bindings), outputNode);
        string hash = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(path)));
        string plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^".gz".Length] : path;
        return new NetworkSource(System.IO.Path.GetFileNameWithoutExtension(plain), null, network, path, hash)
        {
            Bindings = bindings,
            OutputNode = outputNode,
            Preset = path == name ? null : name,
        };
    }

    /// <summary>Reads NAME=VALUE pairs.</summary>
    public static Dictionary<string, double[]> ParseBindings(IReadOnlyList<string> texts)
    {
        Dictionary<string, double[]> bindings = [];
        foreach (string binding in texts)
        {
            int equals = binding.IndexOf('=');
            if (equals < 1)
            {
                throw new UsageException($"--bind {binding}: write NAME=VALUE");
            }

            bindings[binding[..equals]] = JsonArrays.Parse(binding[(equals + 1)..], "--bind " + binding);
        }

        return bindings;
    }

    private GenerativeNetwork Drawn(RandomKey seed, int draw) => Builder!.Draw(seed.Child("network").Child(Name).Child(draw));

    private static T Usage<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (NetworkException problem)
        {
            throw new UsageException(problem.Message);
        }
    }
}
