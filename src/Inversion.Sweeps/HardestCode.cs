using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using MathNet.Numerics.LinearAlgebra;

namespace Inversion.Sweeps;

/// <summary>A code at which the measurement tells a direction least from the others: a small σ_min/σ_max of A DG(z).</summary>
/// <remarks>
/// The best of 32 random codes, and from each of the best two 48 random changes in steps that shrink, kept where the ratio falls: 128 Jacobians,
/// n0 derivatives each. Near such a code a descent sees a narrow valley, and where the ratio is 0 other codes have the same measurement to first
/// order. It is a local measure: false minima far from the code do not show in it, and a harder code may exist.
/// The code has norm √n0, as Gaussian ones have about.
/// </remarks>
internal sealed class HardestCode
{
    private const int Starts = 32;
    private const int Followed = 2;
    private const int Steps = 48;
    private readonly NetworkEngine<double> engine;
    private readonly Measurement measurement;
    private readonly NetworkWorkspace<double> workspace = new();
    private readonly double[] axes;
    private readonly double[] signal;
    private readonly double[] derivatives;
    private readonly double[] observed;
    private readonly double[] gram;

    /// <summary>Memory for one network and one measurement.</summary>
    public HardestCode(NetworkEngine<double> engine, Measurement measurement)
    {
        this.engine = engine;
        this.measurement = measurement;
        int latent = engine.Network.LatentDimension;
        axes = new double[latent * latent];
        for (int i = 0; i < latent; i++)
        {
            axes[i * (latent + 1)] = 1;
        }

        signal = new double[engine.Network.OutputDimension];
        derivatives = new double[latent * signal.Length];
        observed = new double[latent * measurement.Count];
        gram = new double[latent * latent];
    }

    /// <summary>The hardest code found.</summary>
    public static double[] Search(NetworkEngine<double> engine, Measurement measurement, RandomKey key)
    {
        HardestCode search = new(engine, measurement);
        int latent = engine.Network.LatentDimension;
        double[][] starts = [.. Enumerable.Range(0, Starts).Select(i => Scaled(Gaussian(latent, key.Child("start").Child(i))))];

        // Stable orders: of two equal ratios the earlier one is taken.
        return starts.Select(code => (Code: code, Ratio: search.Ratio(code))).OrderBy(start => start.Ratio).Take(Followed)
            .Select((start, number) => search.Follow(start.Code, start.Ratio, key.Child("steps").Child(number)))
            .MinBy(end => end.Ratio).Code;
    }

    /// <summary>σ_min/σ_max of A DG(z), from the eigenvalues of its Gram matrix: below 10⁻⁸ it is rounding. 0 where the measurement does not move; infinite where that is no number.</summary>
    public double Ratio(double[] code)
    {
        int latent = code.Length;
        engine.Forward(workspace, code, signal, 1);
        engine.Tangent(workspace, axes, derivatives, latent, 0);
        for (int i = 0; i < latent; i++)
        {
            measurement.Apply<double>(derivatives.AsSpan(i * signal.Length, signal.Length), observed.AsSpan(i * measurement.Count, measurement.Count));
        }

        SymmetricMatrix.Gram(observed, latent, measurement.Count, gram);
        if (!Array.TrueForAll(gram, double.IsFinite))
        {
            return double.PositiveInfinity;
        }

        double[] eigenvalues = [.. Matrix<double>.Build.DenseOfColumnMajor(latent, latent, gram).Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real)];
        double largest = eigenvalues.Max();
        return largest > 0 ? Math.Sqrt(Math.Max(0, eigenvalues.Min()) / largest) : 0;
    }

    private (double[] Code, double Ratio) Follow(double[] code, double ratio, RandomKey key)
    {
        double length = 0.5;
        for (int step = 0; step < Steps && ratio > 0; step++)
        {
            double[] moved = Gaussian(code.Length, key.Child(step));
            Vectors.Scale(length, moved);
            Vectors.AddScaled(1, code, moved);
            moved = Scaled(moved);
            double found = Ratio(moved);
            if (found < ratio)
            {
                (code, ratio) = (moved, found);
            }
            else
            {
                length *= 0.95;
            }
        }

        return (code, ratio);
    }

    private static double[] Gaussian(int length, RandomKey key)
    {
        double[] values = new double[length];
        key.Open().FillGaussian(values);
        return values;
    }

    private static double[] Scaled(double[] code)
    {
        Vectors.Scale(Math.Sqrt(code.Length) / Vectors.Norm<double>(code), code);
        return code;
    }
}
