namespace Inversion.Cli.Options;

/// <summary>Trained networks that come with the program, by name: models/*.safetensors beside it.</summary>
internal static class ShippedModels
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = Directory.Exists(Folder)
        ? [.. Directory.GetFiles(Folder, "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The file of the model with this name; the text itself where it is none, or where there is a file of that name.</summary>
    public static string Resolve(string name) => !File.Exists(name) && Names.Contains(name) ? Path.Combine(Folder, name + ".safetensors") : name;
}
