using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Verify;
using Inversion.Verify.Claims;
using Inversion.Verify.Proofs;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Commands;

/// <summary>certify: decides claims on one network, by going through its cones or layer by layer, and writes certificates.</summary>
internal static class CertifyCommand
{
    private static readonly string[] Known = [.. Prover.claims, .. Prover.layerClaims];
    private static readonly Option<string[]> Claim = CommonOptions.Many("--claim", "ID[,ID]", $"Claims to decide: {string.Join(", ", Known)} [all but the last]").OfferingJoined(',', Known);
    private static readonly Option<string?> Truth = CommonOptions.One("--truth", "ARRAY|FILE", "The code z° for descent and origin [descent: one drawn at the seed; origin: all z° at once]");
    private static readonly Option<string?> Epsilon = CommonOptions.One("--epsilon", "E", "Radius of the balls of descent, limit of weight-concentration [0.1]");
    private static readonly Option<string?> Budget = CommonOptions.One("--budget", "N", "Cones, or pairs of cells of a layer, after which a claim is left undecided [200000]");
    private static readonly Option<string?> Depths = CommonOptions.One("--depths", "A-B", "Instead of a network: prove expected-landscape for these depths, for instance 1-10");
    private static readonly Option<string?> Draw = CommonOptions.One("--draw", "K", "Which draw of the law, from 0 [0]");
    private static readonly Option<string[]> Expect = CommonOptions.Many("--expect", "CLAIM=VERDICT", "Gate: fail unless the claim has this verdict; may be repeated").OfferingExpectations(Known);

