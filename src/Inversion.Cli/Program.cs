using System.CommandLine;
using System.CommandLine.Completions;
using System.Data.Common;
using Inversion.Cli;
using Inversion.Cli.Commands;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Pictures;
using Inversion.Report;
using Inversion.Sweeps;

RootCommand root = InversionCommand.Create();
ParseResult parsed = root.Parse(args);
try
{
    // A line that is being completed is not whole yet.
    bool isCompletion = root.Directives.OfType<SuggestDirective>().Any(directive => parsed.GetResult(directive) is not null);
    if (parsed.Errors.Count > 0 && !isCompletion)
    {
        throw new UsageException(CommandLineErrors.Describe(parsed));
    }

    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException problem)
{
    return Fail(ExitCode.Usage, problem.Message);
}
catch (MeasurementException problem)
{
    return Fail(problem.InFile ? ExitCode.BadInput : ExitCode.Usage, problem.Message);
}
catch (SweepException problem)
{
    return Fail(ExitCode.BadInput, problem.Message);
}
catch (Exception problem) when (problem is InputException or NetworkFileException or NetworkException or PictureException or ReportException)
{
    return Fail(ExitCode.BadInput, problem.Message);
}
catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DbException)
{
    // A full disk, a folder that is gone: what was written until then is kept.
    return Fail(ExitCode.BadInput, $"reading or writing failed: {problem.Message.Split('\n')[0]}; what was finished before is kept");
}
catch (Exception problem)
{
    Console.Error.WriteLine(problem);
    return Fail(ExitCode.Bug, $"this is a bug of inversion: {problem.Message}");
}

static int Fail(int code, string message)
{
    Console.Error.WriteLine("inversion: " + message.ReplaceLineEndings(" "));
    return code;
}
