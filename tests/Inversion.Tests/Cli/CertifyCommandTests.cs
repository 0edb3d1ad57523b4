using System.Text.Json.Nodes;
using Xunit;

namespace Inversion.Tests.Cli;

public sealed class CertifyCommandTests
{
    [Fact]
    public void Certify_WritesCertificatesThatTheCheckerAccepts()
    {
        using TemporaryFolder folder = new();
        (int exit, string output, _) = CommandLine.Run(folder.Path, "certify", "--input", "2x1", "--layers", "12k3,8k2", "--out", folder.Path, "--expect", "origin=proved,uniqueness=proved");
        Assert.Equal(0, exit);
        Assert.Contains("uniqueness: proved", output, StringComparison.Ordinal);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!;
        Assert.Equal(4, summary["decided"]!.AsArray().Count);
        (exit, output, _) = CommandLine.Run(folder.Path, "check-certificate", folder.Path);
        Assert.Equal(0, exit);
        Assert.Contains("mode-collapse.json: accepted", output, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckCertificate_SaysWhichNodeFails()
    {
        using TemporaryFolder folder = new();
        CommandLine.Run(folder.Path, "certify", "--input", "2x1", "--layers", "6k3,4k2", "--claim", "mode-collapse", "--out", folder.Path);
        string file = Path.Combine(folder.Path, "mode-collapse.json");
        string[] lines = File.ReadAllLines(file);
        lines[3] = "999,";
        File.WriteAllLines(file, lines);
        (int exit, string output, _) = CommandLine.Run(folder.Path, "check-certificate", file);
        Assert.Equal(1, exit);
        Assert.Contains("REJECTED. node 3 (cone ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Certify_ProvesTheExpectedLandscape()
    {
        using TemporaryFolder folder = new();
        (int exit, string output, _) = CommandLine.Run(folder.Path, "certify", "--depths", "2-3", "--epsilon", "0.1", "--out", folder.Path);
        Assert.Equal(0, exit);
        Assert.Contains("expected-landscape: proved", output, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run(folder.Path, "check-certificate", folder.Path).Exit);
    }

    [Fact]
    public void Certify_DecidesEveryLayerOfWeightConcentration_WhateverTheLatentCode()
    {
        using TemporaryFolder folder = new();
        (int exit, string output, _) = CommandLine.Run(
            folder.Path, "certify", "--input", "2x3", "--layers", "64k4,2k2", "--claim", "weight-concentration", "--epsilon", "0.5", "--out", folder.Path,
            "--expect", "weight-concentration=refuted");
        Assert.Equal(0, exit);
        Assert.Contains("weight-concentration, layer 1: proved", output, StringComparison.Ordinal);
        Assert.Contains("weight-concentration, layer 2: refuted", output, StringComparison.Ordinal);
        (exit, output, _) = CommandLine.Run(folder.Path, "check-certificate", folder.Path);
        Assert.Equal(0, exit);
        Assert.Contains("weight-concentration-2.json: accepted. ‖F₊ₓᵀF₊ᵧ − Q‖ > 5/10", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAuditAtLevelProved_ProvesLayersOfFewChannels()
    {
        using TemporaryFolder folder = new();
        CommandLine.Run(
            folder.Path, "audit", "--input", "2x1", "--layers", "64k4,2k2", "--draws", "2", "--claim", "weight-concentration", "--level", "proved", "--epsilon", "0.5",
            "--trials", "20", "--starts", "2", "--steps", "20", "--out", folder.Path);
        JsonArray findings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!["findings"]!.AsArray();
        Assert.Equal(["proved", "refuted"], findings.Select(finding => finding!["verdict"]!.GetValue<string>()));
        (int exit, string output, _) = CommandLine.Run(folder.Path, "check-certificate", Path.Combine(folder.Path, "certificates"));
        Assert.Equal(0, exit);
        Assert.Equal(2, output.Split("accepted").Length - 1);
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", folder.Path, "--finding", "1").Exit);
    }

    [Fact]
    public void AnAuditAtLevelProved_DecidesWhatItCanAndSaysWhy()
    {
        using TemporaryFolder folder = new();
        (int exit, _, string errors) = CommandLine.Run(
            folder.Path, "audit", "--input", "2x1", "--layers", "12k3,8k2", "--draws", "2", "--claim", "origin,uniqueness,descent,mode-collapse,expected-landscape", "--level", "proved",
            "--trials", "5", "--starts", "2", "--steps", "20", "--out", folder.Path, "--expect", "uniqueness=proved,mode-collapse=proved,expected-landscape=proved");
        Assert.True(exit == 0, errors);
        (exit, string output, _) = CommandLine.Run(folder.Path, "check-certificate", Path.Combine(folder.Path, "certificates"));
        Assert.Equal(0, exit);
        Assert.Contains("expected-landscape-d2-eps0.1.json: accepted", output, StringComparison.Ordinal);
        JsonArray findings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "summary.json")))!["findings"]!.AsArray();
        JsonNode descent = findings.First(finding => finding!["claim"]!.GetValue<string>() == "descent")!;
        Assert.True(descent["verdict"]!.GetValue<string>() == "refuted" || descent["reason"]!.GetValue<string>().StartsWith("budget", StringComparison.Ordinal));
        int number = findings.Select(finding => finding!["claim"]!.GetValue<string>()).ToList().IndexOf("uniqueness") + 1;
        Assert.Equal(0, CommandLine.Run(folder.Path, "replay", folder.Path, "--finding", $"{number}").Exit);
        JsonNode collapse = findings.First(finding => finding!["claim"]!.GetValue<string>() == "mode-collapse")!;
        Assert.Equal(0, collapse["measured"]!["collapsedShare"]!.GetValue<double>());
    }

    [Theory]
    [InlineData(64, "certify", "--input", "2x1", "--layers", "4k2", "--claim", "orgin")]
    [InlineData(64, "certify", "--input", "2x1", "--layers", "4k2", "--truth", "[0,0]")]
    [InlineData(64, "certify", "--depths", "10-1")]
    [InlineData(64, "certify")]
    [InlineData(65, "check-certificate", "no-such-folder")]
    [InlineData(65, "certify", "--network", "no-such-file.safetensors")]
    [InlineData(64, "audit", "--level", "certain")]
    public void Mistakes_AreNamed(int expected, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        (int exit, _, string errors) = CommandLine.Run(folder.Path, arguments);
        Assert.Equal(expected, exit);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }
}