    public static Command Create()
    {
        Command command = new("certify", """
            Decides claims on one network with at most 3 latent entries, without bias, with ReLU or leaky ReLU: proved or refuted for every code, rounding
            included. Writes network.safetensors and a certificate for each claim, which inversion check-certificate re-proves from the weights alone.
            weight-concentration is decided for each layer; proofs need layers of at most 3 input channels, whatever the latent code.

            Example: inversion certify --input 2x1 --layers 8k4,8k4
            With --depths, no network is needed: proves that the expected gradient vanishes nowhere outside the two balls.

            Example: inversion certify --depths 1-10 --epsilon 0.01
            Example: inversion certify --network generator.safetensors --mask top --claim descent --truth [1,-0.5]
            Example: inversion certify --input 2x1 --layers 256k4 --claim weight-concentration --epsilon 0.4
            """);
        command.WithNetwork().WithMeasurement();
        foreach (Option option in (Option[])[Claim, Truth, Epsilon, Budget, Depths, Draw, Expect, CommonOptions.Seed, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
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
        string[] claims = Claims(arguments);
        (string Claim, string Verdict)[] expectations = [.. arguments.Texts(Expect).SelectMany(text => text.Split(',')).Select(text => Expectation(text, claims))];
        double epsilon = arguments.Number(Epsilon, 0.1, e => e is > 0 and < 1, "a number between 0 and 1");
        if (arguments.Text(Depths) is { } depths)
        {
            return ExpectedLandscape(arguments, depths, epsilon);
        }

        int budget = arguments.Integer(Budget, 200_000, 1);
        int draw = arguments.Integer(Draw, 0, 0);
        using Interruption interruption = new();
        NetworkSource source = NetworkSource.Single(arguments);
        GenerativeNetwork network = source.Network(seed, draw);
        Subject subject = SubjectModule.create(
            source.Name, network, MeasurementChoice.Single(arguments).For(network, seed.Child("measurement").Child(draw)), source.Provenance(network));
        double[]? given = arguments.Text(Truth) is { } text ? JsonArrays.Parse(text, "--truth", network.LatentDimension, "the latent code") : null;
        if (given is not null && (!Array.TrueForAll(given, double.IsFinite) || Array.TrueForAll(given, x => x == 0)))
        {
            throw new UsageException("--truth: a finite code other than 0 is needed");
        }

        DirectoryInfo folder = arguments.OutputFolder();
        foreach (string old in Known.SelectMany(claim => Directory.GetFiles(folder.FullName, Prover.claims.Contains(claim) ? claim + ".json" : claim + "-*.json")))
        {
            File.Delete(old);
        }

        string weights = Path.Combine(folder.FullName, "network.safetensors");
        NetworkFile.Write(network, weights);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(weights)));
        using ProgressDisplay display = new(arguments.IsQuiet);
        JsonArray decided = [];
        Dictionary<string, string> verdicts = [];
        bool isCancelled = false;
        foreach ((string claim, int layer) in claims.SelectMany(claim => Layers(claim, network).Select(layer => (claim, layer))))
        {
            string name = layer == 0 ? claim : $"{claim}-{layer}";
            string file = Path.Combine(folder.FullName, name + ".json");
            display.Restart();
            double[]? truth = claim is "descent" ? given ?? Drawn(seed, draw, network.LatentDimension) : claim is "origin" ? given : null;
            ProofTask task = new(
                subject,
                truth is null ? FSharpOption<double[]>.None : FSharpOption<double[]>.Some(truth),
                epsilon,
                budget,
                weights,
                hash,
                FuncConvert.FromAction<double>(share => display.Report((int)(1000 * share), 1000, name)),
                interruption.Token);
            Decision decision;
            try
            {
                decision = layer == 0 ? Prover.decide(claim, task, file) : Prover.decideLayer(claim, task, layer, file);
            }
            catch (OperationCanceledException)
            {
                File.Delete(file);
                isCancelled = true;
                break;
            }

            (string verdict, string said) = decision switch
            {
                Decision.Proved proved => ("proved", proved.Statement),
                Decision.Refuted refuted => ("refuted", refuted.Statement),
                Decision.Undecided undecided => ("undecided", undecided.Reason),
                _ => throw new InvalidOperationException(claim),
            };
            verdicts[claim] = Worse(verdict, verdicts.GetValueOrDefault(claim, verdict));
            decided.Add(new JsonObject
            {
                ["claim"] = claim,
                ["layer"] = layer == 0 ? null : layer,
                ["verdict"] = verdict,
                ["statement"] = said,
                ["certificate"] = verdict == "undecided" ? null : Path.GetFileName(file),
            });
            if (!arguments.Json)
            {
                display.Clear();
                Console.Out.WriteLine($"{claim}{(layer == 0 ? "" : $", layer {layer}")}: {verdict}. {said}");
            }
        }

        JsonObject summary = Write(folder, arguments, source, source.Name, subject.Measurement.Name, hash, decided, !isCancelled);
        display.Clear();
        Console.Out.WriteLine(arguments.Json
            ? JsonText.Indented(summary)
            : $"folder: {Path.GetRelativePath(".", folder.FullName)} (check again with: inversion check-certificate {Path.GetRelativePath(".", folder.FullName)})");
        return isCancelled ? ExitCode.Cancelled : Judge(expectations, verdicts);
    }

    private static JsonObject Write(DirectoryInfo folder, Arguments arguments, NetworkSource? source, string network, string measurement, string weights, JsonArray decided, bool isComplete)
    {
        JsonObject summary = new() { ["schema"] = "inversion.certify/1", ["network"] = network, ["measurement"] = measurement, ["weights"] = weights, ["complete"] = isComplete, ["decided"] = decided };
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        JsonText.Write(Path.Combine(folder.FullName, "summary.json"), summary);
        RunFolder.WriteManifest(folder, source is null ? [] : [source]);
        ReportFiles.WritePage(folder, folder);
        return summary;
    }

    private static int ExpectedLandscape(Arguments arguments, string depths, double epsilon)
    {
        string[] ends = depths.Split('-');
        bool read = int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            & int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last);
        if (!read || ends.Length > 2 || first < 1 || last < first || last > 100)
        {
            throw new UsageException($"--depths {depths}: write one depth or a range from 1 to 100, for instance 1-10");
        }

        DirectoryInfo folder = arguments.OutputFolder();
        string file = Path.Combine(folder.FullName, "expected-landscape.json");
        using Interruption interruption = new();
        Stopwatch clock = Stopwatch.StartNew();
        FSharpResult<FSharpList<LandscapeCertificate.Summary>, string> proved;
        try
        {
            using StreamWriter writer = new(file);
            proved = LandscapeCertificate.write(writer, ListModule.OfSeq(Enumerable.Range(first, last - first + 1)), epsilon, interruption.Token);
        }
        catch (OperationCanceledException)
        {
            File.Delete(file);
            return ExitCode.Cancelled;
        }

