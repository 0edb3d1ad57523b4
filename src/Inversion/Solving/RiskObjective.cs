using System.Numerics;
using System.Runtime.InteropServices;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Numerics;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>The objective of one <see cref="EmpiricalRisk{T}"/>. In double nothing is copied or converted.</summary>
internal sealed class RiskObjective<T> : Objective
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly EmpiricalRisk<T> risk;
    private T[] codes = [];
    private T[] results = [];

    public RiskObjective(EmpiricalRisk<T> risk)
        : base(risk.LatentDimension, risk.Measurement.Count)
    {
        this.risk = risk;
        UnitRoundoff = double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;
        RoundingLevel = Roundings.Relative(risk.Engine.Network, risk.Measurement, UnitRoundoff);
        ObservedNorm = double.CreateTruncating(Vectors.Norm(risk.Observed));
    }

    public override GenerativeNetwork Network => risk.Engine.Network;

    public override Measurement Measurement => risk.Measurement;

    public override double ObservedNorm { get; }

    public override double RoundingLevel { get; }

    public override double UnitRoundoff { get; }

    public override long Spent => risk.Spent.Thirds;

    public override void Round(Span<double> latent)
    {
        if (typeof(T) != typeof(double))
        {
            for (int i = 0; i < latent.Length; i++)
            {
                latent[i] = double.CreateTruncating(T.CreateTruncating(latent[i]));
            }
        }
    }

    protected override double Load(ReadOnlySpan<double> latent) => double.CreateTruncating(risk.Value(In(latent)));

    protected override void LoadedGradient(Span<double> gradient)
    {
        Span<T> target = Out(gradient);
        risk.LastGradient(target);
        Deliver(target, gradient);
    }

    protected override void LoadedUnmaskedGradient(Span<double> step)
    {
        Span<T> target = Out(step);
        risk.LastGradient(target, masked: false);
        Deliver(target, step);
    }

    protected override void LoadedJacobianProducts(ReadOnlySpan<double> directions, Span<double> products, int count)
    {
        Span<T> target = Out(products);
        risk.LastJacobianProducts(In(directions), target, count);
        Deliver(target, products);
    }

    protected override void LoadedResidual(Span<double> residual) => Widen(risk.LastResidual, residual);

    protected override double LoadedResidualNorm() => double.CreateTruncating(Vectors.Norm(risk.LastResidual));

    protected override void BatchValues(ReadOnlySpan<double> latents, Span<double> values, int batch)
    {
        Span<T> target = Out(values[..batch]);
        risk.Values(In(latents), target, batch);
        Deliver(target, values);
    }

    protected override void BatchResiduals(ReadOnlySpan<double> latents, Span<double> residuals, int batch)
    {
        Span<T> target = Out(residuals);
        risk.ManyResiduals(In(latents), target, batch);
        Deliver(target, residuals);
    }

    private ReadOnlySpan<T> In(ReadOnlySpan<double> values)
    {
        if (typeof(T) == typeof(double))
        {
            return MemoryMarshal.Cast<double, T>(values);
        }

        if (codes.Length < values.Length)
        {
            codes = new T[values.Length];
        }

        for (int i = 0; i < values.Length; i++)
        {
            codes[i] = T.CreateTruncating(values[i]);
        }

        return codes.AsSpan(0, values.Length);
    }

    private Span<T> Out(Span<double> values)
    {
        if (typeof(T) == typeof(double))
        {
            return MemoryMarshal.Cast<double, T>(values);
        }

        if (results.Length < values.Length)
        {
            results = new T[values.Length];
        }

        return results.AsSpan(0, values.Length);
    }

    private static void Deliver(ReadOnlySpan<T> from, Span<double> to)
    {
        if (typeof(T) != typeof(double))
        {
            Widen(from, to);
        }
    }

    private static void Widen(ReadOnlySpan<T> from, Span<double> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = double.CreateTruncating(from[i]);
        }
    }
}
