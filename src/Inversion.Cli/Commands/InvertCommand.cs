using System.CommandLine;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Solving;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>invert: recovers latent codes from measurements of their output.</summary>
internal static class InvertCommand
{
    /// <summary>A code counts as recovered below this relative error (HHHV and Bora et al. use the same).</summary>
    private const double SuccessError = 1e-3;

    private const int DefaultBudget = 1000;

    private static readonly Option<string?> Codes = CommonOptions.One("--codes", "N", "Draw N codes, measure their outputs, and score the recovery");
    private static readonly Option<string?> Target = CommonOptions.One("--target", "ARRAY|FILE", "Measurements (m numbers), or a whole signal (n numbers) to be measured");
    private static readonly Option<string?> Method = CommonOptions.One("--solver", "NAME", $"Algorithm of each descent: {SolverChoice.Names}");
    private static readonly Option<string?> Restarts = CommonOptions.One("--restarts", "N", "Most descents for each code [as the budget allows]");
    private static readonly Option<string?> Budget = CommonOptions.One("--budget", "N", "Most gradient evaluations for each code; a forward pass or Jacobian-vector product counts a third [1000]");
    private static readonly Option<string?> Sign = CommonOptions.One("--sign-flip", "none|code|blocks", "Try the negative of the code, or of single position blocks, at every step [none]");
    private static readonly Option<bool> Single = new("--float") { Description = "Compute in single precision" };

    public static Command Create()
    {
        Command command = new("invert", $"""
            Recovers latent codes from measurements and completes the output; writes invert.json to the output folder.

            Example: inversion invert --network generator.safetensors --mask top --codes 200
            Example: inversion invert --network generator.safetensors --mask random:0.5 --target signal.json --json
            """);
        command.WithNetwork().WithMeasurement();
        foreach (Option option in (Option[])[Codes, Target, Method, Restarts, Budget, Sign, Single, CommonOptions.Noise,
            CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(parsed => parsed.GetValue(Single) ? Run<float>(parsed) : Run<double>(parsed));
        return command;
    }

    private static int Run<T>(ParseResult parsed)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        Arguments arguments = new(parsed);
        RandomKey seed = arguments.Seed();
        NetworkSource source = NetworkSource.Single(arguments);
        GenerativeNetwork network = source.Network(seed, 0);
        Measurement measurement = MeasurementChoice.Single(arguments).For(network, seed.Child("measurement").Child(0));
        InvertOptions options = Options(arguments);
        double noise = arguments.Number(CommonOptions.Noise, 0, s => s >= 0, "a number of at least 0");
        string? target = arguments.Text(Target);
        int count = target is null ? arguments.Integer(Codes, 1, 1) : 1;
        if (target is not null && arguments.Text(Codes) is not null)
        {
            throw new UsageException("--codes and --target exclude each other: draw codes, or give measurements");
        }

        double[]? given = target is null ? null : Observed(target, measurement);
        NetworkEngine<T> engine = new(network);
        int threads = arguments.Threads();
        DirectoryInfo folder = arguments.OutputFolder();
        (double[]? truths, T[] observed) = Measured(engine, measurement, given, noise, seed, count);
        RandomKey[] keys = [.. Enumerable.Range(0, count).Select(i => seed.Child("starts").Child(i))];
        using Interruption interruption = new();
        using ProgressDisplay display = new();
        Finished progress = new(done => display.Report(done, count, "codes"));
        ImmutableArray<InversionResult> results = Inverter.InvertMany<T>(engine, measurement, observed, keys, options, threads, progress, interruption.Token);
        Attempt?[] attempts = [.. results.Select((result, i) => Scored(result, i, truths))];
        display.Dispose();
        int exit = interruption.Token.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Success;
        JsonObject summary = Summary(arguments, network, measurement, attempts, exit);
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        JsonText.Write(Path.Combine(folder.FullName, "invert.json"), summary);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(summary));
        }
        else
        {
            Print(source, measurement, attempts, folder);
        }

