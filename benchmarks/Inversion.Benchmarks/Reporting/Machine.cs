using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Inversion.Benchmarks.Peers;

namespace Inversion.Benchmarks.Reporting;

/// <summary>What the numbers were measured on, as far as it matters to them.</summary>
/// <param name="Processor">Name and family of the processor.</param>
/// <param name="Cores">Number of cores that the process sees.</param>
/// <param name="Vectors">Width of the widest vectors that .NET uses.</param>
/// <param name="System">Operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Torch">The peer's version.</param>
/// <param name="Load">Average number of runnable threads over the last minute, others' included, when the run began.</param>
internal sealed record Machine(string Processor, int Cores, int Vectors, string System, string Runtime, string Torch, double Load)
{
    /// <summary>This machine, now.</summary>
    public static Machine Describe() => new(
        $"{ProcessorField("model name")}, family {ProcessorField("cpu family")}, model {ProcessorField("model\t")}",
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        $"libtorch {TorchSharp.torch.__version__}{(TorchSetup.TakesProcessorForIntels ? ", whose MKL was told to use its vectors as on Intel's" : "")}",
        LoadAverage());

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{Processor}; {Cores} cores; {Vectors}-bit vectors; {System}; {Runtime}; {Torch}; load {Load:0.0} at the start.");

    private static string ProcessorField(string name)
    {
        const string Facts = "/proc/cpuinfo";
        string? line = File.Exists(Facts) ? File.ReadLines(Facts).FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal)) : null;
        return line is null ? "unknown" : line[(line.IndexOf(':') + 1)..].Trim();
    }

    private static double LoadAverage()
    {
        const string Facts = "/proc/loadavg";
        return File.Exists(Facts) ? double.Parse(File.ReadAllText(Facts).Split(' ')[0], global::System.Globalization.CultureInfo.InvariantCulture) : double.NaN;
    }
}
