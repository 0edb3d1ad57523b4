using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>The deviation D(x, y) = W₊ₓᵀW₊ᵧ − Q_{x,y} of masked Gram matrices from their mean, for many pairs a call.</summary>
/// <remarks>
/// <para>Q_{x,y} = ((π − θ)/2π) I + (sin θ/2π) M, θ = ∠(x, y), M the map x̂ ↦ ŷ, ŷ ↦ x̂ that vanishes across: Hand and Voroninski, arXiv
/// 1705.07576, Definition 2.</para>
/// <para>The bits of a pair depend on that pair alone, not on the others of its call. Holds scratch memory: one for each thread.</para>
/// </remarks>
public sealed class GramDeviation
{
    /// <summary>Up to this many columns eigenvalues come from the whole matrix, beyond from a Krylov space.</summary>
    public const int DirectUpTo = 96;

    private const int Lanes = SymmetricLanes.Lanes;
    private readonly MaskedGram gram;
    private readonly GramMean mean;
    private readonly SymmetricLanes? direct;
    private readonly GramLanczos? krylov;
    private readonly SymmetricBuffer points;
    private readonly SymmetricBuffer activations;
    private readonly SymmetricBuffer padded;
    private readonly SymmetricBuffer eigenvectors;
    private readonly int[] active;
    private readonly double[] low = new double[Lanes];
    private readonly double[] high = new double[Lanes];
    private readonly double[] chosen = new double[Lanes];

    /// <summary>Room for eight pairs at a time.</summary>
    /// <param name="gram">The matrix. Shared, not modified.</param>
    /// <param name="krylovSteps">Steps of Lanczos' method where k > <see cref="DirectUpTo"/>; more than k are not taken.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps are below 1.</exception>
    public GramDeviation(MaskedGram gram, int krylovSteps)
    {
        ArgumentNullException.ThrowIfNull(gram);
        Guard.AtLeast(krylovSteps, 1);
        this.gram = gram;
        int k = gram.Columns;
        bool whole = k <= DirectUpTo;
        mean = new(k);
        direct = whole ? new(k) : null;
        krylov = whole ? null : new(gram, krylovSteps);
        points = new(2 * Lanes * k);
        activations = new(checked(2 * Lanes * gram.Rows));
        padded = new(whole ? gram.Stride * gram.Stride : 0);
        eigenvectors = new(whole ? Lanes * k : 0);
        active = new int[gram.Rows];
    }

    /// <summary>norms[p] ← ‖D(x_p, y_p)‖₂, the largest absolute eigenvalue.</summary>
    /// <param name="xs">Row-major, pairs × k; any length but zero. Not modified.</param>
    /// <param name="ys">Row-major, pairs × k; any length but zero. Not modified.</param>
    /// <param name="norms">One entry for each pair. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>
    /// <para>Cost of a pair: 2 n k multiply-adds, k²/2 for each active row, 2/3 k³; no allocation.</para>
    /// <para>Accuracy: to rounding for k ≤ <see cref="DirectUpTo"/>; beyond, a lower bound of the norm. A zero vector, which has no angle, gives
    /// NaN, and so does a NaN among the weights of a row that is not certainly inactive or in x or y.</para>
    /// </remarks>
    public void Norms(ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, Span<double> norms)
    {
        Guard.Length(xs.Length, (long)norms.Length * gram.Columns, nameof(xs));
        Guard.Length(ys.Length, (long)norms.Length * gram.Columns, nameof(ys));
        for (int pair = 0; pair < norms.Length; pair += Lanes)
        {
            int count = Math.Min(Lanes, norms.Length - pair);
            Judge(xs, ys, default, default, default, pair, count);
            for (int lane = 0; lane < count; lane++)
            {
                norms[pair + lane] = Math.Max(-low[lane], high[lane]);
            }
        }
    }

    /// <summary>The smallest and the largest eigenvalue of D(x_p, y_p), and a unit eigenvector of one of them.</summary>
    /// <param name="xs">Row-major, pairs × k; any length but zero. Not modified.</param>
    /// <param name="ys">Row-major, pairs × k; any length but zero. Not modified.</param>
    /// <param name="starts">Row-major, pairs × k: where Lanczos' method begins, not zero; used for k > <see cref="DirectUpTo"/> only. Not modified.</param>
    /// <param name="sides">For each pair 1 for an eigenvector of the largest eigenvalue, −1 of the smallest, 0 of the one that is larger in size, of the largest where they tie.</param>
    /// <param name="lowest">One entry for each pair. Overwritten.</param>
    /// <param name="highest">One entry for each pair. Overwritten.</param>
    /// <param name="vectors">Row-major, pairs × k. Overwritten.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written.</exception>
    /// <remarks>Cost, accuracy and NaN as for <see cref="Norms"/>; beyond <see cref="DirectUpTo"/> columns the values lie between the true ones.</remarks>
    public void Extremes(
        ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, ReadOnlySpan<double> starts, ReadOnlySpan<double> sides,
        Span<double> lowest, Span<double> highest, Span<double> vectors)
    {
        long entries = (long)sides.Length * gram.Columns;
        Guard.Length(xs.Length, entries, nameof(xs));
        Guard.Length(ys.Length, entries, nameof(ys));
        Guard.Length(starts.Length, entries, nameof(starts));
        Guard.Length(lowest.Length, sides.Length, nameof(lowest));
        Guard.Length(highest.Length, sides.Length, nameof(highest));
        Guard.Length(vectors.Length, entries, nameof(vectors));
        for (int pair = 0; pair < sides.Length; pair += Lanes)
        {
            int count = Math.Min(Lanes, sides.Length - pair);
            Judge(xs, ys, starts, sides, vectors, pair, count);
            low.AsSpan(0, count).CopyTo(lowest[pair..]);
            high.AsSpan(0, count).CopyTo(highest[pair..]);
        }
    }

