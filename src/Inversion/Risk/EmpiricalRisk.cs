using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;

namespace Inversion.Risk;

/// <summary>
/// J(z) = ½‖y − A G(z)‖², its gradient, its one-sided directional derivative and products with the Jacobian of A G.
/// Counts what it spends.
/// </summary>
/// <typeparam name="T">double or float.</typeparam>
/// <remarks>Source: Ma, Ayaz, Karaman, NeurIPS 2018, section 2 (the empirical risk).</remarks>
/// <threadsafety>One thread at a time; <see cref="Fork"/> gives another thread its own.</threadsafety>
public sealed class EmpiricalRisk<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DirectionsAtOnce = 64;
    private readonly NetworkWorkspace<T> workspace = new();
    private readonly T[] observed;
    private T[] signals = [];
    private T[] residuals = [];
    private T[] tangents = [];
    private readonly T[] product;

    /// <summary>The risk of codes given measurements.</summary>
    /// <param name="engine">Computes G.</param>
    /// <param name="measurement">A.</param>
    /// <param name="observed">y, m entries; copied.</param>
    /// <exception cref="ArgumentException">The measurement does not fit the network's output, or y the measurement.</exception>
    public EmpiricalRisk(NetworkEngine<T> engine, Measurement measurement, ReadOnlySpan<T> observed)
    {
        Guard.Length(measurement.SignalLength, engine.Network.OutputDimension, nameof(measurement));
        Guard.Length(observed.Length, measurement.Count, nameof(observed));
        Engine = engine;
        Measurement = measurement;
        this.observed = observed.ToArray();
        product = new T[measurement.Count];
        Spent = new EvaluationCount();
    }

    /// <summary>Computes G.</summary>
    public NetworkEngine<T> Engine { get; }

    /// <summary>A.</summary>
    public Measurement Measurement { get; }

    /// <summary>y.</summary>
    public ReadOnlySpan<T> Observed => observed;

    /// <summary>n0.</summary>
    public int LatentDimension => Engine.Network.LatentDimension;

    /// <summary>What has been spent on this risk so far.</summary>
    public EvaluationCount Spent { get; }

    /// <summary>The risk of <paramref name="truth"/>'s own measurements: y = A G(z°).</summary>
    public static EmpiricalRisk<T> OfCode(NetworkEngine<T> engine, Measurement measurement, ReadOnlySpan<T> truth)
    {
        T[] signal = new T[engine.Network.OutputDimension];
        engine.Forward(new NetworkWorkspace<T>(), truth, signal, 1);
        T[] observed = new T[measurement.Count];
        measurement.Apply<T>(signal, observed);
        return new EmpiricalRisk<T>(engine, measurement, observed);
    }

    /// <summary>The same risk with memory and counter of its own.</summary>
    public EmpiricalRisk<T> Fork() => new(Engine, Measurement, observed);

    /// <summary>J(z). NaN if G(z) is.</summary>
    public T Value(ReadOnlySpan<T> latent)
    {
        T value = T.Zero;
        Values(latent, new Span<T>(ref value), 1);
        return value;
    }

    /// <summary>J at each row of a batch of codes (batch × n0). Costs batch forward passes.</summary>
    /// <param name="latents">batch × n0. Not modified.</param>
    /// <param name="values">batch entries. Overwritten.</param>
    /// <param name="batch">Number of codes, at least 1.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written or counted.</exception>
    public void Values(ReadOnlySpan<T> latents, Span<T> values, int batch)
    {
        Guard.Length(values.Length, batch, nameof(values));
        Residuals(latents, batch);
        Spent.AddForward(batch);
        int m = Measurement.Count;
        for (int row = 0; row < batch; row++)
        {
            values[row] = Vectors.SquaredNorm<T>(residuals.AsSpan(row * m, m)) / T.CreateChecked(2);
        }
    }

    /// <summary>J(z) and gradient ← ∇J(z) = (A DG(z))ᵀ (A G(z) − y), with relu'(0) = 0.</summary>
    public T ValueAndGradient(ReadOnlySpan<T> latent, Span<T> gradient)
    {
        T value = T.Zero;
        ValuesAndGradients(latent, new Span<T>(ref value), gradient, 1);
        return value;
    }

    /// <summary>J and ∇J at each row of a batch of codes.</summary>
    /// <param name="latents">batch × n0. Not modified.</param>
    /// <param name="values">batch entries. Overwritten.</param>
    /// <param name="gradients">batch × n0. Overwritten.</param>
    /// <param name="batch">Number of codes, at least 1.</param>
    /// <exception cref="ArgumentException">A length is off. Nothing has been written or counted.</exception>
    public void ValuesAndGradients(ReadOnlySpan<T> latents, Span<T> values, Span<T> gradients, int batch)
    {
        Guard.Length(values.Length, batch, nameof(values));
        Guard.Length(gradients.Length, (long)batch * LatentDimension, nameof(gradients));
        Residuals(latents, batch);
        Spent.AddGradient(batch);
        int m = Measurement.Count;
        int n = Measurement.SignalLength;
        for (int row = 0; row < batch; row++)
        {
            Span<T> residual = residuals.AsSpan(row * m, m);
            values[row] = Vectors.SquaredNorm<T>(residual) / T.CreateChecked(2);
            Measurement.ApplyAdjoint<T>(residual, signals.AsSpan(row * n, n));
        }

        Engine.Backward(workspace, signals.AsSpan(0, batch * n), gradients);
    }

    /// <summary>residual ← A G(z) − y.</summary>
    public void Residual(ReadOnlySpan<T> latent, Span<T> residual)
    {
        Guard.Length(residual.Length, Measurement.Count, nameof(residual));
        Residuals(latent, 1);
        Spent.AddForward(1);
        residuals.AsSpan(0, residual.Length).CopyTo(residual);
    }

    /// <summary>
    /// D_v J(z) = lim (J(z + t v) − J(z))/t for t → 0+, with v not normalized: ⟨A G(z) − y, A DG(z; v)⟩, exact on kinks too
    /// (forward differentiation with relu'(0; t) = max(t, 0)).
    /// </summary>
    public T DirectionalDerivative(ReadOnlySpan<T> latent, ReadOnlySpan<T> direction)
    {
        JacobianProducts(latent, direction, product, 1);
        return Vectors.Dot<T>(residuals.AsSpan(0, Measurement.Count), product);
    }

    /// <summary>products ← A DG(z; v) for each of <paramref name="count"/> directions at one code; row-major, count × m. Exact one-sided derivatives on kinks. Leaves the residual at z for <see cref="LastResidual"/>.</summary>
    public void JacobianProducts(ReadOnlySpan<T> latent, ReadOnlySpan<T> directions, Span<T> products, int count)
    {
        Guard.AtLeast(count, 1);
        Guard.Length(directions.Length, (long)count * LatentDimension, nameof(directions));
        Guard.Length(products.Length, (long)count * Measurement.Count, nameof(products));
        Residuals(latent, 1);
        Spent.AddForward(1);
        LastJacobianProducts(directions, products, count);
    }

    /// <summary>As <see cref="JacobianProducts"/>, at the code of the last call, without its forward pass.</summary>
    /// <exception cref="InvalidOperationException">The last call was for another number of codes than one.</exception>
    public void LastJacobianProducts(ReadOnlySpan<T> directions, Span<T> products, int count)
    {
        int m = Measurement.Count;
        int n = Measurement.SignalLength;
        int inputs = LatentDimension;
        Guard.AtLeast(count, 1);
        Guard.Length(directions.Length, (long)count * inputs, nameof(directions));
        Guard.Length(products.Length, (long)count * m, nameof(products));
        RequireOneCode();
        Spent.AddTangent(count);

        // Blocks bound the memory that a whole Jacobian takes.
        int most = Math.Min(count, DirectionsAtOnce);
        if (tangents.Length < most * n)
        {
            tangents = new T[most * n];
        }

        for (int done = 0; done < count; done += most)
        {
            int block = Math.Min(most, count - done);
            Engine.Tangent(workspace, directions.Slice(done * inputs, block * inputs), tangents.AsSpan(0, block * n), block, 0);
            for (int row = 0; row < block; row++)
            {
                Measurement.Apply<T>(tangents.AsSpan(row * n, n), products.Slice((done + row) * m, m));
            }
        }
    }

    /// <summary>gradient ← ∇J at the code of the last call: a backward pass alone, two thirds of a gradient evaluation.</summary>
    /// <param name="gradient">n0 entries. Overwritten.</param>
    /// <param name="masked">False leaves the derivatives of the activations out: A_1ᵀ … A_dᵀ Aᵀ (A G(z) − y), the step of PLUGIn.</param>
    /// <exception cref="InvalidOperationException">The last call was for another number of codes than one.</exception>
    public void LastGradient(Span<T> gradient, bool masked = true)
    {
        RequireOneCode();
        Guard.Length(gradient.Length, LatentDimension, nameof(gradient));
        Spent.AddBackward(1);
        Span<T> cotangent = signals.AsSpan(0, Measurement.SignalLength);
        Measurement.ApplyAdjoint(LastResidual, cotangent);
        if (masked)
        {
            Engine.Backward(workspace, cotangent, gradient);
        }
        else
        {
            Engine.BackwardUnmasked(workspace, cotangent, gradient);
        }
    }

    /// <summary>residuals ← A G(z) − y at each row of a batch of codes, batch × m. Costs batch forward passes.</summary>
    public void ManyResiduals(ReadOnlySpan<T> latents, Span<T> rows, int batch)
    {
        Guard.Length(rows.Length, (long)batch * Measurement.Count, nameof(rows));
        Residuals(latents, batch);
        Spent.AddForward(batch);
        residuals.AsSpan(0, rows.Length).CopyTo(rows);
    }

    /// <summary>A G(z) − y at the first code of the last call.</summary>
    /// <exception cref="InvalidOperationException">There has been no call.</exception>
    public ReadOnlySpan<T> LastResidual => signals.Length > 0
        ? residuals.AsSpan(0, Measurement.Count)
        : throw new InvalidOperationException("no code has been evaluated yet");

    /// <summary>gradient ← (A DG(z))ᵀ w, with relu'(0) = 0.</summary>
    public void JacobianTransposedProduct(ReadOnlySpan<T> latent, ReadOnlySpan<T> cotangent, Span<T> gradient)
    {
        Guard.Length(cotangent.Length, Measurement.Count, nameof(cotangent));
        Guard.Length(gradient.Length, LatentDimension, nameof(gradient));
        Residuals(latent, 1);
        Spent.AddGradient(1);
        int n = Measurement.SignalLength;
        Measurement.ApplyAdjoint(cotangent, signals.AsSpan(0, n));
        Engine.Backward(workspace, signals.AsSpan(0, n), gradient);
    }

    private void RequireOneCode()
    {
        if (workspace.Batch != 1)
        {
            throw new InvalidOperationException($"the last call was for {workspace.Batch} codes, not for one");
        }
    }

    private void Residuals(ReadOnlySpan<T> latents, int batch)
    {
        int m = Measurement.Count;
        int n = Measurement.SignalLength;
        Guard.AtLeast(batch, 1);
        Guard.Length(latents.Length, (long)batch * LatentDimension, nameof(latents));
        if ((long)batch * n > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"{batch} signals of {n} entries are more than an array holds");
        }

        if (signals.Length < batch * n || residuals.Length < batch * m)
        {
            signals = new T[batch * n];
            residuals = new T[batch * m];
        }

        Engine.Forward(workspace, latents, signals.AsSpan(0, batch * n), batch);
        for (int row = 0; row < batch; row++)
        {
            Span<T> residual = residuals.AsSpan(row * m, m);
            Measurement.Apply<T>(signals.AsSpan(row * n, n), residual);
            for (int i = 0; i < m; i++)
            {
                residual[i] -= observed[i];
            }
        }
    }
}
