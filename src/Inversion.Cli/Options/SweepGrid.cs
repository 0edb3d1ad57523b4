using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Solving;
using Inversion.Sweeps;
using Inversion.Verify;

namespace Inversion.Cli.Options;

/// <summary>The grid of a sweep: options that may have several values, every combination of which is a cell.</summary>
internal sealed class SweepGrid
{
    /// <summary>What a sweep asks where no claim is named: is the code recovered?</summary>
    public const string Recovery = "recovery";

    private static readonly Option<string[]> Input = CommonOptions.Many("--input", "SHAPE", CommonOptions.Input.Description!);
    private static readonly Option<string[]> Layers = CommonOptions.Many("--layers", "LIST", CommonOptions.Layers.Description!);
    private static readonly Option<string[]> Weights = CommonOptions.Many("--weights", "LAW", CommonOptions.Weights.Description!).Offering(WeightLaws.ByName.Keys);
    private static readonly Option<string[]> Variance = CommonOptions.Many("--variance", "1|2", CommonOptions.Variance.Description!);
    private static readonly Option<string[]> Activation = CommonOptions.Many("--activation", "NAME", CommonOptions.Activation.Description!).Offering([.. ActivationLayer.Names, "leaky-relu:"]);
    private static readonly Option<string[]> LastActivation = CommonOptions.Many("--last-activation", "NAME", CommonOptions.LastActivation.Description!).Offering([.. ActivationLayer.Names, "leaky-relu:"]);
    private static readonly Option<string[]> Rate = CommonOptions.Many("--rate", "R", "Share observed: joined to every mask, random with 0.2 is random:0.2");
    private static readonly Option<string[]> Measure = CommonOptions.Many("--measure", "gaussian:M", CommonOptions.Measure.Description!).Offering(["gaussian:"]);
    private static readonly Option<string[]> NoiseLevel = CommonOptions.Many("--noise", "S", CommonOptions.Noise.Description!);
    private static readonly Option<string[]> Code = CommonOptions.Many("--code", "LAW", "Codes to recover: gaussian, sparse:K (K nonzero entries), adversarial (where sigma_min/sigma_max of A DG is least) [gaussian]").Offering(["gaussian", "sparse:", "adversarial"]);
    private static readonly Option<string[]> Solver = CommonOptions.Many("--solver", "NAME", $"Algorithm of each descent: {SolverChoice.Names} [{SolverChoice.GaussNewton}]").Offering(SolverChoice.Words);
    private static readonly Option<string[]> SignFlips = CommonOptions.Many("--sign-flip", "none|code|blocks", "Try the negative of the code, or of single position blocks, at every step [none]");
    private static readonly Option<string[]> Claim = CommonOptions.Many("--claim", "ID", $"What each trial asks: {Recovery}, or a claim that is not refuted ({string.Join(", ", Auditor.Claims.Where(id => id != Recovery))}) [{Recovery}]").Offering([Recovery, .. Auditor.Claims.Where(id => id != Recovery)]);
    private static readonly Option<string?> Restarts = CommonOptions.One("--restarts", "N", "Most descents for each code [as the budget allows]");
    private static readonly Option<string?> Budget = CommonOptions.One("--budget", "N", "Most gradient evaluations for each code [1000]");
    private static readonly Option<string?> Success = CommonOptions.One("--success", "E", "Relative error of the code below which it is recovered [0.001]");
    private static readonly Option<string?> Epsilon = CommonOptions.One("--epsilon", "E", "ε of the claims [0.1]");
    private static readonly Option<string?> Starts = CommonOptions.One("--starts", "N", "Starts of a claim's worst-case search [6]");
    private static readonly Option<string?> Steps = CommonOptions.One("--steps", "N", "Steps of each start [150]");
    private static readonly Option<string?> Samples = CommonOptions.One("--samples", "N", "A claim's random trials on each network [60]");

