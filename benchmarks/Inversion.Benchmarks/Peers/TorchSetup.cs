using System.Runtime.InteropServices;
using TorchSharp;

namespace Inversion.Benchmarks.Peers;

/// <summary>Sets libtorch up to be as fast as it can be on one thread.</summary>
internal static partial class TorchSetup
{
    // Names of malloc.h.
    private const int TrimThreshold = -1;
    private const int MostMaps = -4;

    /// <summary>
    /// True when a preloaded library answers for MKL that the processor is Intel's: on others, MKL leaves vectors of 512 bits unused.
    /// </summary>
    public static bool TakesProcessorForIntels =>
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mkl_serv_intel_cpu_true", out _);

    /// <summary>
    /// One thread, and a C heap that keeps what is freed: libtorch frees its tensors after every call, and large ones would go back to
    /// the system and be paged in again each time, which can double its time. Must run before the first tensor.
    /// </summary>
    public static void Prepare()
    {
        if (SetOption(MostMaps, 0) == 0 || SetOption(TrimThreshold, int.MaxValue) == 0)
        {
            throw new InvalidOperationException("the C heap cannot be told to keep its memory");
        }

        torch.set_num_threads(1);
        torch.set_num_interop_threads(1);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
