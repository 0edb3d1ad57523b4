using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inversion.Benchmarks.Measuring;

/// <summary>
/// The most fused multiply-adds that one core does: a loop on registers alone. Sixteen independent sums hide the latency of any
/// processor that starts at most two vectors a cycle and finishes them within eight.
/// </summary>
/// <typeparam name="T">double or float.</typeparam>
internal static class PeakLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Rounds = 1 << 20;
    private const int Sums = 16;

    /// <summary>Floating-point operations of one <see cref="Run"/>: two for each multiply-add.</summary>
    public static double Operations => 2.0 * Rounds * Sums * (Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256<T>.Count);

    /// <summary>What the last run summed; read, so that the loop is not removed.</summary>
    public static T Sum { get; private set; }

    /// <summary>One pass of the loop, about 3 ms.</summary>
    public static void Run() => Sum = Vector512.IsHardwareAccelerated ? Wide() : Narrow();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Wide()
    {
        Vector512<T> x = Vector512.Create(T.CreateTruncating(0.5)), y = Vector512.Create(T.CreateTruncating(0.25));
        Vector512<T> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x;
        Vector512<T> t0 = y, t1 = y, t2 = y, t3 = y, t4 = y, t5 = y, t6 = y, t7 = y;
        for (int i = 0; i < Rounds; i++)
        {
            s0 = Fused(s0, x, y);
            s1 = Fused(s1, x, y);
            s2 = Fused(s2, x, y);
            s3 = Fused(s3, x, y);
            s4 = Fused(s4, x, y);
            s5 = Fused(s5, x, y);
            s6 = Fused(s6, x, y);
            s7 = Fused(s7, x, y);
            t0 = Fused(t0, x, y);
            t1 = Fused(t1, x, y);
            t2 = Fused(t2, x, y);
            t3 = Fused(t3, x, y);
            t4 = Fused(t4, x, y);
            t5 = Fused(t5, x, y);
            t6 = Fused(t6, x, y);
            t7 = Fused(t7, x, y);
        }

        return Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + t0 + t1 + t2 + t3 + t4 + t5 + t6 + t7);
    }

    // Half as many sums: with AVX2 there are sixteen registers, and eight sums hide two starts a cycle for four cycles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Narrow()
    {
        Vector256<T> x = Vector256.Create(T.CreateTruncating(0.5)), y = Vector256.Create(T.CreateTruncating(0.25));
        Vector256<T> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x;
        for (int i = 0; i < 2 * Rounds; i++)
        {
            s0 = Fused(s0, x, y);
            s1 = Fused(s1, x, y);
            s2 = Fused(s2, x, y);
            s3 = Fused(s3, x, y);
            s4 = Fused(s4, x, y);
            s5 = Fused(s5, x, y);
            s6 = Fused(s6, x, y);
            s7 = Fused(s7, x, y);
        }

        return Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fused(Vector512<T> x, Vector512<T> y, Vector512<T> sum) => typeof(T) == typeof(double)
        ? Vector512.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), sum.AsDouble()).As<double, T>()
        : Vector512.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), sum.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fused(Vector256<T> x, Vector256<T> y, Vector256<T> sum) => typeof(T) == typeof(double)
        ? Vector256.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), sum.AsDouble()).As<double, T>()
        : Vector256.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), sum.AsSingle()).As<float, T>();
}
