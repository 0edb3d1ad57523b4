using System.Diagnostics;

namespace Inversion.Tests.Formats;

/// <summary>A Python with torch, where there is one.</summary>
internal static class Python
{
    // A Python of one's own may stand before the system's, which is the one that Debian's package serves.
    private static readonly Lazy<string?> Found = new(() =>
        ((string[])["python3", "/usr/bin/python3"]).FirstOrDefault(python => Run(python, AppContext.BaseDirectory, "-c", "import torch.onnx") is (0, _)));

    /// <summary>Why tests that need it are skipped.</summary>
    public static string Missing => "no python3 here has torch (Debian: python3-torch)";

    /// <summary>Its name or path; null where there is none.</summary>
    public static string? WithTorch => Found.Value;

    /// <summary>Runs it with these arguments in <paramref name="folder"/>; exit code and standard error.</summary>
    public static (int Exit, string Error) Run(string python, string folder, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return (-1, absent.Message);
        }
    }
}
