using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Sweeps;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>sweep: many trials of every cell of a grid, kept as they end.</summary>
internal static class SweepCommand
{
    private static readonly Option<string?> Trials = CommonOptions.One("--trials", "N", "Trials of each cell [100]");
    private static readonly Option<string?> Resume = CommonOptions.One("--resume", "DIR", "Go on with the sweep of this run folder; its plan is read from there");
    private static readonly Option<string?> MaxTime = CommonOptions.One("--max-time", "SECONDS", "Stop after so long; what is finished is kept, and --resume goes on");

    private static readonly Option<string[]> Expect = CommonOptions.Many("--expect", "CLAIM=VERDICT", $"Gate: fail unless every finding of the claim has this verdict; may be repeated. Of several trials: {string.Join(", ", SweepClaims.ids)}").OfferingExpectations([.. Auditor.Claims, .. SweepClaims.ids]);

    public static Command Create()
    {
        Command command = new("sweep", $"""
            Runs many trials of every cell of a grid. Options with several values (repeat them, or give lists in a plan) make the grid. Every trial is kept in
            trials.sqlite as it ends: a sweep that was stopped, killed or cut off goes on with --resume where it was.

            Example: inversion sweep --network theorem --mask random --mask top --rate 0.1 --rate 0.2 --rate 0.5 --trials 200
            Example: inversion sweep --resume runs/sweep-1
            """);
        foreach (Option option in (Option[])[.. SweepGrid.Options, Trials, .. SweepRule.Options, .. SweepPart.Options, Resume, MaxTime, Expect,
            CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Out, CommonOptions.Plan, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    /// <summary>The plan of a run folder, and its options as plan.json has them.</summary>
    internal static (SweepPlan Plan, JsonObject Resolved, IReadOnlyList<Expectation> Expectations) PlanOf(string folder)
    {
        Arguments arguments = Arguments.Resumed(Create().Parse([]), Path.Combine(folder, "plan.json"), []);
        return (Plan(arguments), arguments.Resolved, Expected(arguments));
    }

    /// <summary>The program's version, as trials.sqlite keeps it.</summary>
    internal static string Version { get; } =
        typeof(SweepCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static int Run(ParseResult parsed)
    {
        // From here on: to draw the networks of a plan can take seconds.
        using Interruption interruption = new();
        string? resumed = parsed.GetValue(Resume);
        Arguments arguments = resumed is null ? new Arguments(parsed) : Arguments.Resumed(parsed, Path.Combine(resumed, "plan.json"), [Resume.Name, MaxTime.Name, Expect.Name, "--threads", "--json"]);
        SweepPlan plan = Plan(arguments);
        IReadOnlyList<Expectation> expectations = Expected(arguments);

        // Read after the plan's text is made: parts are of one plan, and each folder remembers its own.
        Shard shard = SweepPart.Of(arguments, plan);
        double seconds = arguments.Unrecorded(() => arguments.Number(MaxTime, double.PositiveInfinity, s => s > 0, "a positive number of seconds"), MaxTime);
        int threads = arguments.Threads();
        DirectoryInfo folder = resumed is null ? arguments.OutputFolder() : new DirectoryInfo(resumed);
        using TrialStore store = TrialStore.Open(folder.FullName, plan, Version);
        JsonText.Write(Path.Combine(folder.FullName, "plan.json"), arguments.Resolved);
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        if (double.IsFinite(seconds))
        {
            time.CancelAfter(TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)));
        }

        bool isComplete;
        using (SweepDisplay display = new(plan, arguments.IsQuiet, interruption.Token))
        {
            isComplete = SweepRun.Run(plan, store, shard, threads, display, time.Token);
        }

        IReadOnlyList<CellSummary> cells = CellSummary.Of(plan, store);
        int exit = interruption.Token.IsCancellationRequested && !isComplete ? ExitCode.Cancelled : ExitCode.Success;
        SweepResult result = SweepResult.Write(folder.FullName, arguments.Resolved, plan, cells, isComplete, shard == Shard.Whole, expectations, exit, interruption.Token);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(result.Summary));
        }
        else
        {
            SweepTable.Print(plan, cells, result.Findings);
            string name = Path.GetRelativePath(".", folder.FullName);
            Console.Out.WriteLine(isComplete ? $"run folder: {name}" : $"not complete; go on with: inversion sweep --resume {name}");
        }

        foreach (string complaint in result.Complaints)
        {
            Console.Error.WriteLine(complaint);
        }

        return result.Exit;
    }

    private static IEnumerable<string> Files(KeyValuePair<string, string> parameter) => parameter.Key switch
    {
        "network" => [parameter.Value],
        "mask" => PlanFiles.OfMask(parameter.Value),
        _ => [],
    };

    // Read after the plan's text is made: what is expected does not change what is drawn.
    private static List<Expectation> Expected(Arguments arguments) => [.. arguments.Texts(Expect).SelectMany(text => text.Split(',')).Select(Expectations.Parse)];

    private static SweepPlan Plan(Arguments arguments)
    {
        System.Collections.Immutable.ImmutableArray<SweepCell> cells = SweepGrid.Cells(arguments);
        int trials = arguments.Integer(Trials, 100, 1);
        (StopRule rule, double? threshold) = SweepRule.Of(arguments, cells.Length);
        Randomness.RandomKey seed = arguments.Seed();
        return new SweepPlan(cells, trials, seed, rule, JsonText.Compact(PlanFiles.Hashed(arguments.Resolved, cells.SelectMany(cell => cell.Parameters).SelectMany(Files)))) { Threshold = threshold };
    }
}
