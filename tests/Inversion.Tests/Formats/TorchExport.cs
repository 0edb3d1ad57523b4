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

    private string? Run()
    {
        if (Python.WithTorch is not { } python)
        {
            return Python.Missing;
        }

        (int exit, string error) = Python.Run(python, Folder, Path.Combine(AppContext.BaseDirectory, "Exports", "export.py"), Folder, "11", "13", "15", "17");
        return exit == 0 ? null : throw new InvalidOperationException($"the export failed: {error}");
    }
}
