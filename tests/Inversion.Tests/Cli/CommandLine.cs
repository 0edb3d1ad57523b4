using System.Diagnostics;

namespace Inversion.Tests.Cli;

/// <summary>Runs the built program in a process of its own, as a user does.</summary>
internal static class CommandLine
{
    /// <summary>Exit code, standard output and standard error of one run.</summary>
    internal sealed record Outcome(int Exit, string Output, string Error)
    {
        /// <summary>The lines on standard error.</summary>
        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs with these arguments in <paramref name="folder"/>.</summary>
    public static Outcome Run(string folder, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts with these arguments in <paramref name="folder"/>.</summary>
    public static Process Start(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Inversion.Cli.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
