using System.CommandLine;
using Inversion.Certificates;
using Inversion.Cli.Options;

namespace Inversion.Cli.Commands;

/// <summary>check-certificate: re-proves certificates from the weights alone, in whole numbers.</summary>
internal static class CheckCertificateCommand
{
    private static readonly Argument<string> Target = new("PATH") { Description = "A certificate, or a folder of them (every *.json with a certificate's first line)" };

    private static readonly Option<string?> Weights = CommonOptions.One("--network", "FILE", "The network's safetensors file [network.safetensors beside the certificate]");

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
            ? [.. Directory.GetFiles(target, "*.json").Where(IsCertificate).Order(StringComparer.Ordinal)]
            : File.Exists(target) ? [target] : throw new InputException($"{target}: no such certificate or folder");
        if (files.Length == 0)
        {
            throw new InputException($"{target}: holds no certificate");
        }

        bool all = true;
        foreach (string file in files)
        {
            string weights = parsed.GetValue(Weights) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "network.safetensors");
            try
            {
                using StreamReader reader = new(file);
                Console.Out.WriteLine($"{Path.GetFileName(file)}: accepted. {Checker.check(reader, weights)}");
            }
            catch (Rejected problem)
            {
                all = false;
                Console.Out.WriteLine($"{Path.GetFileName(file)}: REJECTED. {problem.Message}");
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw new InputException(problem.Message);
            }
        }

        return all ? ExitCode.Success : ExitCode.ExpectationFailed;
    }

    private static bool IsCertificate(string file)
    {
        using StreamReader reader = new(file);
        return reader.ReadLine()?.Contains("\"inversion.certificate/", StringComparison.Ordinal) == true;
    }
}
