using System.CommandLine;
using Inversion.Cli.Options;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Verify;

namespace Inversion.Cli.Commands;

/// <summary>export: a drawn or imported network as a safetensors file.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The .safetensors file to write" };
    private static readonly Option<string?> Draw = CommonOptions.One("--draw", "K", "Which draw of the ensemble, from 0 [0]");
    private static readonly Option<bool> Single = new("--float") { Description = "Store single precision" };
    private static readonly Option<bool> Force = new("--force") { Description = "Overwrite an existing file" };

    public static Command Create()
    {
        Command command = new("export", """
            Writes a network to safetensors in PyTorch's weight layout, batch norms folded.

            Example: inversion export theorem.safetensors --network theorem --seed 2a9
            """);
        command.Add(File);
        command.WithNetwork();
        foreach (Option option in (Option[])[Draw, Single, Force, CommonOptions.Seed])
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
        NetworkSource source = NetworkSource.Single(arguments);
        string file = arguments.Value(File)!;
        if (System.IO.File.Exists(file) && !arguments.Flag(Force))
        {
            throw new UsageException($"{file} exists: choose another name, or overwrite it with --force");
        }

        GenerativeNetwork network = source.Network(seed, arguments.Integer(Draw, 0, 0));
        try
        {
            NetworkFile.Write(network, file, arguments.Flag(Single));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: {problem.Message}");
        }

        Console.Out.WriteLine($"{file}: {network.InputShape} -> {network.OutputShape}, fingerprint {Fingerprint.ofNetwork(network)}");
        return ExitCode.Success;
    }
}
