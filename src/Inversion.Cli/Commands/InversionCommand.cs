using System.CommandLine;
using Inversion.Cli.Options;

namespace Inversion.Cli.Commands;

/// <summary>inversion: the program's whole command line.</summary>
internal static class InversionCommand
{
    public static RootCommand Create() => new("Inversion: builds generative networks, recovers latent codes from partial measurements, and audits the invertibility theorem.")
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
