using System.Numerics;

namespace Inversion.Numerics.Lanes;

/// <summary>x + y.</summary>
internal readonly struct Sum : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.Add(x, y);
}

/// <summary>x − y.</summary>
internal readonly struct Difference : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.Subtract(x, y);
}

/// <summary>x where y is not 0, else 0: what a mask lets through, whatever the hidden number is.</summary>
internal readonly struct Shown : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.SelectZero(y, default, x);
}

/// <summary>x + parameter · y, one rounding.</summary>
internal readonly struct ScaledSum : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.MultiplyAdd(parameter, y, x);
}

/// <summary>max(x, 0); NaN stays.</summary>
internal readonly struct Relu : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.SelectPositive(x, x, default);
}

/// <summary>x where positive, parameter · x elsewhere.</summary>
internal readonly struct LeakyRelu : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.SelectPositive(x, x, V.Multiply(parameter, x));
}

/// <summary>The cotangent y where the pre-activation x is positive, else 0: relu'(0) = 0. A NaN pre-activation gives NaN.</summary>
internal readonly struct ReluPullback : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.SelectPositive(x, y, default);
}

/// <summary>The cotangent y where the pre-activation x is positive, parameter · y elsewhere: leaky relu'(0) = slope.</summary>
internal readonly struct LeakyReluPullback : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.SelectPositive(x, y, V.Multiply(parameter, y));
}

/// <summary>The one-sided derivative of max(x, 0) along y: on a kink the side that y points to decides.</summary>
internal readonly struct ReluPush : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> =>
        V.SelectPositive(x, y, V.SelectZero(x, V.SelectPositive(y, y, default), default));
}

/// <summary>The one-sided derivative of the leaky ReLU along y.</summary>
internal readonly struct LeakyReluPush : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        V below = V.Multiply(parameter, y);
        return V.SelectPositive(x, y, V.SelectZero(x, V.SelectPositive(y, y, below), below));
    }
}

/// <summary>The cotangent y times the derivative of the logistic function where its value is x; the parameter is 1.</summary>
internal readonly struct SigmoidPullback : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.Multiply(V.Multiply(y, x), V.Subtract(parameter, x));
}

/// <summary>The cotangent y times the derivative of tanh where its value is x; the parameter is 1.</summary>
internal readonly struct TanhPullback : IElementwise
{
    public static V At<V, T>(V x, V y, V parameter)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.Multiply(V.Multiply(y, V.Subtract(parameter, x)), V.Add(parameter, x));
}
