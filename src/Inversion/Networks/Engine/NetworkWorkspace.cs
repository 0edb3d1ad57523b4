using System.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>
/// Memory of one thread for one engine: the values between layers of the last forward pass, and room for cotangents and tangents.
/// Grows when a larger batch comes, never shrinks. Another engine may take it over with a forward pass of its own.
/// </summary>
/// <threadsafety>One thread at a time.</threadsafety>
public sealed class NetworkWorkspace<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal T[][] Values { get; private set; } = [];

    /// <summary>The engine whose forward pass the values are.</summary>
    internal NetworkEngine<T>? Owner { get; set; }

    internal T[] Front { get; private set; } = [];

    internal T[] Back { get; private set; } = [];

    internal T[] Scratch { get; private set; } = [];

    /// <summary>Rows of the last forward pass; 0 before the first.</summary>
    public int Batch { get; internal set; }

    internal void Reserve(ReadOnlySpan<int> lengths, int batch, int scratch)
    {
        // Until the forward pass is through, the values are nobody's.
        Owner = null;
        Batch = 0;
        if (Values.Length != lengths.Length)
        {
            Values = new T[lengths.Length][];
            Array.Fill(Values, []);
        }

        for (int i = 0; i < lengths.Length; i++)
        {
            if (Values[i].Length < batch * lengths[i])
            {
                Values[i] = new T[batch * lengths[i]];
            }
        }

        ReserveScratch(scratch);
    }

    internal void ReserveSides(int length, int scratch)
    {
        if (Front.Length < length)
        {
            Front = new T[length];
            Back = new T[length];
        }

        ReserveScratch(scratch);
    }

    private void ReserveScratch(int scratch)
    {
        if (Scratch.Length < scratch)
        {
            Scratch = new T[scratch];
        }
    }
}
