using System.Buffers.Binary;
using System.Text;

/// <summary>
/// libLibTorchSharp.so 0.107.0 is linked against GCC 13's libstdc++: it names the version GLIBCXX_3.4.32 for one
/// symbol, _ZSt21ios_base_library_initv, that no relocation ever uses. Debian 12 ships 3.4.30, so the loader refuses
/// the file. Marking that one version need "weak" in .gnu.version_r makes the loader accept it.
/// Must run before the first touch of the TorchSharp.torch type.
/// </summary>
internal static class TorchNative
{
    private const ushort VerFlgWeak = 2;

    [System.Runtime.CompilerServices.ModuleInitializer]
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        string path = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        if (File.Exists(path))
        {
            MarkWeak(path, "GLIBCXX_3.4.32");
        }
    }

    private static void MarkWeak(string path, string version)
    {
        byte[] pattern = new byte[6]; // vna_hash (4 bytes), vna_flags == 0 (2 bytes)
        BinaryPrimitives.WriteUInt32LittleEndian(pattern, ElfHash(version));
        byte[] image = File.ReadAllBytes(path);
        int at = image.AsSpan().IndexOf(pattern);
        if (at < 0)
        {
            return; // already patched, or a build that needs no patch
        }

        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at + 4), VerFlgWeak);
        string tmp = path + "." + Environment.ProcessId;
        File.WriteAllBytes(tmp, image);
        File.Move(tmp, path, overwrite: true);
    }

    private static uint ElfHash(string name)
    {
        uint h = 0;
        foreach (byte c in Encoding.ASCII.GetBytes(name))
        {
            h = (h << 4) + c;
            uint g = h & 0xf0000000;
            h ^= g >> 24;
            h &= ~g;
        }

        return h;
    }
}
