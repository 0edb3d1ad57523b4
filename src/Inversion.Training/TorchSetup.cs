using System.Runtime.InteropServices;
using TorchSharp;

namespace Inversion.Training;

/// <summary>Sets libtorch up.</summary>
internal static partial class TorchSetup
{
    // Names of malloc.h.
    private const int TrimThreshold = -1;
    private const int MostMaps = -4;

    /// <summary>
    /// Sets the threads, and tells the C heap to keep what is freed: libtorch frees its tensors after every call, and large ones would go
    /// back to the system and be paged in again each time. Must run before the first tensor.
    /// </summary>
    public static void Prepare(int threads)
    {
        if (OperatingSystem.IsLinux())
        {
            // Where the heap refuses, training is slower and its bits are the same.
            _ = SetOption(MostMaps, 0);
            _ = SetOption(TrimThreshold, int.MaxValue);
        }

        torch.set_num_threads(threads);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
