using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Inversion.Figures;
using Inversion.Randomness;

namespace Inversion.Cli.Output;

/// <summary>The folder of reproduce: what was run, the joint pictures, index.md and summary.json.</summary>
internal sealed class ReproducedPaper(string folder, RandomKey seed)
{
    private readonly List<(PaperFigures.Step Step, double Seconds, string Printed)> done = [];
    private readonly HashSet<string> joined = [];

    /// <summary>Notes a step that was finished, and draws the joint picture of its figure when that is complete.</summary>
    public void Add(PaperFigures.Step step, double seconds, string printed)
    {
        done.Add((step, seconds, printed));
        if (done.Count(entry => entry.Step.Figure == step.Figure) < PaperFigures.Steps.Count(other => other.Figure == step.Figure))
        {
            return;
        }

        switch (step.Figure)
        {
            case "4":
                Figure[] panels = [.. PaperFigures.Panels.Select(panel => LandscapeFiles.Read(Path.Combine(folder, panel.Name), panel.Title) with { ValueLabel = "J(z)", Width = 540, Height = 460 })];
                FigureFile.Write(Path.Combine(folder, "fig-4"), new FigureSheet(panels, 3) { Title = "Figure 4: J around the true code" });
                joined.UnionWith(["fig-4.svg", "fig-4.png"]);
                break;
            case "5" or "6":
                string network = step.Figure == "5" ? "digits" : "faces";
                RecoverySheet.Write(
                    Path.Combine(folder, $"fig-{step.Figure}.png"), network,
                    [.. PaperFigures.Masks.Select(mask => (mask, Path.Combine(folder, PaperFigures.Folder(step.Figure, network, mask))))], seed);
                joined.Add($"fig-{step.Figure}.png");
                break;
            default:
                break;
        }
    }

    /// <summary>Writes index.md and summary.json of what is there, and returns the latter.</summary>
    public JsonObject Write(int exit)
    {
        File.WriteAllText(Path.Combine(folder, "index.md"), Index());
        JsonObject summary = new()
        {
            ["schema"] = "inversion.reproduce/1",
            ["seed"] = seed.ToString(),
            ["figures"] = new JsonArray([.. done.Select(entry => (JsonNode)new JsonObject
            {
                ["figure"] = entry.Step.Figure,
                ["command"] = CommandLine(entry.Step),
                ["folder"] = entry.Step.Folder,
                ["key"] = seed.ToString(),
                ["files"] = new JsonArray([.. Files(entry.Step.Folder).Select(file => (JsonNode)JsonValue.Create(file))]),
                ["seconds"] = Math.Round(entry.Seconds, 3),
            })]),
            ["joined"] = new JsonArray([.. joined.Order(StringComparer.Ordinal).Select(file => (JsonNode)JsonValue.Create(file))]),
            ["finished"] = done.Count,
            ["steps"] = PaperFigures.Steps.Count,
            ["seconds"] = Math.Round(done.Sum(entry => entry.Seconds), 3),
            ["exit"] = exit,
        };
        JsonText.Write(Path.Combine(folder, "summary.json"), summary);
        ReportFiles.WritePage(new DirectoryInfo(folder), new DirectoryInfo(folder));
        return summary;
    }

    /// <summary>Prints what was made.</summary>
    public void Print()
    {
        foreach ((PaperFigures.Step step, double seconds, _) in done)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {step.Figure}  {step.Folder,-22} {seconds,6:F1} s  {step.Caption}"));
        }

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done.Count} of {PaperFigures.Steps.Count} in {done.Sum(entry => entry.Seconds):F0} s; results: {Path.Combine(Path.GetRelativePath(".", folder), "index.md")}"));
    }

    private string Index()
    {
        StringBuilder page = new("# Figures of Ma, Ayaz and Karaman, NeurIPS 2018\n\nDrawn by `inversion reproduce paper`. Networks, codes and masks are this program's, not the authors'.\n");
        foreach (IGrouping<string, (PaperFigures.Step Step, double Seconds, string Printed)> figure in done.GroupBy(entry => entry.Step.Figure))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## Figure {figure.Key}\n");
            if (joined.Contains($"fig-{figure.Key}.png"))
            {
                string order = figure.Key == "4" ? "J around the true code" : $"Rows: truth, then observed and recovered for each mask: {string.Join(", ", PaperFigures.Masks)}";
                page.Append(CultureInfo.InvariantCulture, $"\n![{order}](fig-{figure.Key}.png)\n\n{order}.\n");
            }

            foreach ((PaperFigures.Step step, double seconds, string printed) in figure)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n### {step.Caption}\n\n`{CommandLine(step)}` ({seconds:F1} s)\n\n```\n{Text(printed)}```\n");
                foreach (string file in Files(step.Folder).Where(file => file.EndsWith(".png", StringComparison.Ordinal)))
                {
                    page.Append(CultureInfo.InvariantCulture, $"\n![{step.Caption}]({file})\n");
                }

                page.Append('\n').AppendJoin(", ", Files(step.Folder).Where(file => !file.EndsWith(".png", StringComparison.Ordinal)).Select(file => $"[{Path.GetFileName(file)}]({file})")).Append('\n');
            }
        }

        return page.ToString();
    }

    private string CommandLine(PaperFigures.Step step) => $"inversion {step.Command} {step.Options} --seed {seed} --out {step.Folder}";

    private string[] Files(string part) =>
        [.. Directory.EnumerateFiles(Path.Combine(folder, part), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    // The line that names folders of this machine is left out.
    private static string Text(string printed) => string.Concat(printed.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("results:", StringComparison.Ordinal)).Select(line => line + "\n"));
}
