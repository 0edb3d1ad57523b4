using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Measurements;

/// <summary>Additive measurement noise.</summary>
public static class Noise
{
    /// <summary>observed ← observed + e with e independent N(0, level²/m): ‖e‖ is about <paramref name="level"/>.</summary>
    /// <param name="observed">m entries. Changed in place.</param>
    /// <param name="level">Expected size of the noise vector, at least 0.</param>
    /// <param name="key">Address of the random stream.</param>
    public static void Add(Span<double> observed, double level, RandomKey key)
    {
        Guard.Within(level, 0, double.MaxValue);
        if (observed.Length == 0 || level == 0)
        {
            return;
        }

        double[] noise = new double[observed.Length];
        key.Open().FillGaussian(noise);
        Vectors.AddScaled(level / Math.Sqrt(observed.Length), noise, observed);
    }
}
