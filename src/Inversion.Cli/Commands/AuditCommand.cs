using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Sweeps;
using Inversion.Verify;
using Inversion.Verify.Proofs;
using Microsoft.FSharp.Collections;

namespace Inversion.Cli.Commands;

/// <summary>audit: judges the theorem's claims on drawn or given networks.</summary>
internal static class AuditCommand
{
    private const int DefaultDraws = 6;
    private static readonly Option<string[]> Claim = CommonOptions.Many("--claim", "ID[,ID]", $"Claims to judge: {string.Join(", ", Auditor.Claims)} [all but recovery]").OfferingJoined(',', Auditor.Claims);
    private static readonly Option<string?> Epsilon = CommonOptions.One("--epsilon", "E", "Radius of the balls and tolerance of the conditions [0.1]");
    private static readonly Option<string?> Draws = CommonOptions.One("--draws", "N", "Networks drawn from each law [6]");
    private static readonly Option<string?> Trials = CommonOptions.One("--trials", "N", "Random trials for each claim and network [60]");
    private static readonly Option<string?> Starts = CommonOptions.One("--starts", "N", "Starts of each worst-case search [6]");
    private static readonly Option<string?> Steps = CommonOptions.One("--steps", "N", "Steps of each start [150]");
    private static readonly Option<string?> Confidence = CommonOptions.One("--confidence", "C", "Confidence of the whole audit; its error budget is split over the findings [0.95]");
    private static readonly Option<string?> Level = CommonOptions.One("--level", "supported|proved", "proved: decide origin, uniqueness and mode-collapse by cones where the code has at most 3 entries; undecided (budget) elsewhere, unless refuted [supported]");
    private static readonly Option<string?> Budget = CommonOptions.One("--budget", "N", "At --level proved: cones of a network after which a claim is left undecided [200000]");
    private static readonly Option<string?> Resume = CommonOptions.One("--resume", "DIR", "Go on with the audit of this run folder, which was stopped; its plan is read from there");
    private static readonly Option<string[]> Expect = CommonOptions.Many("--expect", "CLAIM=VERDICT", "Gate: fail unless every finding of the claim has this verdict; may be repeated").OfferingExpectations(Auditor.Claims);

    public static Command Create()
    {
        Command command = new("audit", $"""
            Judges the claims of the invertibility theorem on networks, and writes a run folder. Without a network: on a default ensemble. What is finished
            is kept in trials.sqlite as it ends: an audit that was stopped, killed or cut off goes on with --resume where it was.

            Example: inversion audit
            Example: inversion audit --input 8x1 --layers 64k8,64k8 --mask random:0.5 --claim descent,origin --expect origin=supported

            Presets:
              {string.Join("\n  ", Presets.Describe())}
            """);
        command.WithNetwork().WithMeasurement();
        foreach (Option option in (Option[])[Claim, Epsilon, Draws, Trials, Starts, Steps, Confidence, Level, Budget, Resume, Expect,
            CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    /// <summary>What a command line or plan asks for, ready to run.</summary>
    internal sealed record Prepared(
        AuditPlan Plan, IReadOnlyDictionary<string, (Subject Subject, NetworkSource Source)> Subjects, IReadOnlyList<Expectation> Expectations, bool IsProofLevel, int Budget);

    /// <summary>Reads the options of an audit and draws or reads its networks.</summary>
    internal static Prepared Prepare(Arguments arguments)
    {
        RandomKey seed = arguments.Seed();
        string[] claims = Claims(arguments);
        List<Expectation> expectations = [.. arguments.Texts(Expect).SelectMany(text => text.Split(',')).Select(text => Expectation(text, claims))];
        Settings defaults = Settings.Default;
        Settings settings = new(
            arguments.Number(Epsilon, defaults.Epsilon, e => e is > 0 and < 1, "a number between 0 and 1"),
            arguments.Integer(Trials, defaults.Trials, 0),
            arguments.Integer(Starts, defaults.Starts, 0),
            arguments.Integer(Steps, defaults.Steps, 0),
            arguments.Number(Confidence, defaults.Confidence, c => c is > 0 and < 1, "a number between 0 and 1"));
        Dictionary<string, (Subject, NetworkSource)> subjects = [];
        List<AuditGroup> groups = Groups(arguments, seed, subjects);
        AuditPlan plan = new(ListModule.OfSeq(groups), ListModule.OfSeq(claims), settings, seed, arguments.Threads());
        bool isProofLevel = arguments.Text(Level) switch
        {
            null or "supported" => false,
            "proved" => true,
            { } other => throw new UsageException($"--level {other}: supported or proved"),
        };
        return new Prepared(plan, subjects, expectations, isProofLevel, arguments.Integer(Budget, 200_000, 1));
    }

    private static int Run(ParseResult parsed)
    {
        // From here on: to draw or read the networks can take seconds.
        using Interruption interruption = new();
        string? resumed = parsed.GetValue(Resume);
        Arguments arguments = resumed is null ? new Arguments(parsed) : Arguments.Resumed(parsed, Path.Combine(resumed, "plan.json"), [Resume.Name, Expect.Name, "--threads", "--json"]);
        Prepared prepared = Prepare(arguments);
        (AuditPlan plan, IReadOnlyDictionary<string, (Subject, NetworkSource)> subjects, IReadOnlyList<Expectation> expectations, _, _) = prepared;
        string text = PlanText(arguments.Resolved, subjects.Values.Select(entry => entry.Item2));
        DirectoryInfo folder = resumed is null ? arguments.OutputFolder() : new DirectoryInfo(resumed);
        string name = Path.GetRelativePath(".", folder.FullName);
        using AuditStore store = resumed is null ? AuditStore.Create(folder.FullName, text, SweepCommand.Version) : AuditStore.Resume(folder.FullName, text, SweepCommand.Version);
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        using ProgressDisplay display = new(arguments.IsQuiet);
        AuditResult result = Audit.runKept(store, plan, new Relay(display), interruption.Token);
        FSharpList<Finding> findings = result.Findings;
        bool isCancelled = result.Cancelled;
        try
        {
            findings = AuditProofs.keep(
                plan, folder.FullName, prepared.IsProofLevel, prepared.Budget, share => display.Report((int)(1000 * share), 1000, "proofs"), interruption.Token, findings);
        }
        catch (OperationCanceledException)
        {
            findings = AuditProofs.withoutCertificates(findings);
            isCancelled = true;
        }

        display.Dispose();

        GateOutcome outcome = Gate.judge(ListModule.OfSeq(expectations), findings);
        int exit = isCancelled ? ExitCode.Cancelled
            : !result.Errors.IsEmpty ? ExitCode.Bug
            : outcome.IsFailed ? ExitCode.ExpectationFailed
            : outcome.IsUndecided ? ExitCode.Undecided
            : ExitCode.Success;
        JsonObject summary = RunFolder.Write(folder, arguments.Resolved, plan.Seed.ToString(), findings, subjects, exit);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(summary));
        }
        else
        {
            VerdictTable.Print(findings, plan.Settings.Epsilon);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"confidence {plan.Settings.Confidence:R} for the whole audit: {result.ConfidenceOfEach:R} for each of {plan.Groups.Length * plan.Claims.Length} claims on a network"));
            Console.Out.WriteLine(isCancelled ? $"not complete; go on with: inversion audit --resume {name}" : $"run folder: {name} (replay its witnesses with: inversion replay {name})");
        }

