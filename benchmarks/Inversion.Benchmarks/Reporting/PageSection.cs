namespace Inversion.Benchmarks.Reporting;

/// <summary>Replaces a part of a Markdown page that a run prints, between the lines &lt;!-- begin NAME --&gt; and &lt;!-- end NAME --&gt;.</summary>
internal static class PageSection
{
    /// <summary>Writes the text between the lines of that name.</summary>
    /// <exception cref="InvalidOperationException">The page lacks one of the two lines. Nothing has been written.</exception>
    public static void Replace(FileInfo page, string name, string text)
    {
        string begin = $"<!-- begin {name} -->\n";
        string end = $"<!-- end {name} -->";
        string whole = File.ReadAllText(page.FullName);
        int from = whole.IndexOf(begin, StringComparison.Ordinal);
        int to = whole.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException($"{page.Name} has no part between '{begin.TrimEnd()}' and '{end}'");
        }

        File.WriteAllText(page.FullName, $"{whole[..(from + begin.Length)]}\n{text.TrimEnd()}\n\n{whole[to..]}");
    }
}
