using System.Numerics;

namespace Inversion.Numerics.Lanes;

/// <summary>The logistic function 1/(1 + e⁻ˣ), within four units in the last place; the parameter is 1.</summary>
internal readonly struct Sigmoid : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The exponential of a number that is not positive cannot overflow.
        V small = V.Exp(V.Subtract(default, V.Abs(x)));
        return V.Divide(V.SelectPositive(x, parameter, V.SelectZero(x, parameter, small)), V.Add(parameter, small));
    }
}

/// <summary>
/// tanh x, within four units in the last place; the parameter is 1. Up to ½ the eighth convergent of Lambert's continued fraction
/// x/(1 + x²/(3 + x²/(5 + …))), whose own error there is below 2·10⁻¹⁹; beyond, (1 − t)/(1 + t) with t = e^(−2|x|), which does not cancel.
/// </summary>
/// <remarks>Source: Abramowitz, Stegun, Handbook of Mathematical Functions, 4.5.70.</remarks>
internal readonly struct Tanh : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        V size = V.Abs(x);
        V t = V.Exp(V.Multiply(V.Splat(T.CreateTruncating(-2)), size));
        V far = V.Divide(V.Subtract(parameter, t), V.Add(parameter, t));
        V square = V.Multiply(x, x);
        V above = V.MultiplyAdd(V.Splat(T.CreateTruncating(36)), square, V.Splat(T.CreateTruncating(6930)));
        above = V.MultiplyAdd(above, square, V.Splat(T.CreateTruncating(270270)));
        above = V.MultiplyAdd(above, square, V.Splat(T.CreateTruncating(2027025)));
        V below = V.Add(square, V.Splat(T.CreateTruncating(630)));
        below = V.MultiplyAdd(below, square, V.Splat(T.CreateTruncating(51975)));
        below = V.MultiplyAdd(below, square, V.Splat(T.CreateTruncating(945945)));
        below = V.MultiplyAdd(below, square, V.Splat(T.CreateTruncating(2027025)));
        V near = V.Multiply(x, V.Divide(above, below));
        V signed = V.SelectPositive(x, far, V.Subtract(default, far));
        return V.SelectPositive(V.Subtract(size, V.Splat(T.CreateTruncating(0.5))), signed, near);
    }
}
