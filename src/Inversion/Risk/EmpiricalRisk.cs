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
    private readonly ResidualMap<T> map;
    private readonly RiskPass<T> pass;
    private readonly T[] observed;
    private readonly T[] kept;
    private readonly T[] product;
    private readonly T[] last;
    private int lastBatch;
    private bool lastIsDelivered;

    /// <summary>The risk of codes given measurements.</summary>
    /// <param name="engine">Computes G.</param>
    /// <param name="measurement">A.</param>
    /// <param name="observed">y, m entries; copied.</param>
    /// <exception cref="ArgumentException">The measurement does not fit the network's output, or y the measurement.</exception>
    public EmpiricalRisk(NetworkEngine<T> engine, Measurement measurement, ReadOnlySpan<T> observed)
        : this(engine, new ResidualMap<T>(engine, measurement), observed)
    {
    }

    private EmpiricalRisk(NetworkEngine<T> engine, ResidualMap<T> map, ReadOnlySpan<T> observed)
    {
        Guard.Length(observed.Length, map.Measurement.Count, nameof(observed));
        Engine = engine;
        this.map = map;
        this.observed = observed.ToArray();
        kept = new T[map.Width];
        map.Keep(observed, kept);
        product = new T[observed.Length];
        last = new T[observed.Length];
        pass = new RiskPass<T>(engine, map);
        Spent = new EvaluationCount();
    }

    /// <summary>Computes G.</summary>
    public NetworkEngine<T> Engine { get; }

    /// <summary>A.</summary>
    public Measurement Measurement => map.Measurement;

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
    public EmpiricalRisk<T> Fork() => new(Engine, map, observed);

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
        Begin(latents, batch);
        Spent.AddForward(batch);
        for (int row = 0; row < batch; row += Engine.RowsPerPass)
        {
            Evaluate(Rows(latents, row, batch), Rows(values, row, batch));
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
        Begin(latents, batch);
        Spent.AddGradient(batch);

        // Back right after forth, a few codes at a time: what the forward pass left is still near, and large batches need no more memory.
        for (int row = 0; row < batch; row += Engine.RowsPerPass)
        {
            Evaluate(Rows(latents, row, batch), Rows(values, row, batch));
            pass.Gradients(Rows(gradients, row, batch), masked: true);
        }
    }

    /// <summary>residual ← A G(z) − y.</summary>
    public void Residual(ReadOnlySpan<T> latent, Span<T> residual)
    {
        Guard.Length(residual.Length, Measurement.Count, nameof(residual));
        EvaluateOne(latent);
        Spent.AddForward(1);
        pass.Deliver(0, residual);
    }

    /// <summary>
    /// D_v J(z) = lim (J(z + t v) − J(z))/t for t → 0+, with v not normalized: ⟨A G(z) − y, A DG(z; v)⟩, exact on kinks too
    /// (forward differentiation with relu'(0; t) = max(t, 0)).
    /// </summary>
    public T DirectionalDerivative(ReadOnlySpan<T> latent, ReadOnlySpan<T> direction)
    {
        JacobianProducts(latent, direction, product, 1);
        return Vectors.Dot<T>(LastResidual, product);
    }

    /// <summary>products ← A DG(z; v) for each of <paramref name="count"/> directions at one code; row-major, count × m. Exact one-sided derivatives on kinks. Leaves the residual at z for <see cref="LastResidual"/>.</summary>
    public void JacobianProducts(ReadOnlySpan<T> latent, ReadOnlySpan<T> directions, Span<T> products, int count)
    {
        Guard.AtLeast(count, 1);
        Guard.Length(directions.Length, (long)count * LatentDimension, nameof(directions));
        Guard.Length(products.Length, (long)count * Measurement.Count, nameof(products));
        EvaluateOne(latent);
        Spent.AddForward(1);
        LastJacobianProducts(directions, products, count);
    }

    /// <summary>As <see cref="JacobianProducts"/>, at the code of the last call, without its forward pass.</summary>
    /// <exception cref="InvalidOperationException">The last call was for another number of codes than one.</exception>
    public void LastJacobianProducts(ReadOnlySpan<T> directions, Span<T> products, int count)
    {
        Guard.AtLeast(count, 1);
        Guard.Length(directions.Length, (long)count * LatentDimension, nameof(directions));
        Guard.Length(products.Length, (long)count * Measurement.Count, nameof(products));
        RequireOneCode();
        Spent.AddTangent(count);
        pass.Products(0, directions, products, count);
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
        pass.Gradients(gradient, masked);
    }

    /// <summary>residuals ← A G(z) − y at each row of a batch of codes, batch × m. Costs batch forward passes.</summary>
    public void ManyResiduals(ReadOnlySpan<T> latents, Span<T> rows, int batch)
    {
        Guard.Length(rows.Length, (long)batch * Measurement.Count, nameof(rows));
        Begin(latents, batch);
        Spent.AddForward(batch);
        int m = Measurement.Count;
        Span<T> value = stackalloc T[Engine.RowsPerPass];
        for (int row = 0; row < batch; row += Engine.RowsPerPass)
        {
            ReadOnlySpan<T> some = Rows(latents, row, batch);
            int count = some.Length / LatentDimension;
            Evaluate(some, value[..count]);
            for (int i = 0; i < count; i++)
            {
                pass.Deliver(i, rows.Slice((row + i) * m, m));
            }
        }
    }

    /// <summary>A G(z) − y at the code of the last call.</summary>
    /// <exception cref="InvalidOperationException">There has been no call, or it was for another number of codes than one.</exception>
    public ReadOnlySpan<T> LastResidual
    {
        get
        {
            RequireOneCode();
            if (!lastIsDelivered)
            {
                pass.Deliver(0, last);
                lastIsDelivered = true;
            }

            return last;
        }
    }

    /// <summary>‖A G(z) − y‖ at the code of the last call, scaled so that it neither overflows nor underflows before the result does.</summary>
    /// <exception cref="InvalidOperationException">There has been no call, or it was for another number of codes than one.</exception>
    internal T LastResidualNorm
    {
        get
        {
            RequireOneCode();
            return pass.ResidualNorm(0);
        }
    }

    /// <summary>gradient ← (A DG(z))ᵀ w, with relu'(0) = 0.</summary>
    public void JacobianTransposedProduct(ReadOnlySpan<T> latent, ReadOnlySpan<T> cotangent, Span<T> gradient)
    {
        Guard.Length(cotangent.Length, Measurement.Count, nameof(cotangent));
        Guard.Length(gradient.Length, LatentDimension, nameof(gradient));
        EvaluateOne(latent);
        Spent.AddGradient(1);
        pass.Pull(cotangent, gradient);
    }

    private void RequireOneCode()
    {
        if (lastBatch != 1)
        {
            throw new InvalidOperationException(
                lastBatch == 0 ? "no code has been evaluated yet" : $"the last call was for {lastBatch} codes, not for one");
        }
    }

    private void Begin(ReadOnlySpan<T> latents, int batch)
    {
        Guard.AtLeast(batch, 1);
        Guard.Length(latents.Length, (long)batch * LatentDimension, nameof(latents));
        lastBatch = batch;
    }

    private void EvaluateOne(ReadOnlySpan<T> latent)
    {
        Begin(latent, 1);
        T value = T.Zero;
        Evaluate(latent, new Span<T>(ref value));
    }

    // The part of a span that belongs to the next pass; its rows are as long as the whole of it divided by the batch.
    private Span<T> Rows(Span<T> all, int row, int batch)
    {
        int length = all.Length / batch;
        return all.Slice(row * length, Math.Min(Engine.RowsPerPass, batch - row) * length);
    }

    private ReadOnlySpan<T> Rows(ReadOnlySpan<T> all, int row, int batch)
    {
        int length = all.Length / batch;
        return all.Slice(row * length, Math.Min(Engine.RowsPerPass, batch - row) * length);
    }

    private void Evaluate(ReadOnlySpan<T> latents, Span<T> values)
    {
        lastIsDelivered = false;
        pass.Forward(latents, values.Length);
        for (int row = 0; row < values.Length; row++)
        {
            values[row] = pass.Subtract(row, kept);
        }
    }
}
