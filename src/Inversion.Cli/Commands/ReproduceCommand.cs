using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Randomness;

namespace Inversion.Cli.Commands;

/// <summary>reproduce: the figures of the paper, each by a command of this program, in one folder.</summary>
internal static class ReproduceCommand
{
    private const string Paper = "paper";

    private static readonly Argument<string> What = new("WHAT") { Description = "paper: Figures 3 to 6 of Ma, Ayaz and Karaman, NeurIPS 2018" };

    public static Command Create()
    {
        Command command = new("reproduce", """
            Draws Figures 3 (weights), 4 (landscapes) and 5, 6 (recovered digits and faces) of the paper from the networks that come with the program: a folder
            for each command that is run, the pictures that join them, index.md and summary.json with commands, seconds and files.

            Example: inversion reproduce paper --out paper
            """);
        What.CompletionSources.Add(Paper);
        command.Add(What);
        foreach (Option option in (Option[])[CommonOptions.Seed, CommonOptions.Threads, CommonOptions.Out, CommonOptions.Json])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Arguments arguments = new(parsed);
        string what = arguments.Value(What)!;
        if (what != Paper)
        {
            throw new UsageException($"reproduce {what}: only '{Paper}' can be reproduced{Nearest.Hint(what, [Paper])}");
        }

        string[] missing = [.. new[] { "digits", "faces" }.Where(name => !ShippedModels.Names.Contains(name))];
        if (missing.Length > 0)
        {
            throw new InputException($"the trained network {missing[0]} is not beside the program (models/{missing[0]}.safetensors)");
        }

        RandomKey seed = arguments.Seed();
        int threads = arguments.Threads();
        DirectoryInfo folder = arguments.OutputFolder();
        using Interruption interruption = new();
        ReproducedPaper paper = new(folder.FullName, seed);
        int exit = ExitCode.Success;
        for (int i = 0; i < PaperFigures.Steps.Count && exit == ExitCode.Success; i++)
        {
            PaperFigures.Step step = PaperFigures.Steps[i];
            if (!arguments.IsQuiet)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {step.Figure}, {i + 1} of {PaperFigures.Steps.Count}: inversion {step.Command} {step.Options}"));
            }

            Stopwatch clock = Stopwatch.StartNew();
            (exit, string printed) = Call(step, seed, threads, arguments.IsQuiet, folder.FullName);
            exit = interruption.Token.IsCancellationRequested ? ExitCode.Cancelled : exit;
            if (exit == ExitCode.Success)
            {
                paper.Add(step, clock.Elapsed.TotalSeconds, printed);
            }

            // After each: whatever happens next, what is there is listed.
            paper.Write(exit);
        }

        JsonObject summary = paper.Write(exit);
        if (arguments.Json)
        {
            Console.Out.Write(JsonText.Indented(summary));
        }
        else
        {
            paper.Print();
        }

        return exit;
    }

    // The very command that index.md names, but for the folder.
    private static (int Exit, string Printed) Call(PaperFigures.Step step, RandomKey seed, int threads, bool isQuiet, string folder)
    {
        Command command = step.Command switch
        {
            "weights" => WeightsCommand.Create(),
            "landscape" => LandscapeCommand.Create(),
            _ => InvertCommand.Create(),
        };
        List<string> words = [.. step.Options.Split(' '), "--seed", seed.ToString(), "--out", Path.Combine(folder, step.Folder)];
        if (command.Options.Contains(CommonOptions.Threads))
        {
            words.AddRange(["--threads", threads.ToString(CultureInfo.InvariantCulture)]);
        }

        if (isQuiet)
        {
            command.Add(CommonOptions.Quiet);
            words.Add(CommonOptions.Quiet.Name);
        }

        TextWriter output = Console.Out;
        using StringWriter printed = new(CultureInfo.InvariantCulture);
        try
        {
            Console.SetOut(printed);
            int exit = command.Parse(words).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return (exit, printed.ToString());
        }
        finally
        {
            Console.SetOut(output);
        }
    }
}
