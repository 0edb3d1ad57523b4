using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Inversion.Pictures;

/// <summary>A PNG file of 8 bits a channel, each line unfiltered. Source: the PNG specification, sections 5, 9 to 11.</summary>
public static class PngFile
{
    private const uint Polynomial = 0xedb88320;

    /// <summary>Writes a picture.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="pixels">height × width × channels.</param>
    /// <param name="width">Pixels in a line.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    public static void Write(string path, ReadOnlySpan<byte> pixels, int width, int channels)
    {
        int line = width * channels;
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int start = 0; start < pixels.Length; start += line)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(start, line));
            }
        }

        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), pixels.Length / line);
        header[8] = 8;
        header[9] = channels == 1 ? (byte)0 : (byte)2;
        using FileStream stream = File.Create(path);
        stream.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        WriteChunk(stream, "IHDR", header);
        WriteChunk(stream, "IDAT", packed.ToArray());
        WriteChunk(stream, "IEND", []);
    }

    private static void WriteChunk(Stream stream, string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        stream.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
        }

        return ~crc;
    }
}