    /// <summary>All options of a grid.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        CommonOptions.Network, Input, Layers, Weights, Variance, Activation, LastActivation, CommonOptions.Mask, Rate, Measure, NoiseLevel,
        Code, Solver, SignFlips, Claim, Restarts, Budget, Success, Epsilon, Starts, Steps, Samples,
    ];

    /// <summary>The cells that the options describe, in the order of the options' values, the last option fastest.</summary>
    public static ImmutableArray<SweepCell> Cells(Arguments arguments)
    {
        (string Key, string[] Values)[] axes =
        [
            .. Networks(arguments),
            Axis(arguments, "weights", Weights),
            Axis(arguments, "variance", Variance),
            Axis(arguments, "activation", Activation),
            Axis(arguments, "last-activation", LastActivation),
            Axis(arguments, "mask", CommonOptions.Mask),
            Axis(arguments, "rate", Rate),
            Axis(arguments, "measure", Measure),
            Axis(arguments, "noise", NoiseLevel),
            Axis(arguments, "code", Code),
            Axis(arguments, "solver", Solver),
            Axis(arguments, "sign-flip", SignFlips),
            Axis(arguments, "claim", Claim),
        ];
        InvertOptions search = new()
        {
            Budget = arguments.Integer(Budget, 1000, 1),
            MaxStarts = arguments.Text(Restarts) is null ? int.MaxValue : arguments.Integer(Restarts, 1, 1),
        };
        double success = arguments.Number(Success, 1e-3, e => e > 0, "a positive number");
        Settings defaults = Settings.Default;
        Settings settings = new(
            arguments.Number(Epsilon, defaults.Epsilon, e => e is > 0 and < 1, "a number between 0 and 1"),
            arguments.Integer(Samples, defaults.Trials, 0),
            arguments.Integer(Starts, defaults.Starts, 0),
            arguments.Integer(Steps, defaults.Steps, 0),
            defaults.Confidence);
        List<SweepCell> cells = [];
        foreach (ImmutableArray<KeyValuePair<string, string>> point in Product(axes))
        {
            SweepCell cell = Cell(point.ToDictionary(), point, search, success, settings);
            if (cells.Exists(other => other.Name == cell.Name))
            {
                throw new UsageException($"{cell.Name}: a value was given twice");
            }

            cells.Add(cell);
        }

        return [.. cells];
    }

    /// <summary>Where a cell's networks come from.</summary>
    public static NetworkSource SourceOf(SweepCell cell) => Source(key => cell.Parameters.FirstOrDefault(pair => pair.Key == key).Value);

    private static (string Key, string[] Values) Axis(Arguments arguments, string key, Option<string[]> option) => (key, arguments.Texts(option));

    private static (string Key, string[] Values)[] Networks(Arguments arguments)
    {
        (string, string[]) network = Axis(arguments, "network", CommonOptions.Network);
        (string, string[]) input = Axis(arguments, "input", Input);
        (string, string[]) layers = Axis(arguments, "layers", Layers);
        bool isDescribed = input.Item2.Length > 0 || layers.Item2.Length > 0;
        if (isDescribed == network.Item2.Length > 0)
        {
            throw new UsageException("a sweep needs --network FILE|PRESET, or --input and --layers, not both");
        }

        if (isDescribed && (input.Item2.Length == 0 || layers.Item2.Length == 0))
        {
            throw new UsageException("--input and --layers go together, for instance --input 8x1 --layers 64k8,64k8");
        }

        return isDescribed ? [input, layers] : [network];
    }

    private static IEnumerable<ImmutableArray<KeyValuePair<string, string>>> Product((string Key, string[] Values)[] axes)
    {
        IEnumerable<ImmutableArray<KeyValuePair<string, string>>> points = [[]];
        foreach ((string key, string[] values) in axes.Where(axis => axis.Values.Length > 0))
        {
            points = points.SelectMany(point => values.Select(value => point.Add(new KeyValuePair<string, string>(key, value))));
        }

        return points;
    }

    private static SweepCell Cell(Dictionary<string, string> values, ImmutableArray<KeyValuePair<string, string>> point, InvertOptions search, double success, Settings settings)
    {
        string? Value(string key) => values.GetValueOrDefault(key);
        NetworkSource source = Source(Value);
        MeasurementChoice measurement = new(Mask(Value), Value("measure") is { } sensing ? MeasurementChoice.RowsOf(sensing) : null);
        string claim = Value("claim") ?? Recovery;
        GenerativeNetwork Network(RandomKey key) => source.File ?? source.Builder!.Draw(key);

        // A conditional generator: the class is drawn with the code, and searched with it.
        ConditionRecord? condition = claim == Recovery && source.Path is not null ? ConditionRecord.Find(source.Path) : null;
        GenerativeNetwork[] classes = condition is null ? [] : [.. Enumerable.Range(0, condition.Classes).Select(k => condition.Bind(source.File!, k))];

        // What cannot be drawn or measured is a fault of the plan: find it before anything runs.
        GenerativeNetwork drawn = Network(default);
        Measurement probe = measurement.For(drawn, default);
        double observed = (double)probe.Count / probe.SignalLength;
        CodeLaw code = Law(Value("code"), claim, condition?.Latent ?? drawn.LatentDimension);
        ITrial trial = claim == Recovery
            ? new RecoveryTrial(Network, measurement.For, SolverChoice.Of(search, Value("solver") ?? SolverChoice.GaussNewton, Value("sign-flip")), Number(Value("noise"), "--noise"), success) { Code = code, Classes = classes }
            : Auditor.Claims.Contains(claim)
                ? new ClaimTrial(claim, settings, Network, measurement.For)
                : throw new UsageException($"--claim {claim}: {Recovery}, {string.Join(", ", Auditor.Claims.Where(id => id != Recovery))}{Nearest.Hint(claim, [.. Auditor.Claims])}");
        return new SweepCell(string.Join(", ", point.Select(pair => $"{pair.Key}={pair.Value}")), point, observed, trial) { Sizes = NetworkSizes.Of(drawn) };
    }

    private static NetworkSource Source(Func<string, string?> value)
    {
        if (value("network") is { } name && Presets.Find(name) is null)
        {
            return (value("weights") ?? value("variance") ?? value("activation") ?? value("last-activation")) is null
                ? NetworkSource.Read(name, [], null)
                : throw new UsageException($"--weights, --variance and --activation draw a network; {name} is a file");
        }

        try
        {
            NetworkBuilder builder = value("network") is { } preset
                ? Presets.Find(preset)!
                : new NetworkBuilder { Input = Shape.Parse(value("input")!), Layers = value("layers")! };
            return NetworkSource.Drawn(value("network") ?? $"{value("input")}:{value("layers")}", builder, value("weights"), value("variance"), value("activation"), value("last-activation"));
        }
        catch (NetworkException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    private static string Mask(Func<string, string?> value)
    {
        string mask = value("mask") ?? "all";
        if (value("rate") is not { } rate)
        {
            return mask;
        }

        return mask is "all" || mask.Contains(':', StringComparison.Ordinal)
            ? throw new UsageException($"--rate {rate}: give --mask random, contiguous, blocks, offsets, adversarial, top, bottom, left, right, center or border without a share, not {mask}")
            : $"{mask}:{rate}";
    }

    private static CodeLaw Law(string? code, string claim, int latent)
    {
        if (code is null)
        {
            return CodeLaw.Gaussian;
        }

        CodeLaw law = CodeLaw.TryParse(code)
            ?? throw new UsageException($"--code {code}: {string.Join(", ", CodeLaw.Names)}, with K at least 1{Nearest.Hint(code, CodeLaw.Names)}");
        return law.Nonzeros > latent
            ? throw new UsageException($"--code {code}: the network's codes have {latent} entries")
            : claim != Recovery
                ? throw new UsageException($"--code {code} --claim {claim}: a claim searches for codes itself; --code goes with --claim {Recovery}")
                : law;
    }

    private static double Number(string? text, string option) => text is null
        ? 0
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && number >= 0
            ? number
            : throw new UsageException($"{option} {text}: a number of at least 0 is needed");
}
