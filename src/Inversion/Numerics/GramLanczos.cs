using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>
/// Extreme Ritz values of D = Σ w wᵀ − Q by Lanczos' method with full reorthogonalization: eigenvalues of D compressed to a Krylov space, so
/// they never overshoot. No allocation in a run.
/// </summary>
/// <remarks>Source: Golub, Van Loan, Matrix Computations, 4th edition, section 10.1.</remarks>
internal sealed class GramLanczos
{
    private const int Lanes = SymmetricLanes.Lanes;
    private readonly MaskedGram gram;
    private readonly int steps;
    private readonly SymmetricBuffer basis;
    private readonly SymmetricBuffer next;
    private readonly SymmetricBuffer middle;
    private readonly SymmetricBuffer across;
    private readonly SymmetricTridiagonalLanes compressed;
    private readonly double[] low = new double[Lanes];
    private readonly double[] high = new double[Lanes];
    private readonly double[] wanted = new double[Lanes];
    private readonly double[] sides = new double[Lanes];
    private readonly double[] shares;
    private int count;

    /// <summary>Runs of at most <paramref name="steps"/> steps, and never more than columns.</summary>
    public GramLanczos(MaskedGram gram, int steps)
    {
        this.gram = gram;
        this.steps = Math.Min(steps, gram.Columns);
        basis = new(checked(this.steps * gram.Stride));
        next = new(gram.Stride);
        (middle, across) = (new(gram.Stride), new(gram.Stride));
        compressed = new(this.steps);
        shares = new double[this.steps * Lanes];
    }

    /// <summary>The extreme Ritz values of one lane's pair, from a start of any length but zero.</summary>
    public (double Low, double High) Extremes(ReadOnlySpan<int> active, GramMean mean, int lane, ReadOnlySpan<double> start)
    {
        Span<double> m = middle.Values, a = across.Values;
        for (int i = 0; i < gram.Columns; i++)
        {
            m[i] = mean.Middle.Values[(i * Lanes) + lane];
            a[i] = mean.Across.Values[(i * Lanes) + lane];
        }

        (double diagonal, double reflected) = (mean.Diagonal.GetElement(lane), mean.Reflected.GetElement(lane));
        int stride = gram.Stride;
        Span<double> image = next.Values;
        double beta = Vectors.Norm(start);
        image.Clear();
        start.CopyTo(image);
        count = 0;
        while (true)
        {
            Span<double> current = basis.Values.Slice(count * stride, stride);
            image.CopyTo(current);
            Vectors.Scale(1 / beta, current);
            MaskedGramKernel.Apply(ref gram.Padded.First, stride, active, ref current[0], image);
            Vectors.AddScaled(-diagonal, current, image);
            Vectors.AddScaled(-reflected * Vectors.Dot<double>(m, current), m, image);
            Vectors.AddScaled(reflected * Vectors.Dot<double>(a, current), a, image);
            compressed.Diagonal[count * Lanes] = Vectors.Dot<double>(image, current);

            // Twice: after one pass a small remainder is no longer orthogonal.
            for (int b = 0; b < 2 * (count + 1); b++)
            {
                Span<double> against = basis.Values.Slice(b % (count + 1) * stride, stride);
                Vectors.AddScaled(-Vectors.Dot<double>(image, against), against, image);
            }

            beta = Math.Sqrt(Vectors.Dot<double>(image, image));
            count++;

            // Written so that a NaN ends the run.
            if (count == steps || !(beta > 1e-13))
            {
                break;
            }

            compressed.OffDiagonal[(count - 1) * Lanes] = beta;
        }

        compressed.Extremes(count, low, high);
        return (low[0], high[0]);
    }

    /// <summary>The unit Ritz vector of the last run's highest or lowest value.</summary>
    public void Vector(bool highest, Span<double> u)
    {
        (wanted[0], sides[0]) = (highest ? high[0] : low[0], highest ? 1 : -1);
        compressed.Vectors(count, wanted, sides, shares.AsSpan(0, count * Lanes));
        u.Clear();
        for (int b = 0; b < count; b++)
        {
            Vectors.AddScaled(shares[b * Lanes], basis.Values.Slice(b * gram.Stride, gram.Columns), u);
        }
    }
}
