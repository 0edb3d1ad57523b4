using System.Diagnostics;

namespace Inversion.Tests.Formats;

/// <summary>Generators that PyTorch exports now, where a Python with it is found.</summary>
public sealed class TorchExport : IDisposable
{
    private readonly Lazy<string?> missing;

    public TorchExport() => missing = new Lazy<string?>(Run);

    /// <summary>The folder that holds them.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("inversion-onnx").FullName;

    /// <summary>Why there are none; null if there are.</summary>
    public string? Missing => missing.Value;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    // A Python of one's own may stand before the system's, which is the one that Debian's package serves.
    private string? Run()
    {
        foreach (string python in (string[])["python3", "/usr/bin/python3"])
        {
            if (Start(python, "-c", "import torch.onnx") is (0, _))
            {
                (int exit, string error) = Start(python, Path.Combine(AppContext.BaseDirectory, "Exports", "export.py"), Folder, "11", "13", "15", "17");
                return exit == 0 ? null : throw new InvalidOperationException($"the export failed: {error}");
            }
        }

        return "no python3 here has torch (Debian: python3-torch)";
    }

    private static (int Exit, string Error) Start(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
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
