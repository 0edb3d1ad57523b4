namespace Inversion.Networks.Formats;

/// <summary>A network file that cannot be read or written. The message is one line: the file, the tensor, node or field, what is wrong and what to do.</summary>
public sealed class NetworkFileException : Exception
{
    private const int LongestMessage = 800;

    /// <summary>An exception about one place in a file.</summary>
    /// <param name="file">Name of the file, as the user gave it.</param>
    /// <param name="problem">Where, what is wrong and what to do. Line breaks and control characters are replaced: a file's own names may stand in it.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public NetworkFileException(string file, string problem, Exception? inner = null)
        : base(OneLine($"{file}: {problem}"), inner)
    {
        File = file;
    }

    /// <summary>Name of the file, as the user gave it.</summary>
    public string File { get; }

    private static string OneLine(string text)
    {
        string cut = text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage), "…");
        return string.Create(cut.Length, cut, static (line, source) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                bool breaks = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029';
                line[i] = breaks ? ' ' : source[i];
            }
        });
    }
}
