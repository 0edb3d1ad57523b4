using System.Text.RegularExpressions;

namespace Inversion.Tests.Conventions;

/// <summary>One source file.</summary>
/// <param name="Path">Relative to the checkout, with forward slashes.</param>
/// <param name="Text">Its content.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    /// <summary>The content without comments: prose may name what code may not use.</summary>
    public string Code => LineComment().Replace(Text, string.Empty);

    /// <summary>Number of lines.</summary>
    public int Lines => Text.Count(c => c == '\n');

    /// <summary>The file's name without folder and ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    // A slash pair inside a string is cut off as well; what follows it on that line is then not checked.
    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex LineComment();
}
