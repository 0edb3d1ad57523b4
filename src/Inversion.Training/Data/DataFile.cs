using System.Security.Cryptography;

namespace Inversion.Training.Data;

/// <summary>A file that was trained on, as the model's metadata names it.</summary>
/// <param name="Name">Its name without the folder; for a folder of pictures, the folder's name and the number of pictures.</param>
/// <param name="Sha256">Of its bytes; for a folder, of the lines "hash  name" of its pictures in order.</param>
internal sealed record DataFile(string Name, string Sha256)
{
    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
