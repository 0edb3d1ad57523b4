using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Inversion.Benchmarks.Classes;

/// <summary>How BenchmarkDotNet measures: in this process, so that libtorch is loaded and set up once, with allocation and JSON.</summary>
internal static class BenchmarkSettings
{
    /// <summary>The settings of every class. The toolchain is a mutator, so that it holds for a job of the command line too.</summary>
    public static IConfig Create() => DefaultConfig.Instance
        .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator())
        .WithArtifactsPath(Path.Combine("runs", "benchmarks"))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddExporter(JsonExporter.Full);
}
