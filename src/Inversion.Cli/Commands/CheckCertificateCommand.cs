using System.CommandLine;
using Inversion.Certificates;
using Inversion.Cli.Options;
using Inversion.Cli.Output;

namespace Inversion.Cli.Commands;

/// <summary>check-certificate: re-proves certificates from the weights alone, in whole numbers.</summary>
internal static class CheckCertificateCommand
{
    private static readonly Argument<string> Target = new("PATH") { Description = "A certificate, or a folder of them (every *.json with a certificate's first line)" };

    private static readonly Option<string?> Weights = CommonOptions.One("--network", "FILE", "The network's safetensors file [NAME.safetensors or network.safetensors beside NAME.json]");

    public static Command Create()
    {
        Command command = new("check-certificate", """
            Re-proves certificates by a program that shares nothing with the one that wrote them. Exit 0 if every certificate proves its statement, 1 if
            one does not: the line says which node fails, and why.

            Example: inversion check-certificate runs/certify-1
            """);
        command.Add(Target);
        command.Add(Weights);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string target = parsed.GetRequiredValue(Target);
        string[] files = Directory.Exists(target)
            ? [.. Directory.GetFiles(target, "*.json", SearchOption.AllDirectories).Where(IsCertificate).Order(StringComparer.Ordinal)]
            : File.Exists(target) ? [target] : throw new InputException($"{target}: no such certificate or folder");
        if (files.Length == 0)
        {
            throw new InputException($"{target}: holds no certificate");
        }

        bool all = true;
        bool inPairs = false;
        using Interruption interruption = new();
        using ProgressDisplay display = new(parsed.GetValue(CommonOptions.Quiet));
        foreach (string file in files)
        {
            string weights = parsed.GetValue(Weights) ?? Beside(file);
            try
            {
                inPairs = false;
                display.Restart();
                using StreamReader reader = new(file);
                string name = Path.GetRelativePath(Directory.Exists(target) ? target : Path.GetDirectoryName(Path.GetFullPath(file))!, file);
                string statement = Checker.checkWatched(reader, weights, pairs => Watch(reader.BaseStream, pairs, name));
                display.Clear();
                Console.Out.WriteLine($"{name}: accepted. {statement}");
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Cancelled;
            }
            catch (Rejected problem)
            {
                all = false;
                display.Clear();
                Console.Out.WriteLine($"{Path.GetFileName(file)}: REJECTED. {problem.Message}");
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new InputException(problem.Message);
            }
        }

        return all ? ExitCode.Success : ExitCode.ExpectationFailed;

        // Nodes first, then pairs of cones where the claim asks for them: time left is told for each part.
        void Watch(Stream file, double pairs, string name)
        {
            interruption.Token.ThrowIfCancellationRequested();
            if (pairs > 0)
            {
                if (!inPairs)
                {
                    inPairs = true;
                    display.Restart();
                }

                display.Report((int)(1000 * pairs), 1000, $"pairs of cones of {name}");
            }
            else
            {
                display.Report((int)(1000 * file.Position / Math.Max(1, file.Length)), 1000, $"nodes of {name}");
            }
        }
    }

    private static string Beside(string file)
    {
        string own = Path.ChangeExtension(file, ".safetensors");
        return File.Exists(own) ? own : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "network.safetensors");
    }

    private static bool IsCertificate(string file)
    {
        using StreamReader reader = new(file);
        return reader.ReadLine()?.Contains("\"inversion.certificate/", StringComparison.Ordinal) == true;
    }
}
