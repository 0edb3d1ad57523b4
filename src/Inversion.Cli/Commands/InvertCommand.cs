using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Pictures;
using Inversion.Randomness;
using Inversion.Solving;

namespace Inversion.Cli.Commands;

/// <summary>invert: recovers latent codes from measurements of their output.</summary>
internal static class InvertCommand
{
    private const int DefaultBudget = 1000;

    // Codes drawn to see which residuals codes of the range leave, and columns of a grid.
    private const int Compared = 8;
    private const int MostColumns = 10;

    private static readonly Option<string?> Method = CommonOptions.One("--solver", "NAME", $"Algorithm of each descent: {SolverChoice.Names} [{SolverChoice.Alternate}]").Offering(SolverChoice.Words);
    private static readonly Option<string?> Restarts = CommonOptions.One("--restarts", "N", "Most descents for each code [as the budget allows]");
    private static readonly Option<string?> Budget = CommonOptions.One("--budget", "N", "Most gradient evaluations for each code; a forward pass or Jacobian-vector product counts a third [1000]");
    private static readonly Option<string?> Sign = CommonOptions.One("--sign-flip", "none|code|blocks", "Try the negative of the code, or of single position blocks, at every step [none]");
    private static readonly Option<string?> Class = CommonOptions.One("--class", "K|search", "Class of a conditional generator: fixed, or the one that explains the measurements best");
    private static readonly Option<bool> Single = new("--float") { Description = "Compute in single precision" };
    private static readonly Option<bool> Grid = new("--grid") { Description = $"Write figures/grid.png: of the first {MostColumns} targets the truth, the observed, the recovered, the error" };

    public static Command Create()
    {
        Command command = new("invert", $"""
            Recovers latent codes from measurements and completes the output; writes invert.json, codes.npy and pictures to the output folder.

            Example: inversion invert --network generator.safetensors --mask top --codes 200
            Example: inversion invert --network generator.safetensors --mask random:0.5 --image digit.png
            Example: inversion invert --network generator.safetensors --mask random:0.5 --target signal.json --json
            """);
        command.WithNetwork().WithMeasurement();
        foreach (Option option in (Option[])[InvertTargets.Codes, InvertTargets.Target, InvertTargets.Image, Class, Method, Restarts, Budget, Sign, Single, Grid, CommonOptions.Noise,
            CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(parsed => parsed.GetValue(Single) ? Run<float>(parsed) : Run<double>(parsed));
        return command;
    }

    private static int Run<T>(ParseResult parsed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Interruption interruption = new();
        Arguments arguments = new(parsed);
        RandomKey seed = arguments.Seed();
        NetworkSource source = NetworkSource.Single(arguments);
        GenerativeNetwork[] networks = Classes(arguments, source, source.Network(seed, 0));
        GenerativeNetwork network = networks[0];
        Measurement measurement = MeasurementChoice.Single(arguments).For(network, seed.Child("measurement").Child(0));
        InvertOptions options = Options(arguments);
        double noise = arguments.Number(CommonOptions.Noise, 0, s => s >= 0, "a number of at least 0");
        PixelRange range = PixelRange.Of(network, source.Path is null ? null : NetworkLoader.Inspect(source.Path).Metadata);
        InvertTargets targets = InvertTargets.Of(arguments, networks, range, measurement, seed);
        bool isPicture = arguments.Texts(InvertTargets.Image).Length > 0;
        bool isGrid = arguments.Flag(Grid);
        if (isGrid && !PixelRange.Shows(network))
        {
            throw new UsageException($"--grid: the network's output is {network.OutputShape}, no picture");
        }

        int threads = arguments.Threads();
        DirectoryInfo folder = arguments.OutputFolder();
        ClassResult[] found;
        using (ProgressDisplay display = new(arguments.IsQuiet))
        {
            found = Search<T>(networks, measurement, targets, noise, seed, options, threads, (done, all) => display.Report(done, all, "codes"), interruption.Token);
        }

        (InvertAttempt Attempt, double[]? Signal)[] finished =
            [.. Scored(networks, range, targets, found).Select((entry, i) => i < MostColumns || isPicture ? entry : entry with { Signal = null })];
        double[]? reach = isPicture && !interruption.Token.IsCancellationRequested ? Reach<T>(networks, measurement, seed, options, threads, interruption.Token) : null;
        InvertAttempt[] attempts = [.. finished.Select(entry => entry.Attempt)];
        int exit = interruption.Token.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Success;
        IReadOnlyList<string> figures = Figures(folder.FullName, network, range, measurement, [.. finished.Where(entry => entry.Signal is not null).Select(entry => (entry.Attempt, entry.Signal!))], isPicture, isGrid);
        JsonObject summary = InvertSummary.Of(arguments, network, measurement, attempts, targets.Count == 1, reach, figures, exit);
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        JsonText.Write(Path.Combine(folder.FullName, "invert.json"), summary);
        NumpyFile.Write(Path.Combine(folder.FullName, "codes.npy"), [.. attempts.Select(attempt => attempt.Result.Best.Latent.ToArray())]);
        RunFolder.WriteManifest(folder, [source]);
        ReportFiles.WritePage(folder, folder);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(summary));
        }
        else
        {
            InvertText.Print(source.Name, measurement, attempts, reach);
            string name = Path.GetRelativePath(".", folder.FullName);
            Console.Out.WriteLine($"results: {Path.Combine(name, "invert.json")}{(figures.Count == 0 ? string.Empty : $", pictures: {Path.Combine(name, "figures")}")}");
        }

        return exit;
    }