        return exit;
    }

    private static InvertOptions Options(Arguments arguments)
    {
        string? solver = arguments.Text(Method);
        string? signFlip = arguments.Text(Sign);
        InvertOptions options = new()
        {
            Budget = arguments.Integer(Budget, DefaultBudget, 1),
            MaxStarts = arguments.Text(Restarts) is null ? int.MaxValue : arguments.Integer(Restarts, 1, 1),
        };

        return options with { Solve = SolverChoice.Of(options.Solve, solver, signFlip) };
    }

    private static double[] Observed(string text, Measurement measurement)
    {
        double[] target = JsonArrays.Parse(text, Target.Name);
        if (target.Length == measurement.SignalLength)
        {
            double[] observed = new double[measurement.Count];
            measurement.Apply<double>(target, observed);
            return observed;
        }

        return target.Length == measurement.Count
            ? target
            : throw new InputException($"--target: {target.Length} numbers; the measurement has {measurement.Count}, the whole output {measurement.SignalLength}");
    }

    private static (double[]? Truths, T[] Observed) Measured<T>(
        NetworkEngine<T> engine, Measurement measurement, double[]? given, double noise, RandomKey seed, int count)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int n0 = engine.Network.LatentDimension;
        int m = measurement.Count;
        if ((long)count * Math.Max(m, n0) > Array.MaxLength)
        {
            throw new UsageException($"--codes {count}: {count} times {Math.Max(m, n0)} numbers are too many for one run; split it by --seed");
        }

        double[]? truths = given is null ? new double[count * n0] : null;
        T[] observed = new T[count * m];
        T[] signal = new T[engine.Network.OutputDimension];
        T[] measured = new T[m];
        NetworkWorkspace<T> workspace = new();
        for (int i = 0; i < count; i++)
        {
            double[] row;
            if (truths is null)
            {
                row = (double[])given!.Clone();
            }
            else
            {
                double[] truth = new double[n0];
                seed.Child("codes").Child(i).Open().FillGaussian(truth);
                truth.CopyTo(truths, i * n0);
                engine.Forward(workspace, Array.ConvertAll(truth, T.CreateTruncating), signal, 1);
                measurement.Apply<T>(signal, measured);
                row = Array.ConvertAll(measured, double.CreateTruncating);
            }

            Noise.Add(row, noise, seed.Child("noise").Child(i));
            Array.ConvertAll(row, T.CreateTruncating).CopyTo(observed, i * m);
        }

        return (truths, observed);
    }

    // What was cancelled, or never begun, is no result.
    private static Attempt? Scored(InversionResult result, int index, double[]? truths)
    {
        if (result.Best.Status is SolveStatus.Cancelled or SolveStatus.NotRun)
        {
            return null;
        }

        ReadOnlySpan<double> latent = result.Best.Latent.AsSpan();
        ReadOnlySpan<double> truth = truths is null ? [] : truths.AsSpan(index * latent.Length, latent.Length);
        return new Attempt(result, truth.IsEmpty ? null : Vectors.Distance(latent, truth) / Vectors.Norm(truth));
    }

    private static JsonObject Summary(Arguments arguments, GenerativeNetwork network, Measurement measurement, Attempt?[] attempts, int exit)
    {
        JsonArray codes = [];
        foreach (Attempt? attempt in attempts)
        {
            if (attempt is null)
            {
                continue;
            }

            codes.Add(new JsonObject
            {
                ["latent"] = JsonText.Array<double>(attempt.Result.Best.Latent.AsSpan()),
                ["value"] = JsonText.Number(attempt.Result.Best.Value),
                ["relativeResidual"] = JsonText.Number(attempt.Result.Best.RelativeResidual),
                ["relativeError"] = attempt.RelativeError is { } error ? JsonText.Number(error) : null,
                ["evaluations"] = JsonText.Number(attempt.Result.Best.Evaluations),
                ["restarts"] = attempt.Result.Restarts.Length,
                ["stop"] = attempt.Result.Best.Status.ToString(),
            });
        }

        Attempt[] scored = [.. attempts.OfType<Attempt>().Where(attempt => attempt.RelativeError is not null)];
        int recovered = scored.Count(attempt => attempt.RelativeError < SuccessError);
        JsonObject summary = new()
        {
            ["schema"] = "inversion.invert/1",
            ["plan"] = arguments.Resolved.DeepClone(),
            ["fingerprint"] = Fingerprint.ofNetwork(network),
            ["measurements"] = measurement.Count,
            ["outputs"] = measurement.SignalLength,
            ["successRate"] = scored.Length == 0 ? null : JsonText.Number(recovered / (double)scored.Length),
            ["successRateLower"] = scored.Length == 0 ? null : JsonText.Number(Statistics.rateLower(recovered, scored.Length, 0.975)),
            ["successRateUpper"] = scored.Length == 0 ? null : JsonText.Number(Statistics.rateUpper(recovered, scored.Length, 0.975)),
            ["codes"] = codes,
            ["exit"] = exit,
        };
        if (attempts.Length == 1 && attempts[0] is { } only)
        {
            double[] completed = new double[network.OutputDimension];
            new NetworkEngine<double>(network).Forward(new NetworkWorkspace<double>(), only.Result.Best.Latent.AsSpan(), completed, 1);
            summary["completed"] = JsonText.Array<double>(completed);
        }

        return summary;
    }

    private static void Print(NetworkSource source, Measurement measurement, Attempt?[] attempts, DirectoryInfo folder)
    {
        Attempt[] finished = [.. attempts.OfType<Attempt>()];
        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.Out.WriteLine(string.Create(culture, $"{source.Name}, {measurement.Name}: {measurement.Count} of {measurement.SignalLength} outputs, {finished.Length} codes"));
        if (finished.Length == 0)
        {
            return;
        }

        Attempt[] scored = [.. finished.Where(attempt => attempt.RelativeError is not null)];
        if (scored.Length > 0)
        {
            int recovered = scored.Count(attempt => attempt.RelativeError < SuccessError);
            Console.Out.WriteLine(string.Create(culture,
                $"recovered (relative code error < {SuccessError:R}): {recovered} of {scored.Length} = {100.0 * recovered / scored.Length:F1} %, 95 % interval {100 * Statistics.rateLower(recovered, scored.Length, 0.975):F1} to {100 * Statistics.rateUpper(recovered, scored.Length, 0.975):F1} %"));
            Console.Out.WriteLine(string.Create(culture, $"relative code error: median {Median(scored.Select(a => a.RelativeError!.Value)):G3}, largest {scored.Max(a => a.RelativeError!.Value):G3}"));
        }

        Console.Out.WriteLine(string.Create(culture,
            $"gradient evaluations: median {Median(finished.Select(a => a.Result.Best.Evaluations)):F0}, most {finished.Max(a => a.Result.Best.Evaluations):F0}; relative residual: median {Median(finished.Select(a => a.Result.Best.RelativeResidual)):G3}, largest {finished.Max(a => a.Result.Best.RelativeResidual):G3}"));
        Console.Out.WriteLine("stops: " + string.Join(", ", finished.GroupBy(a => a.Result.Best.Status).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}")));
        Console.Out.WriteLine($"results: {Path.Combine(Path.GetRelativePath(".", folder.FullName), "invert.json")}");
    }

    private static double Median(IEnumerable<double> values)
    {
        ImmutableArray<double> sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed record Attempt(InversionResult Result, double? RelativeError);

    // Told at once, by the thread that has finished a code.
    private sealed class Finished(Action<int> told) : IProgress<int>
    {
        public void Report(int value) => told(value);
    }
}
