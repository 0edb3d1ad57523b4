using System.Globalization;
using System.Text;

namespace Inversion.Randomness;

/// <summary>
/// The address of a random stream: an immutable 64-bit value whose children are derived by name or number. A draw added in one
/// place changes nothing elsewhere, and sixteen hex digits replay any of them.
/// </summary>
/// <remarks>
/// A child is the SplitMix64 finalizer (Steele, Lea, Flood, OOPSLA 2014) of the parent and the label; names are hashed with
/// FNV-1a over their UTF-8 bytes. Not cryptographic.
/// </remarks>
public readonly record struct RandomKey
{
    private const ulong NameDomain = 0x9E3779B97F4A7C15;
    private const ulong NumberDomain = 0xD1B54A32D192ED03;

    /// <summary>The key with this value.</summary>
    public RandomKey(ulong value) => Value = value;

    /// <summary>The 64 bits.</summary>
    public ulong Value { get; }

    /// <summary>Reads one to sixteen hex digits, as <see cref="ToString"/> writes them.</summary>
    /// <exception cref="FormatException">The text is not one to sixteen hex digits.</exception>
    public static RandomKey Parse(string text) =>
        TryParse(text, out RandomKey key) ? key : throw new FormatException($"'{text}' is not a key: one to sixteen hex digits are needed");

    /// <summary>Reads one to sixteen hex digits; false if the text is anything else.</summary>
    public static bool TryParse(string? text, out RandomKey key)
    {
        // The number parser also takes more digits when the first are zeros, and a zero character at the end.
        ulong value = 0;
        bool read = text is { Length: >= 1 and <= 16 } && text.All(char.IsAsciiHexDigit)
            && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        key = new RandomKey(value);
        return read;
    }

    /// <summary>The child with this name.</summary>
    public RandomKey Child(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return new RandomKey(Mix(Mix(Value + NameDomain) ^ hash));
    }

    /// <summary>The child with this number.</summary>
    public RandomKey Child(long number) => new(Mix(Mix(Value + NumberDomain) ^ unchecked((ulong)number)));

    /// <summary>A new stream at this address, always from its start.</summary>
    public RandomStream Open() => new(this);

    /// <summary>Sixteen lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The SplitMix64 finalizer, variant 13 of Stafford.</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
