using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Inversion.Training;

/// <summary>
/// Lets Debian 12 load libLibTorchSharp.so 0.107.0. The file names the version GLIBCXX_3.4.32 for one symbol that no relocation uses
/// (_ZSt21ios_base_library_initv); Debian 12 ships 3.4.30, and the loader refuses the file. In the copy beside the program, that one
/// version need is marked weak in .gnu.version_r.
/// </summary>
internal static class TorchNative
{
    private const ushort Weak = 2;
    private const string UnusedVersion = "GLIBCXX_3.4.32";

    // A module initializer, because it must run before the first touch of TorchSharp, wherever that is.
    [ModuleInitializer]
    internal static void Prepare()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (OperatingSystem.IsLinux() && File.Exists(path))
        {
            MarkWeak(path, UnusedVersion);
        }
    }

    private static void MarkWeak(string path, string version)
    {
        // An entry of .gnu.version_r: the name's hash (4 bytes), then its flags (2 bytes), 0 where the version is needed.
        byte[] needed = new byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(needed, ElfHash(version));
        byte[] image = File.ReadAllBytes(path);
        int at = image.AsSpan().IndexOf(needed);
        if (at < 0)
        {
            return;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at + 4), Weak);
        string beside = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(beside, image);
        File.Move(beside, path, overwrite: true);
    }

    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (byte letter in Encoding.ASCII.GetBytes(name))
        {
            hash = (hash << 4) + letter;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
