using System.CommandLine;
using Inversion.Benchmarks.Table;

Option<string[]> only = new("--only") { Description = "Only rows whose name contains this; may be repeated", HelpName = "TEXT", DefaultValueFactory = _ => [] };
Option<FileInfo?> json = new("--json") { Description = "Also write the rows to this file", HelpName = "FILE" };
Command brief = new("short", "Measures every row against its peer in under five minutes and prints a Markdown table.") { only, json };
brief.SetAction(parsed => ShortRun.Run(parsed.GetValue(only)!, parsed.GetValue(json)));

RootCommand root = new("Benchmarks of Inversion beside libtorch and MathNet.") { brief };
return root.Parse(args).Invoke();
