namespace Inversion.Benchmarks.Reporting;

/// <summary>Where a run writes what it found, besides standard output.</summary>
/// <param name="Json">A file for all numbers; null for none.</param>
/// <param name="Page">A Markdown page with a part for this run; null for none.</param>
internal sealed record Outlet(FileInfo? Json, FileInfo? Page)
{
    /// <summary>Prints the Markdown, and writes it and the JSON where they are wanted.</summary>
    public void Write(string section, string markdown, string json)
    {
        Console.Out.Write(markdown);
        if (Json is not null)
        {
            File.WriteAllText(Json.FullName, json);
        }

        if (Page is not null)
        {
            PageSection.Replace(Page, section, markdown);
        }
    }
}
