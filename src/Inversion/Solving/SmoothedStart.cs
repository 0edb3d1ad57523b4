using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Solving;

/// <summary>One start by <see cref="Smoothing"/>.</summary>
/// <param name="objective">J.</param>
/// <param name="smoothing">Steps, samples and their scatter.</param>
/// <param name="priorScale">Unit of the scatter.</param>
/// <param name="latent">Where it begins: 0, the mean of the prior, or a code. Overwritten.</param>
/// <param name="key">Address of the scattered codes.</param>
internal sealed class SmoothedStart(Objective objective, Smoothing smoothing, double priorScale, double[] latent, RandomKey key) : Routine(objective)
{
    private readonly int n = objective.Dimension;
    private readonly int m = objective.Count;
    private readonly double[] latent = latent;

    /// <summary>Where it has come to.</summary>
    public ReadOnlySpan<double> Latent => latent;

    /// <summary>Thirds of a gradient evaluation that a step takes.</summary>
    public static long CostOfStep(Objective objective, Smoothing smoothing) => smoothing.Samples * (objective.Dimension + 1L);

    /// <inheritdoc/>
    protected override IEnumerator<Request> Run()
    {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            identity[(i * n) + i] = 1;
        }

        double[] jacobian = new double[checked(n * m)];
        double[] meanJacobian = new double[n * m];
        double[] residual = new double[m];
        double[] mean = new double[m];
        double[] scattered = new double[n];
        double[] directions = new double[smoothing.Samples / 2 * n];
        double[] normal = new double[n * n];
        double[] change = new double[n];
        for (int step = 0; step < smoothing.Steps && Objective.Affords(CostOfStep(Objective, smoothing)); step++)
        {
            double scatter = smoothing.ScatterOf(step) * priorScale;
            key.Child(step).Open().FillGaussian(directions);
            Array.Clear(meanJacobian);
            Array.Clear(mean);
            double squares = 0;
            for (int k = 0; k < smoothing.Samples; k++)
            {
                latent.CopyTo(scattered, 0);
                Vectors.AddScaled(k % 2 == 0 ? scatter : -scatter, directions.AsSpan(k / 2 * n, n), scattered);
                Objective.Round(scattered);
                yield return Request.JacobianProducts(scattered, identity, jacobian, n);
                yield return Request.Residual(scattered, residual);
                Vectors.AddScaled<double>(1.0 / smoothing.Samples, jacobian, meanJacobian);
                Vectors.AddScaled<double>(1.0 / smoothing.Samples, residual, mean);
                squares += Vectors.SquaredNorm<double>(residual);
            }

            double variance = Math.Max(0, squares - (smoothing.Samples * Vectors.SquaredNorm<double>(mean))) / ((smoothing.Samples - 1.0) * m);
            SymmetricMatrix.Gram(meanJacobian, n, m, normal);
            if (!Solve(normal, meanJacobian, mean, variance / (scatter * scatter), change))
            {
                yield break;
            }

            Vectors.AddScaled(-1, change, latent);
            Objective.Round(latent);
        }
    }

    // change ← (N + ridge I)⁻¹ Bᵀ r; false where that is no number, and the code stays.
    private bool Solve(double[] normal, double[] jacobian, double[] residual, double ridge, double[] change)
    {
        for (int i = 0; i < n; i++)
        {
            normal[(i * n) + i] += ridge;
            change[i] = Vectors.Dot<double>(jacobian.AsSpan(i * m, m), residual);
        }

        if (!SymmetricMatrix.TryFactor(normal, n))
        {
            return false;
        }

        SymmetricMatrix.Solve(normal, n, change);
        return Guard.AllFinite<double>(change);
    }
}
