using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Networks.Formats;
using Inversion.Verify;
using Inversion.Verify.Shrinking;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Commands;

/// <summary>shrink: the smallest network and the shortest decimals that still refute.</summary>
internal static class ShrinkCommand
{
    private static readonly Argument<string> Target = new("PATH") { Description = "A witness file, or a run folder (every witness in it)" };
    private static readonly Option<string?> Budget = CommonOptions.One("--budget", "N", $"Candidates judged for each witness [{Shrink.defaultBudget}]");
    private static readonly Option<string?> Seconds = CommonOptions.One("--seconds", "S", "Seconds for each witness, 0 for no limit; where time ends it, the result depends on the machine [0]");

    public static Command Create()
    {
        Command command = new("shrink", """
            Shrinks refutations: fewer channels, positions, taps and observations, then short decimals, as long as the claim's replay confirms
            every step in interval or exact arithmetic. Writes NAME.safetensors (the network) and NAME.json (the witness) for each witness.
            Exit 0 if every witness was confirmed, 1 if one does not replay, 130 if cancelled (the smallest so far is written).

            Example: inversion shrink runs/audit-1/witnesses/004-descent.json --out small
            Example: inversion replay small/004-descent.json
            """);
        command.Add(Target);
        foreach (Option option in (Option[])[Budget, Seconds, CommonOptions.Out])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Arguments arguments = new(parsed);
        int budget = arguments.Integer(Budget, Shrink.defaultBudget, 0);
        double seconds = arguments.Number(Seconds, 0, s => s is >= 0 and <= 1e6, "a number of seconds, at least 0");
        string target = arguments.Value(Target)!;
        WitnessFile[] files = [.. WitnessFile.Find(target).Select(WitnessFile.Read)];
        if (files.Length == 0)
        {
            Console.Out.WriteLine($"{target}: no witness, nothing was refuted");
            return ExitCode.Success;
        }

        DirectoryInfo folder = arguments.OutputFolder();
        if (files.Any(file => Path.GetDirectoryName(Path.GetFullPath(file.Path)) == folder.FullName.TrimEnd(Path.DirectorySeparatorChar)))
        {
            throw new UsageException($"--out {folder}: holds the witnesses themselves; choose another folder");
        }

        using Interruption interruption = new();
        using ProgressDisplay display = new(arguments.IsQuiet);
        bool all = true;
        for (int number = 0; number < files.Length && !interruption.Token.IsCancellationRequested; number++)
        {
            all &= One(files[number], folder, budget, seconds, new Relay(display, number, files.Length, Name(files[number])), interruption.Token);
        }

        display.Dispose();
        return interruption.Token.IsCancellationRequested ? ExitCode.Cancelled : all ? ExitCode.Success : ExitCode.ExpectationFailed;
    }

    private static string Name(WitnessFile file) => Path.GetFileNameWithoutExtension(file.Path);

    private static bool One(WitnessFile file, DirectoryInfo folder, int budget, double seconds, Relay relay, CancellationToken cancellation)
    {
        using CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (seconds > 0)
        {
            limited.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        long started = Environment.TickCount64;
        FSharpResult<Shrunk, Replay> result = file.Judged(() => Shrink.run(file.Claim, budget, relay, limited.Token, file.Subject, file.Witness));
        if (result.IsError)
        {
            Console.Out.WriteLine($"{Name(file)}: NOT confirmed, so not shrunk. {result.ErrorValue.Note}");
            return false;
        }

        Shrunk shrunk = result.ResultValue;
        string written = Write(file, shrunk, folder);
        string end = shrunk.IsCancelled ? ", stopped early" : shrunk.IsExhausted ? ", budget spent" : string.Empty;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Name(file)} ({file.Subject.Name}): {Size(shrunk.Before)} -> {Size(shrunk.After)} in {shrunk.Replays} replays, {(Environment.TickCount64 - started) / 1000.0:F1} s{end}"));
        foreach (string line in RefutationText.Lines(shrunk.Subject, shrunk.Witness))
        {
            Console.Out.WriteLine("  " + line);
        }

        Console.Out.WriteLine($"  written: {written}");
        Console.Out.WriteLine();
        return true;
    }

    private static string Size(ShrinkSize size) => $"{size.Weights} weights, {size.Entries} entries, {size.Digits} digits";

    /// <summary>Writes the network and the witness, and judges once more what the files hold.</summary>
    private static string Write(WitnessFile file, Shrunk shrunk, DirectoryInfo folder)
    {
        string network = Path.Combine(folder.FullName, Name(file) + ".safetensors");
        string witness = Path.Combine(folder.FullName, Name(file) + ".json");
        NetworkFile.Write(shrunk.Subject.Network, network);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(network)));
        JsonObject record = SubjectRecord.Write(shrunk.Subject, new NetworkSource(shrunk.Subject.Name, null, shrunk.Subject.Network, network, hash));
        WitnessFile.Write(witness, shrunk.Witness, record);
        if (!Replays(witness))
        {
            // How weights were drawn, no file tells: such a witness keeps the record that redraws them.
            WitnessFile.Write(witness, shrunk.Witness, shrunk.IsSmaller ? record : file.Record);
            if (!Replays(witness))
            {
                throw new InvalidOperationException($"{witness} does not replay from its files");
            }
        }

        return $"{Path.GetRelativePath(".", network)}, {Path.GetRelativePath(".", witness)}";
    }

    private static bool Replays(string path)
    {
        WitnessFile again = WitnessFile.Read(path);
        return again.Claim.Replay.Invoke(again.Subject).Invoke(again.Witness).Confirmed;
    }

    private sealed class Relay(ProgressDisplay display, int before, int files, string name) : IProgress<ShrinkProgress>
    {
        // Most witnesses need far less than their budget: the time left is an upper limit.
        public void Report(ShrinkProgress value) => display.Report(
            (before * value.Budget) + value.Replays, files * value.Budget, $"{name}: {value.Size.Weights} weights, {value.Size.Digits} digits");
    }
}
