using System.CommandLine;
using System.CommandLine.Help;
using Inversion.Cli.Options;

namespace Inversion.Cli.Commands;

/// <summary>inversion: the program's whole command line.</summary>
internal static class InversionCommand
{
    public static RootCommand Create()
    {
        RootCommand root = Commands();

        // Help is --help, -h and -?; the spellings of another shell would be offered in every completion.
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");
        return root;
    }

    private static RootCommand Commands() => new("Inversion: builds generative networks, recovers latent codes from partial measurements, and audits the invertibility theorem.")
    {
        AuditCommand.Create(),
        InvertCommand.Create(),
        EvaluateCommand.Create(),
        InspectCommand.Create(),
        ExportCommand.Create(),
        WeightsCommand.Create(),
        LandscapeCommand.Create(),
        ReproduceCommand.Create(),
        ReplayCommand.Create(),
        ReportCommand.Create(),
        CertifyCommand.Create(),
        CheckCertificateCommand.Create(),
        ShrinkCommand.Create(),
        SweepCommand.Create(),
        MergeCommand.Create(),
        ExportTrialsCommand.Create(),
        CompletionCommand.Create(),
        CommonOptions.Quiet,
    };
}
