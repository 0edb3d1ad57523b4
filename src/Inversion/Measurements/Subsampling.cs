using System.Collections.Immutable;
using Inversion.Numerics;

namespace Inversion.Measurements;

/// <summary>A row subset of the identity: the listed entries of the flattened signal are observed, the others hidden.</summary>
public sealed class Subsampling : Measurement
{
    /// <summary>Observes these entries.</summary>
    /// <param name="signalLength">n.</param>
    /// <param name="indices">Distinct indices in [0, n), in the order in which they are measured. May be empty.</param>
    /// <param name="name">What reports call the mask.</param>
    /// <exception cref="MeasurementException">An index is out of range or named twice.</exception>
    public Subsampling(int signalLength, IEnumerable<int> indices, string name = "rows")
        : this(signalLength, indices.ToImmutableArray(), name)
    {
    }

    private Subsampling(int signalLength, ImmutableArray<int> indices, string name)
        : base(signalLength, indices.Length, name)
    {
        Indices = indices;
        if (signalLength < 1)
        {
            throw new MeasurementException($"mask '{name}': a signal of {signalLength} entries cannot be measured");
        }

        bool[] seen = new bool[signalLength];
        foreach (int index in indices)
        {
            if (index < 0 || index >= signalLength)
            {
                throw new MeasurementException($"mask '{name}': index {index} is outside 0…{signalLength - 1}");
            }

            if (seen[index])
            {
                throw new MeasurementException($"mask '{name}': index {index} is named twice");
            }

            seen[index] = true;
        }
    }

    /// <summary>The observed entries.</summary>
    public ImmutableArray<int> Indices { get; }

    /// <summary>Observes everything.</summary>
    public static Subsampling All(int signalLength) => new(signalLength, Enumerable.Range(0, signalLength), "all");

    /// <inheritdoc/>
    public override void Apply<T>(ReadOnlySpan<T> signal, Span<T> observed)
    {
        Guard.Length(signal.Length, SignalLength, nameof(signal));
        Guard.Length(observed.Length, Count, nameof(observed));
        for (int i = 0; i < observed.Length; i++)
        {
            observed[i] = signal[Indices[i]];
        }
    }

    /// <inheritdoc/>
    public override void ApplyAdjoint<T>(ReadOnlySpan<T> observed, Span<T> signal)
    {
        Guard.Length(observed.Length, Count, nameof(observed));
        Guard.Length(signal.Length, SignalLength, nameof(signal));
        signal.Clear();
        for (int i = 0; i < observed.Length; i++)
        {
            signal[Indices[i]] = observed[i];
        }
    }
}
