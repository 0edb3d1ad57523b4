using System.CommandLine;
using BenchmarkDotNet.Running;
using Inversion.Benchmarks.Classes;
using Inversion.Benchmarks.Growth;
using Inversion.Benchmarks.Peers;
using Inversion.Benchmarks.Reporting;
using Inversion.Benchmarks.Table;
using Inversion.Benchmarks.Walks;

Option<string[]> only = new("--only") { Description = "Only rows whose name contains this; may be repeated", HelpName = "TEXT", DefaultValueFactory = _ => [] };
Option<FileInfo?> json = new("--json") { Description = "Also write the rows to this file", HelpName = "FILE" };
Option<FileInfo?> page = new("--page") { Description = "Also write the table into its part of this Markdown page", HelpName = "FILE" };
Command brief = new("short", "Measures every row against its peer in under five minutes and prints a Markdown table.") { only, json, page };
brief.SetAction(parsed => ShortRun.Run(parsed.GetValue(only)!, new Outlet(parsed.GetValue(json), parsed.GetValue(page))));

Command growth = new("growth", "Measures how cost grows with the network, the batch and the trials, and prints exponents.") { only, json, page };
growth.SetAction(parsed => GrowthRun.Run(parsed.GetValue(only)!, new Outlet(parsed.GetValue(json), parsed.GetValue(page))));

Command cones = new("cones", "Measures how fast all cones of a network are gone through, and prints a table.") { only, json, page };
cones.SetAction(parsed => WalkRun.Run(parsed.GetValue(only)!, new Outlet(parsed.GetValue(json), parsed.GetValue(page))));

Argument<string[]> passed = new("arguments") { Description = "Arguments of BenchmarkDotNet, after --: -- --filter *Gradient*", Arity = ArgumentArity.ZeroOrMore };
Command classes = new("classes", "Runs the BenchmarkDotNet classes: product, gradient, inversion, concentration, audit.") { passed };
classes.SetAction(parsed =>
{
    TorchSetup.Prepare();
    BenchmarkSwitcher.FromAssembly(typeof(ProductBenchmarks).Assembly).Run(parsed.GetValue(passed), BenchmarkSettings.Create());
});

return new RootCommand("Benchmarks of Inversion beside libtorch and MathNet.") { brief, growth, cones, classes }.Parse(args).Invoke();
