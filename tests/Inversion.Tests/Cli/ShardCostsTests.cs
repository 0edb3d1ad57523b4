using System.Text.Json.Nodes;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class ShardCostsTests
{
    private static readonly string[] Grid = ["sweep", "--input", "2x1", "--layers", "6k2,4k2", "--mask", "random", "--mask", "top", "--rate", "0.3", "--rate", "0.6", "--seed", "5"];
    private static readonly string[] Plan = [.. Grid, "--trials", "200", "--until-width", "0.3"];

    [Fact]
    public void PartsDealtOutByCosts_AreResumedAndMergedToTheWhole()
    {
        using TemporaryFolder folder = new();
        string At(string name) => Path.Combine(folder.Path, name);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Grid, "--trials", "20", "--out", At("pilot")]).Exit);
        Assert.Equal(0, CommandLine.Run(folder.Path, [.. Plan, "--out", At("whole")]).Exit);
        string[] shards = [.. Enumerable.Range(1, 2).Select(part =>
        {
            (int exit, _, string errors) = CommandLine.Run(folder.Path, [.. Plan, "--shard", $"{part}/2", "--costs", At("pilot"), "--out", At($"{part}")]);
            Assert.True(exit == 0, errors);
            return JsonNode.Parse(File.ReadAllText(Path.Combine(At($"{part}"), "plan.json")))!["shard"]!.GetValue<string>();
        })];
        Assert.Equal(["1/2", "2/2"], shards.Select(shard => shard.Split(':')[0]));
        Assert.Equal(["0", "1", "2", "3"], shards.SelectMany(shard => shard.Split(':')[1].Split(',', StringSplitOptions.RemoveEmptyEntries)).Order());

        // What a part does hangs on no folder of costs.
        Directory.Delete(At("pilot"), recursive: true);
        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--resume", At("2")).Exit);
        CommandLine.Outcome half = CommandLine.Run(folder.Path, "merge", At("2"), "--out", At("half"));
        Assert.Equal(2, half.Exit);
        Assert.Contains("without part 1 of 2", half.Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run(folder.Path, "merge", At("2"), At("1"), "--out", At("merged")).Exit);
        Assert.Equal(File.ReadAllText(Path.Combine(At("whole"), "summary.json")), File.ReadAllText(Path.Combine(At("merged"), "summary.json")));
    }

    [Fact]
    public void CostsThatAreOfNoUse_AreToldInOneLine()
    {
        using TemporaryFolder folder = new();
        string foreign = Path.Combine(folder.Path, "foreign");
        Assert.Equal(0, CommandLine.Run(folder.Path, "sweep", "--input", "2x1", "--layers", "4k2", "--trials", "3", "--out", foreign).Exit);
        Told(65, "another grid", [.. Plan, "--shard", "1/2", "--costs", foreign]);
        Told(65, "no such file", [.. Plan, "--shard", "1/2", "--costs", folder.Path]);
        Told(64, "give --shard", [.. Plan, "--costs", foreign]);
        Told(64, "leave --costs away", [.. Plan, "--shard", "1/2:0", "--costs", foreign]);
        Told(64, "under --until-width", [.. Grid, "--trials", "20", "--shard", "1/2", "--costs", foreign]);
        Told(64, "under --until-width", [.. Grid, "--trials", "20", "--shard", "1/2:0,1"]);
        Told(64, "write I/N", [.. Plan, "--shard", "1/2:0,4"]);

        void Told(int exit, string text, string[] arguments)
        {
            CommandLine.Outcome told = CommandLine.Run(folder.Path, arguments);
            Assert.Equal(exit, told.Exit);
            Assert.Single(told.ErrorLines);
            Assert.Contains(text, told.Error, StringComparison.Ordinal);
        }
    }
}
