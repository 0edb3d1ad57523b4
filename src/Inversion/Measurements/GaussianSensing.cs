using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Measurements;

/// <summary>A dense m × n matrix with independent N(0, 1/m) entries, applied to the entries that a mask lets through.</summary>
/// <remarks>Source: Bora, Jalal, Price, Dimakis, "Compressed sensing using generative models", 2017, section 5.</remarks>
public sealed class GaussianSensing : Measurement
{
    private readonly double[] matrix;
    private readonly Subsampling mask;

    /// <summary>Draws the matrix.</summary>
    /// <param name="mask">The entries that are sensed.</param>
    /// <param name="count">m, at least 1.</param>
    /// <param name="key">Address of the random stream.</param>
    /// <exception cref="MeasurementException">The mask hides everything, or m is not positive or too large.</exception>
    public GaussianSensing(Subsampling mask, int count, RandomKey key)
        : base(mask.SignalLength, count, $"gaussian:{count}" + (mask.Name == "all" ? string.Empty : $" of {mask.Name}"))
    {
        if (count < 1 || mask.Count == 0 || (long)count * mask.Count > Capacity.Entries)
        {
            throw new MeasurementException($"gaussian:{count}: cannot sense {mask.Count} entries by {count} rows");
        }

        this.mask = mask;
        Key = key;
        matrix = new double[count * mask.Count];
        key.Open().FillGaussian(matrix);
        Vectors.Scale(1 / Math.Sqrt(count), matrix);
    }

    /// <summary>The address at which the matrix was drawn.</summary>
    public RandomKey Key { get; }

    /// <summary>The entry of A in this row and at this entry of the signal; 0 where the mask hides it. Costs a search of the mask.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or entry.</exception>
    public double this[int row, int signalIndex]
    {
        get
        {
            Guard.Within(row, 0, Count - 1);
            Guard.Within(signalIndex, 0, SignalLength - 1);
            int at = mask.Indices.IndexOf(signalIndex);
            return at < 0 ? 0 : matrix[(row * mask.Count) + at];
        }
    }

    /// <summary>One row of A over the observed entries, in the mask's order.</summary>
    public ReadOnlySpan<double> Row(int row) => matrix.AsSpan(row * mask.Count, mask.Count);

    /// <summary>The entries that are sensed.</summary>
    public Subsampling Mask => mask;

    /// <inheritdoc/>
    public override void Apply<T>(ReadOnlySpan<T> signal, Span<T> observed)
    {
        Guard.Length(signal.Length, SignalLength, nameof(signal));
        Guard.Length(observed.Length, Count, nameof(observed));
        for (int row = 0; row < Count; row++)
        {
            ReadOnlySpan<double> weights = Row(row);
            T sum = T.Zero;
            for (int i = 0; i < weights.Length; i++)
            {
                sum = T.FusedMultiplyAdd(T.CreateTruncating(weights[i]), signal[mask.Indices[i]], sum);
            }

            observed[row] = sum;
        }
    }

    /// <inheritdoc/>
    public override void ApplyAdjoint<T>(ReadOnlySpan<T> observed, Span<T> signal)
    {
        Guard.Length(observed.Length, Count, nameof(observed));
        Guard.Length(signal.Length, SignalLength, nameof(signal));
        signal.Clear();
        for (int row = 0; row < Count; row++)
        {
            ReadOnlySpan<double> weights = Row(row);
            for (int i = 0; i < weights.Length; i++)
            {
                int at = mask.Indices[i];
                signal[at] = T.FusedMultiplyAdd(T.CreateTruncating(weights[i]), observed[row], signal[at]);
            }
        }
    }
}
