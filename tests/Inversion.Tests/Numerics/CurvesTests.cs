using System.Numerics;
using Inversion.Numerics.Lanes;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

/// <summary>The project's own tanh and logistic function, against the C library's in a wider type or with its own error allowed for.</summary>
public sealed class CurvesTests
{
    // Across the seam at ½, near zero, and far out; 10⁵ points and the floats beside the seam.
    private static double[] Points()
    {
        double[] points = new double[100_000];
        RandomStream stream = new RandomKey(11).Open();
        for (int i = 0; i < points.Length; i++)
        {
            double size = Math.Pow(10, (8 * stream.NextUniform()) - 6.5);
            points[i] = i % 2 == 0 ? size : -size;
        }

        return [.. points, 0.5, -0.5, Math.BitIncrement(0.5), Math.BitDecrement(0.5), 0.5f + 6e-8, 1e-300, -1e-300, 709, -709, 1e300, -1e300];
    }

    // Doubles are wide enough to judge floats: four units, no allowance.
    [Fact]
    public void TanhAndSigmoid_InFloat_AreWithinFourUnits()
    {
        foreach (double point in Points())
        {
            float x = (float)point;
            Near(Math.Tanh(x), One<float, Tanh>(x), 4, $"tanh {x:R}");
            Near(1 / (1 + Math.Exp(-(double)x)), One<float, Sigmoid>(x), 4, $"sigmoid {x:R}");
        }
    }

    // The library's own tanh is within one unit (glibc's manual states its bounds), the reference for the other within two.
    [Fact]
    public void TanhAndSigmoid_InDouble_AreWithinFourUnitsAndTheReferencesError()
    {
        foreach (double x in Points())
        {
            Near(Math.Tanh(x), One<double, Tanh>(x), 4 + 2, $"tanh {x:R}");
            double small = Math.Exp(-Math.Abs(x));
            Near((x >= 0 ? 1 : small) / (1 + small), One<double, Sigmoid>(x), 4 + 2, $"sigmoid {x:R}");
        }
    }

    [Fact]
    public void TanhAndSigmoid_HaveTheSameBitsAtEveryWidth()
    {
        foreach (double x in Points())
        {
            SameBits<double, Tanh>(x);
            SameBits<double, Sigmoid>(x);
            SameBits<float, Tanh>((float)x);
            SameBits<float, Sigmoid>((float)x);
        }
    }

    [Fact]
    public void TanhAndSigmoid_AtTheEndsOfTheRange_AreWhatTheyTendTo()
    {
        Assert.Equal([1, -1, 0, double.NaN], new[] { double.PositiveInfinity, double.NegativeInfinity, 0, double.NaN }.Select(One<double, Tanh>));
        Assert.Equal([1, 0, 0.5, double.NaN], new[] { double.PositiveInfinity, double.NegativeInfinity, 0, double.NaN }.Select(One<double, Sigmoid>));
        Assert.True(double.IsNegative(One<double, Tanh>(-0.0)));
        Assert.Equal(5e-324, One<double, Tanh>(5e-324));
    }

    private static T One<T, TCurve>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCurve : struct, IElementwise
    {
        T[] result = new T[1];
        ElementLoop.Run<T, TCurve>([x], [x], T.One, result);
        return result[0];
    }

    private static void SameBits<T, TCurve>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCurve : struct, IElementwise
    {
        T expected = One<T, TCurve>(x);
        Assert.True(expected.Equals(In<Lanes128<T>, T, TCurve>(x)), $"128 bits at {x}");
        Assert.True(expected.Equals(In<Lanes256<T>, T, TCurve>(x)), $"256 bits at {x}");
        Assert.True(expected.Equals(In<Lanes512<T>, T, TCurve>(x)), $"512 bits at {x}");
    }

    private static T In<V, T, TCurve>(T x)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCurve : struct, IElementwise
    {
        T[] lanes = new T[V.Count];
        V.Store(TCurve.At<V, T>(V.Splat(x), V.Splat(x), V.Splat(T.One)), ref lanes[0], 0);
        Assert.All(lanes, lane => Assert.Equal(lanes[0], lane));
        return lanes[0];
    }

    private static void Near<T>(double expected, T actual, int units, string what)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T rounded = T.CreateTruncating(expected);
        double unit = double.CreateChecked(T.Max(T.BitIncrement(T.Abs(rounded)) - T.Abs(rounded), T.Epsilon));
        Assert.True(Math.Abs(double.CreateChecked(actual) - expected) <= units * unit, $"{what} is {actual}, not {expected:R}");
    }
}
