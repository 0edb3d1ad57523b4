using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>
/// J as the algorithms see it: codes in double whatever the arithmetic of the network, a budget, and no work done twice — what was
/// computed at the code of the last call is used again.
/// </summary>
internal abstract class Objective(int dimension, int count)
{
    private readonly double[] loaded = new double[dimension];
    private bool isLoaded;

    /// <summary>n0.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>m.</summary>
    public int Count { get; } = count;

    /// <summary>G.</summary>
    public abstract GenerativeNetwork Network { get; }

    /// <summary>A.</summary>
    public abstract Measurement Measurement { get; }

    /// <summary>‖y‖.</summary>
    public abstract double ObservedNorm { get; }

    /// <summary>γ_K: the relative rounding error of G to first order; see <see cref="SolveOptions.ResidualTolerance"/>.</summary>
    public abstract double RoundingLevel { get; }

    /// <summary>The unit roundoff of the network's arithmetic.</summary>
    public abstract double UnitRoundoff { get; }

    /// <summary>Work so far, in thirds of a gradient evaluation.</summary>
    public abstract long Spent { get; }

    /// <summary>The value of <see cref="Spent"/> that may be reached and not passed.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>True when this much more work stays within the limit.</summary>
    public bool Affords(long thirds) => thirds <= Limit - Spent;

    /// <summary>Work of making z the loaded code: 0 if it is.</summary>
    public int CostOfLoading(ReadOnlySpan<double> latent) => isLoaded && latent.SequenceEqual(loaded) ? 0 : 1;

    /// <summary>J(z): one forward pass.</summary>
    public double Value(ReadOnlySpan<double> latent)
    {
        double value = Load(latent);
        Remember(latent);
        return value;
    }

    /// <summary>gradient ← ∇J(z): two thirds at the loaded code, one evaluation elsewhere.</summary>
    public void Gradient(ReadOnlySpan<double> latent, Span<double> gradient)
    {
        EnsureLoaded(latent);
        LoadedGradient(gradient);
    }

    /// <summary>products ← A DG(z; v) for each direction, count × m; one third each at the loaded code, one more elsewhere.</summary>
    public void JacobianProducts(ReadOnlySpan<double> latent, ReadOnlySpan<double> directions, Span<double> products, int count)
    {
        EnsureLoaded(latent);
        LoadedJacobianProducts(directions, products, count);
    }

    /// <summary>step ← A_1ᵀ … A_dᵀ (A G(z) − y): the backward pass without the derivatives of the activations.</summary>
    public void UnmaskedGradient(ReadOnlySpan<double> latent, Span<double> step)
    {
        EnsureLoaded(latent);
        LoadedUnmaskedGradient(step);
    }

    /// <summary>‖A G(z) − y‖, scaled so that it does not underflow where J does.</summary>
    public double ResidualNorm(ReadOnlySpan<double> latent)
    {
        EnsureLoaded(latent);
        return LoadedResidualNorm();
    }

    /// <summary>residual ← A G(z) − y.</summary>
    public void Residual(ReadOnlySpan<double> latent, Span<double> residual)
    {
        EnsureLoaded(latent);
        LoadedResidual(residual);
    }

    /// <summary>J at each row: one third a row.</summary>
    public void Values(ReadOnlySpan<double> latents, Span<double> values, int batch)
    {
        isLoaded = false;
        BatchValues(latents, values, batch);
    }

    /// <summary>A G(z) − y at each row, batch × m: one third a row.</summary>
    public void Residuals(ReadOnlySpan<double> latents, Span<double> residuals, int batch)
    {
        isLoaded = false;
        BatchResiduals(latents, residuals, batch);
    }

    /// <summary>Rounds a code to the arithmetic of the network, so that what is returned is what was evaluated.</summary>
    public abstract void Round(Span<double> latent);

    protected abstract double Load(ReadOnlySpan<double> latent);

    protected abstract void LoadedGradient(Span<double> gradient);

    protected abstract void LoadedUnmaskedGradient(Span<double> step);

    protected abstract void LoadedJacobianProducts(ReadOnlySpan<double> directions, Span<double> products, int count);

    protected abstract void LoadedResidual(Span<double> residual);

    protected abstract double LoadedResidualNorm();

    protected abstract void BatchValues(ReadOnlySpan<double> latents, Span<double> values, int batch);

    protected abstract void BatchResiduals(ReadOnlySpan<double> latents, Span<double> residuals, int batch);

    private void EnsureLoaded(ReadOnlySpan<double> latent)
    {
        Guard.Length(latent.Length, Dimension, nameof(latent));
        if (CostOfLoading(latent) > 0)
        {
            Load(latent);
            Remember(latent);
        }
    }

    private void Remember(ReadOnlySpan<double> latent)
    {
        latent.CopyTo(loaded);
        isLoaded = true;
    }
}