        foreach (string line in result.Errors.Concat(outcome switch
        {
            GateOutcome.Failed failed => failed.Item,
            GateOutcome.Undecided undecided => undecided.Item,
            _ => [],
        }).Concat(outcome.IsHeld ? [] : ReportFiles.ReplayCommands(folder)))
        {
            Console.Error.WriteLine(line);
        }

        return exit;
    }

    // Two audits are the same where this is: what is expected of one changes nothing that it draws, and a file that was changed makes another.
    private static string PlanText(JsonObject resolved, IEnumerable<NetworkSource> sources)
    {
        JsonObject text = (JsonObject)resolved.DeepClone();
        text.Remove(Expect.Name.TrimStart('-'));
        IEnumerable<string> masks = resolved["mask"] is JsonArray named ? named.Select(mask => mask!.GetValue<string>()) : [];
        return JsonText.Compact(PlanFiles.Hashed(text, sources.Where(source => source.Path is not null).Select(source => source.Path!).Concat(masks.SelectMany(PlanFiles.OfMask))));
    }

    private static string[] Claims(Arguments arguments)
    {
        string[] named = [.. arguments.Texts(Claim).SelectMany(text => text.Split(',')).Distinct()];
        foreach (string name in named)
        {
            if (SweepClaims.ids.Contains(name))
            {
                throw new UsageException($"--claim {name}: is judged on many trials, by a sweep: inversion sweep --plan {name}");
            }

            if (!Auditor.Claims.Contains(name))
            {
                throw new UsageException($"--claim {name}: no such claim{Nearest.Hint(name, Auditor.Claims)}; the claims are {string.Join(", ", Auditor.Claims)}");
            }
        }

        return named.Length == 0 ? [.. Auditor.StandardClaims] : named;
    }

    private static Expectation Expectation(string text, string[] claims)
    {
        Expectation expected = Expectations.Parse(text);
        return claims.Contains(expected.Claim)
            ? expected
            : throw new UsageException($"--expect {text}: this audit does not judge {expected.Claim}; add it to --claim");
    }

    private static List<AuditGroup> Groups(Arguments arguments, RandomKey seed, Dictionary<string, (Subject, NetworkSource)> subjects)
    {
        IReadOnlyList<NetworkSource> sources = NetworkSource.All(arguments, Presets.Names);
        IReadOnlyList<MeasurementChoice> measurements = MeasurementChoice.All(arguments);
        List<(NetworkSource Source, MeasurementChoice Measurement)> pairs = [.. sources.SelectMany(source => measurements.Select(choice => (source, choice)))];
        if (arguments.Texts(CommonOptions.Network).Length == 0 && arguments.Text(CommonOptions.Input) is null
            && arguments.Texts(CommonOptions.Mask).Length == 0 && arguments.Text(CommonOptions.Measure) is null)
        {
            // Theorem 4: half of the outputs.
            pairs.Add((sources[0], new MeasurementChoice("random:0.5", null)));
        }

        int draws = arguments.Integer(Draws, DefaultDraws, 1);
        List<AuditGroup> groups = [];
        foreach ((NetworkSource source, MeasurementChoice choice) in pairs)
        {
            string name = source.Name + choice.Suffix;
            List<Subject> members = [];
            int count = source.Builder is null ? 1 : draws;
            for (int draw = 0; draw < count; draw++)
            {
                GenerativeNetwork network = source.Network(seed, draw);
                string member = count == 1 ? name : $"{name} #{draw}";
                Subject subject = SubjectModule.create(member, network, choice.For(network, seed.Child("measurement").Child(draw)), source.Provenance(network));
                members.Add(subject);
                if (!subjects.TryAdd(member, (subject, source)))
                {
                    throw new UsageException($"{name} was given more than once");
                }
            }

            groups.Add(new AuditGroup(name, ListModule.OfSeq(members)));
        }

        return groups;
    }

    private sealed class Relay(ProgressDisplay display) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => display.Report(value.Done, value.Total, $"{value.Claim} on {value.Network}");
    }
}
