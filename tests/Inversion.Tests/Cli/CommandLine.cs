using System.Diagnostics;
using Xunit;

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

    /// <summary>Skips a test that sends SIGINT to a program where that cannot arrive.</summary>
    public static void SkipWithoutInterrupts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill");
        bool isIgnored = File.Exists("/proc/self/status")
            && File.ReadLines("/proc/self/status").Where(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))
                .Any(line => (Convert.ToUInt64(line["SigIgn:".Length..].Trim(), 16) & 2) != 0);
        Assert.SkipWhen(isIgnored, "SIGINT is ignored where the tests run, and so by every program that they start");
    }

    /// <summary>Runs with these arguments in <paramref name="folder"/>.</summary>
    public static Outcome Run(string folder, params string[] arguments) => Run(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Runs with these arguments and environment variables in <paramref name="folder"/>.</summary>
    public static Outcome Run(string folder, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        using Process process = Start(folder, environment, arguments);
        return Await(process);
    }

    /// <summary>Runs a script of bash in <paramref name="folder"/>.</summary>
    public static Outcome RunScript(string folder, string script)
    {
        ProcessStartInfo start = new("/bin/bash") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using Process process = Process.Start(start)!;
        return Await(process);
    }

    private static Outcome Await(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    /// <summary>Starts with these arguments in <paramref name="folder"/>.</summary>
    public static Process Start(string folder, params string[] arguments) => Start(folder, new Dictionary<string, string>(), arguments);

    private static Process Start(string folder, IReadOnlyDictionary<string, string> environment, string[] arguments)
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

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
