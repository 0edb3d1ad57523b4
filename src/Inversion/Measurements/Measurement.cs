using System.Numerics;

namespace Inversion.Measurements;

/// <summary>A: the linear map from a signal to what is observed of it, y = A x.</summary>
/// <threadsafety>Immutable.</threadsafety>
public abstract class Measurement
{
    private protected Measurement(int signalLength, int count, string name)
    {
        SignalLength = signalLength;
        Count = count;
        Name = name;
    }

    /// <summary>n: entries of a signal.</summary>
    public int SignalLength { get; }

    /// <summary>m: entries of a measurement; 0 for a mask that hides everything.</summary>
    public int Count { get; }

    /// <summary>What messages and reports call it: "all", "random:0.5", "gaussian:100", …</summary>
    public string Name { get; }

    /// <summary>m/n: the sampling rate.</summary>
    public double Rate => Count / (double)SignalLength;

    /// <summary>y ← A x.</summary>
    /// <param name="signal">x, n entries. Not modified.</param>
    /// <param name="observed">y, m entries. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    public abstract void Apply<T>(ReadOnlySpan<T> signal, Span<T> observed)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>x ← Aᵀ y.</summary>
    /// <param name="observed">y, m entries. Not modified.</param>
    /// <param name="signal">x, n entries. Overwritten, with zeros where nothing is observed.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    public abstract void ApplyAdjoint<T>(ReadOnlySpan<T> observed, Span<T> signal)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
