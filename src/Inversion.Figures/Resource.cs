namespace Inversion.Figures;

/// <summary>Files that the assembly carries, so that a figure needs nothing from the machine or the network.</summary>
internal static class Resource
{
    /// <summary>The bytes of a file.</summary>
    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(Resource).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException($"{name} is missing from the assembly");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
