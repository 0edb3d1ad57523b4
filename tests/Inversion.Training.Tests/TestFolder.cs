namespace Inversion.Training.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("inversion-training-");

    /// <summary>The folder's path.</summary>
    public string Path => folder.FullName;

    /// <summary>A path inside.</summary>
    public string File(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>A folder inside, made.</summary>
    public string Folder(string name) => folder.CreateSubdirectory(name).FullName;

    /// <summary>Writes a file.</summary>
    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