    // Eight pairs: activations of all sixteen points in one product, then pair by pair the Gram matrices, then all eigenvalues at once.
    private void Judge(
        ReadOnlySpan<double> xs, ReadOnlySpan<double> ys, ReadOnlySpan<double> starts, ReadOnlySpan<double> sides, Span<double> vectors, int pair, int count)
    {
        int k = gram.Columns;
        points.Values.Clear();
        xs.Slice(pair * k, count * k).CopyTo(points.Values);
        ys.Slice(pair * k, count * k).CopyTo(points.Values[(Lanes * k)..]);
        mean.Set(points.Values);
        int stride = gram.Rows;
        MatrixKernel.Multiply(count, points.Values, gram.Transposed, activations.Values);
        MatrixKernel.Multiply(count, points.Values[(Lanes * k)..], gram.Transposed, activations.Values[(Lanes * stride)..]);
        if (count < Lanes && direct is not null)
        {
            direct.Triangles.Clear();
        }

        for (int lane = 0; lane < count; lane++)
        {
            ReadOnlySpan<int> rows = active.AsSpan(0, gram.Active(activations.Values, lane, Lanes + lane, active));
            if (direct is not null)
            {
                MaskedGramKernel.Gram(ref gram.Padded.First, gram.Stride, rows, ref padded.First);
                Interleave(direct.Triangles, lane);
                continue;
            }

            ReadOnlySpan<double> start = starts.IsEmpty ? DefaultStart(lane) : starts.Slice((pair + lane) * k, k);
            (low[lane], high[lane]) = krylov!.Extremes(rows, mean, lane, start);
            if (!sides.IsEmpty)
            {
                krylov.Vector(Side(sides[pair + lane], lane) > 0, vectors.Slice((pair + lane) * k, k));
            }
        }

        if (direct is null)
        {
            return;
        }

        SubtractMean(direct.Triangles);
        direct.Extremes(low, high);
        if (sides.IsEmpty)
        {
            return;
        }

        for (int lane = 0; lane < count; lane++)
        {
            chosen[lane] = Side(sides[pair + lane], lane);
        }

        direct.Vectors(chosen, eigenvectors.Values);
        for (int lane = 0; lane < count; lane++)
        {
            for (int i = 0; i < k; i++)
            {
                vectors[((pair + lane) * k) + i] = eigenvectors.Values[(i * Lanes) + lane];
            }
        }
    }

    private double Side(double asked, int lane) => asked != 0 ? asked : -low[lane] > high[lane] ? -1 : 1;

    // x̂ + ŷ/2 but for a factor, which does not vanish where y = −x, in place of x.
    private Span<double> DefaultStart(int lane)
    {
        int k = gram.Columns;
        Span<double> start = points.Values.Slice(lane * k, k);
        ReadOnlySpan<double> y = points.Values.Slice((Lanes + lane) * k, k);
        Vectors.AddScaled(0.5 * Vectors.Norm<double>(start) / Vectors.Norm(y), y, start);
        return start;
    }

    private void Interleave(Span<double> triangles, int lane)
    {
        ReadOnlySpan<double> from = padded.Values;
        int at = lane;
        for (int i = 0; i < gram.Columns; i++)
        {
            foreach (double entry in from.Slice(i * gram.Stride, i + 1))
            {
                triangles[at] = entry;
                at += Lanes;
            }
        }
    }

    private void SubtractMean(Span<double> triangles)
    {
        ReadOnlySpan<Vector512<double>> m = mean.Middle.Lanes, a = mean.Across.Lanes;
        Span<Vector512<double>> entries = System.Runtime.InteropServices.MemoryMarshal.Cast<double, Vector512<double>>(triangles);
        int at = 0;
        for (int i = 0; i < m.Length; i++)
        {
            Vector512<double> reflectedM = -(mean.Reflected * m[i]), reflectedA = mean.Reflected * a[i];
            for (int j = 0; j <= i; j++, at++)
            {
                entries[at] = Vector512.FusedMultiplyAdd(reflectedM, m[j], Vector512.FusedMultiplyAdd(reflectedA, a[j], entries[at]));
            }

            entries[at - 1] -= mean.Diagonal;
        }
    }
}
