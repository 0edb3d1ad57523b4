using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Inversion.Cli.Output;

/// <summary>Writes a matrix as a .npy file (NumPy's format, version 1.0): float64, row by row.</summary>
internal static class NumpyFile
{
    /// <summary>Writes rows of equal length.</summary>
    public static void Write(string path, IReadOnlyList<double[]> rows)
    {
        int columns = rows.Count == 0 ? 0 : rows[0].Length;
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows.Count}, {columns}), }}");

        // Magic, version, length and header together are a multiple of 64, the last byte a line end.
        int padded = ((10 + header.Length + 1 + 63) / 64 * 64) - 10;
        byte[] bytes = new byte[10 + padded + (8L * rows.Count * columns)];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)padded);
        Encoding.ASCII.GetBytes(header.PadRight(padded - 1) + "\n").CopyTo(bytes, 10);
        int at = 10 + padded;
        foreach (double[] row in rows)
        {
            foreach (double value in row)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), value);
                at += 8;
            }
        }

        File.WriteAllBytes(path, bytes);
    }
}
