using System.CommandLine;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Training;
using Inversion.Training.Commands;

RootCommand root = new("Trains generators for Inversion with libtorch.") { TrainCommand.Create() };
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    return Fail(TrainingException.Usage, parsed.Errors[0].Message + " (train --help explains)");
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (TrainingException problem)
{
    return Fail(problem.ExitCode, problem.Message);
}
catch (Exception problem) when (problem is NetworkFileException or NetworkException or IOException or UnauthorizedAccessException)
{
    return Fail(TrainingException.BadInput, problem.Message);
}

static int Fail(int code, string message)
{
    Console.Error.WriteLine("inversion training: " + message.ReplaceLineEndings(" "));
    return code;
}