        double seconds = clock.Elapsed.TotalSeconds;
        if (proved.IsError)
        {
            File.Delete(file);
            Console.Out.WriteLine($"expected-landscape: undecided. {proved.ErrorValue}");
            return ExitCode.Undecided;
        }

        using StreamReader reader = new(file);
        string statement = Certificates.Checker.check(reader, string.Empty);
        foreach (LandscapeCertificate.Summary depth in proved.ResultValue)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"d = {depth.Depth}: margin {depth.Margin:R}, smallest on a fine grid {depth.GridMinimum:G6}, {depth.Nodes} steps"));
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"expected-landscape: proved in {seconds:F1} s, checked in {clock.Elapsed.TotalSeconds - seconds:F1} s. {statement}"));
        JsonArray decided = [.. proved.ResultValue.Select(depth => (JsonNode)new JsonObject
        {
            ["claim"] = "expected-landscape",
            ["layer"] = null,
            ["verdict"] = "proved",
            ["statement"] = string.Create(CultureInfo.InvariantCulture, $"{depth.Depth} layers, ε = {epsilon:R}: outside the balls and 0 the slope is at least {depth.Margin:R} (smallest on a fine grid: {depth.GridMinimum:G6})"),
            ["certificate"] = Path.GetFileName(file),
        })];
        Write(folder, arguments, null, first == last ? $"the expected landscape of {first} layers" : $"the expected landscapes of {first} to {last} layers", string.Empty, string.Empty, decided, true);
        Console.Out.WriteLine($"certificate: {Path.GetRelativePath(".", file)}");
        return ExitCode.Success;
    }

    private static int Judge((string Claim, string Verdict)[] expectations, Dictionary<string, string> verdicts)
    {
        int exit = ExitCode.Success;
        foreach ((string claim, string verdict) in expectations.Where(expected => verdicts[expected.Claim] != expected.Verdict))
        {
            Console.Error.WriteLine($"{claim}: expected {verdict}, found {verdicts[claim]}");
            exit = verdicts[claim] == "undecided" && exit != ExitCode.ExpectationFailed ? ExitCode.Undecided : ExitCode.ExpectationFailed;
        }

        return exit;
    }

    /// <summary>The numbers of the layers that a claim is decided for; 0 for the whole network.</summary>
    private static IEnumerable<int> Layers(string claim, GenerativeNetwork network) =>
        Prover.layerClaims.Contains(claim) ? Enumerable.Range(1, network.Depth) : [0];

    /// <summary>Of two verdicts the one that decides about all layers.</summary>
    private static string Worse(string first, string second)
    {
        string[] order = ["proved", "undecided", "refuted"];
        return Array.IndexOf(order, first) > Array.IndexOf(order, second) ? first : second;
    }

    private static double[] Drawn(RandomKey seed, int draw, int length)
    {
        double[] code = new double[length];
        seed.Child("certify").Child("truth").Child(draw).Open().FillGaussian(code);
        return code;
    }

    private static string[] Claims(Arguments arguments)
    {
        string[] named = [.. arguments.Texts(Claim).SelectMany(text => text.Split(',')).Distinct()];
        string? unknown = named.FirstOrDefault(name => !Known.Contains(name));
        return unknown is not null
            ? throw new UsageException($"--claim {unknown}: no claim of this command{Nearest.Hint(unknown, Known)}; those that are: {string.Join(", ", Known)}")
            : named.Length == 0 ? [.. Prover.claims] : named;
    }

    private static (string Claim, string Verdict) Expectation(string text, string[] claims)
    {
        string[] parts = text.Split('=');
        string[] words = ["proved", "refuted", "undecided"];
        return parts.Length != 2 || !claims.Contains(parts[0]) ? throw new UsageException($"--expect {text}: write CLAIM=VERDICT with a claim of this command: {string.Join(", ", claims)}")
            : !words.Contains(parts[1]) ? throw new UsageException($"--expect {text}: the verdicts are {string.Join(", ", words)}{Nearest.Hint(parts[1], words)}")
            : (parts[0], parts[1]);
    }
}
