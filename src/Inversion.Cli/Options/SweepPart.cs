using System.Collections.Frozen;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Sweeps;

namespace Inversion.Cli.Options;

/// <summary>Which part of a sweep is done: I/N, or I/N:CELLS where cells were dealt out by their costs.</summary>
internal static class SweepPart
{
    private static readonly Option<string?> ShardOption = CommonOptions.One("--shard", "I/N", "Do part I of N; merge joins the parts");
    private static readonly Option<string?> Costs = CommonOptions.One("--costs", "DIR", "Make the parts cost the same, by the times of this run folder: a pilot with the same cells; for --until-width and --until-decided");

    /// <summary>The options.</summary>
    public static IReadOnlyList<Option> Options { get; } = [ShardOption, Costs];

    /// <summary>The part that the options describe. plan.json gets its cells and not the folder of costs, so that it stays the same whatever becomes of that.</summary>
    public static Shard Of(Arguments arguments, SweepPlan plan)
    {
        string? text = arguments.Text(ShardOption);
        string? costs = arguments.Unrecorded(() => arguments.Text(Costs), Costs);
        if (text is null)
        {
            return costs is null ? Shard.Whole : throw new UsageException("--costs: deals cells out to parts; give --shard I/N too");
        }

        Shard shard = Parsed(text, plan.Cells.Length) ?? throw new UsageException($"--shard {text}: write I/N with I from 1 to N");
        if ((costs is not null || shard.Cells is not null) && !plan.Stop.IsActive)
        {
            throw new UsageException($"{(costs is null ? "--shard" : "--costs")} {costs ?? text}: parts have cells of their own under --until-width or --until-decided alone; else they cost the same as it is");
        }

        if (costs is null)
        {
            return shard;
        }

        if (shard.Cells is not null)
        {
            throw new UsageException($"--shard {text}: names its cells; leave --costs away");
        }

        using TrialStore measured = TrialStore.Read(Path.Combine(costs, "trials.sqlite"));
        Shard dealt = Shard.Dealt(CellCosts.Of(plan, measured, costs), shard.Count)[shard.Number - 1];
        arguments.Resolved[ShardOption.Name.TrimStart('-')] = $"{text}:{string.Join(',', dealt.Cells!.Order())}";
        return dealt;
    }

    /// <summary>Which parts are not among these run folders, in words; empty where none is absent, or it cannot be told.</summary>
    public static string Absent(IReadOnlyList<string> folders)
    {
        Shard?[] parts = [.. folders.Select(Recorded)];
        if (parts[0] is not { } first || Array.Exists(parts, part => part?.Count != first.Count))
        {
            return string.Empty;
        }

        int[] absent = [.. Enumerable.Range(1, first.Count).Except(parts.Select(part => part!.Value.Number))];
        return absent.Length == 0 ? string.Empty : $", without part {string.Join(", ", absent.Take(10))}{(absent.Length > 10 ? ", …" : string.Empty)} of {first.Count}";
    }

    private static Shard? Recorded(string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "plan.json")))?["shard"]?.GetValue<string>() is { } text ? Parsed(text, int.MaxValue) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Shard? Parsed(string text, int cells)
    {
        string[] halves = text.Split(':');
        string[] parts = halves[0].Split('/');
        if (halves.Length > 2 || parts.Length != 2 || Whole(parts[0]) is not { } number || Whole(parts[1]) is not { } count || number < 1 || number > count)
        {
            return null;
        }

        if (halves.Length == 1)
        {
            return new Shard(number, count);
        }

        int?[] own = halves[1].Length == 0 ? [] : [.. halves[1].Split(',').Select(Whole)];
        return Array.TrueForAll(own, cell => cell < cells) ? new Shard(number, count) { Cells = own.Select(cell => cell!.Value).ToFrozenSet() } : null;
    }

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
