using System.Numerics;
using System.Runtime.InteropServices;

namespace Inversion.Solving;

/// <summary>The numbers that a network computes with, whatever they are; the algorithms compute in double.</summary>
internal abstract class Arithmetic
{
    /// <summary>u.</summary>
    public abstract double UnitRoundoff { get; }

    /// <summary>Rounds a code to this arithmetic, so that what is returned is what was evaluated.</summary>
    public abstract void Round(Span<double> latent);
}

/// <summary>The border between double and <typeparamref name="T"/>. In double nothing is copied or converted.</summary>
/// <param name="dimension">n0: a code finds its room from the beginning.</param>
internal sealed class Arithmetic<T>(int dimension) : Arithmetic
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private T[] narrowed = typeof(T) == typeof(double) ? [] : new T[dimension];
    private T[] results = [];

    public override double UnitRoundoff => double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;

    public override void Round(Span<double> latent)
    {
        if (typeof(T) != typeof(double))
        {
            for (int i = 0; i < latent.Length; i++)
            {
                latent[i] = double.CreateTruncating(T.CreateTruncating(latent[i]));
            }
        }
    }

    /// <summary>The values in T, good until the next call.</summary>
    public ReadOnlySpan<T> In(ReadOnlySpan<double> values)
    {
        if (typeof(T) == typeof(double))
        {
            return MemoryMarshal.Cast<double, T>(values);
        }

        if (narrowed.Length < values.Length)
        {
            narrowed = new T[values.Length];
        }

        Narrow(values, narrowed);
        return narrowed.AsSpan(0, values.Length);
    }

    /// <summary>Where results in T may be written before <see cref="Deliver"/> takes them to <paramref name="values"/>.</summary>
    public Span<T> Out(Span<double> values)
    {
        if (typeof(T) == typeof(double))
        {
            return MemoryMarshal.Cast<double, T>(values);
        }

        if (results.Length < values.Length)
        {
            results = new T[values.Length];
        }

        return results.AsSpan(0, values.Length);
    }

    /// <summary>to ← from, where <see cref="Out"/> gave from.</summary>
    public static void Deliver(ReadOnlySpan<T> from, Span<double> to)
    {
        if (typeof(T) != typeof(double))
        {
            Widen(from, to);
        }
    }

    /// <summary>to ← from, rounded.</summary>
    public static void Narrow(ReadOnlySpan<double> from, Span<T> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = T.CreateTruncating(from[i]);
        }
    }

    /// <summary>to ← from, exactly.</summary>
    public static void Widen(ReadOnlySpan<T> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = double.CreateTruncating(from[i]);
        }
    }
}