    // The network itself, or a conditional generator with the class named, or with each.
    private static GenerativeNetwork[] Classes(Arguments arguments, NetworkSource source, GenerativeNetwork network)
    {
        string? label = arguments.Text(Class);
        ConditionRecord? condition = source.Path is null || source.Bindings.Count > 0 ? null : ConditionRecord.Find(source.Path);
        if (condition is null)
        {
            return label is null ? [network] : throw new UsageException($"--class {label}: {source.Name} has no classes");
        }

        return label switch
        {
            null => throw new UsageException($"{source.Name} has the classes 0 to {condition.Classes - 1}: add --class K, or --class search"),
            "search" => [.. Enumerable.Range(0, condition.Classes).Select(k => condition.Bind(network, k))],
            _ when int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int k) && k < condition.Classes => [condition.Bind(network, k)],
            _ => throw new UsageException($"--class {label}: a class from 0 to {condition.Classes - 1}, or search"),
        };
    }

    private static InvertOptions Options(Arguments arguments)
    {
        string solver = arguments.Text(Method) ?? SolverChoice.Alternate;
        string? signFlip = arguments.Text(Sign);
        InvertOptions options = new()
        {
            Budget = arguments.Integer(Budget, DefaultBudget, 1),
            MaxStarts = arguments.Text(Restarts) is null ? int.MaxValue : arguments.Integer(Restarts, 1, 1),
        };

        return SolverChoice.IsPaper(solver) && (arguments.Text(Budget) ?? arguments.Text(Restarts)) is not null
            ? throw new UsageException($"--solver {solver}: has its own steps and restarts; leave --budget and --restarts away")
            : SolverChoice.Of(options, solver, signFlip);
    }

    private static ClassResult[] Search<T>(
        GenerativeNetwork[] networks, Measurement measurement, InvertTargets targets, double noise, RandomKey seed, InvertOptions options, int threads, Action<int, int> told,
        CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] observed = targets.Observed<T>(measurement, noise, seed.Child("noise"));
        RandomKey[] keys = [.. Enumerable.Range(0, targets.Count).Select(i => seed.Child("starts").Child(i))];
        NetworkEngine<T>[] engines = [.. networks.Select(network => new NetworkEngine<T>(network))];
        Told progress = new(done => told(done, targets.Count * networks.Length));
        return [.. ClassInverter.InvertMany<T>(engines, measurement, observed, keys, options, threads, progress, cancellation)];
    }

    // What was cancelled, or never begun, is no result.
    private static IEnumerable<(InvertAttempt Attempt, double[]? Signal)> Scored(GenerativeNetwork[] networks, PixelRange range, InvertTargets targets, ClassResult[] found)
    {
        NetworkEngine<double>[] engines = [.. networks.Select(network => new NetworkEngine<double>(network))];
        NetworkWorkspace<double> workspace = new();
        double? peak = PixelRange.Shows(networks[0]) ? range.Peak : null;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Search.Best.Status is SolveStatus.Cancelled or SolveStatus.NotRun)
            {
                continue;
            }

            double[] completed = new double[networks[0].OutputDimension];
            engines[found[i].Class].Forward(workspace, found[i].Search.Best.Latent.AsSpan(), completed, 1);
            double[]? signal = targets.Signal?.Invoke(i);
            InvertAttempt attempt = InvertAttempt.Of(targets.Names[i], found[i].Search, completed, targets.Truths?[i], signal, networks[0], peak) with { Evaluations = found[i].Evaluations };
            if (networks.Length > 1)
            {
                // A code of another class is no code that was recovered, however near its entries are.
                bool isOther = attempt.RelativeError is not null && found[i].Class != i % networks.Length;
                attempt = attempt with { Class = found[i].Class, RelativeError = isOther ? double.PositiveInfinity : attempt.RelativeError };
            }

            yield return (attempt, signal);
        }
    }

    // Which residuals the same search leaves for outputs of drawn codes, which do lie in the range.
    private static double[] Reach<T>(GenerativeNetwork[] networks, Measurement measurement, RandomKey seed, InvertOptions options, int threads, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        InvertTargets drawn = InvertTargets.Drawn(networks, seed.Child("range"), Compared, measurement.Count);
        return [.. Search<T>(networks, measurement, drawn, 0, seed.Child("range"), options, threads, (_, _) => { }, cancellation).Select(found => found.Search.Best.RelativeResidual)];
    }

    // Told at once, by the thread that has finished a search.
    private sealed class Told(Action<int> told) : IProgress<int>
    {
        public void Report(int value) => told(value);
    }

    private static List<string> Figures(
        string folder, GenerativeNetwork network, PixelRange range, Measurement measurement, (InvertAttempt Attempt, double[] Signal)[] shown, bool isPicture, bool isGrid)
    {
        List<string> figures = isPicture ? [.. InvertPictures.WriteEach(folder, network, range, measurement, shown)] : [];
        if (isGrid && shown.Length > 0)
        {
            Directory.CreateDirectory(Path.Combine(folder, "figures"));
            InvertPictures.WriteGrid(Path.Combine(folder, "figures", "grid.png"), network, range, measurement, [.. shown.Take(MostColumns)]);
            figures.Add("figures/grid.png");
        }

        return figures;
    }
}
