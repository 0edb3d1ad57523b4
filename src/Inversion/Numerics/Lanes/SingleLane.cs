using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics.Lanes;

/// <summary>One number, for machines without vectors; what every width must agree with.</summary>
internal readonly struct SingleLane<T>(T value) : ILanes<SingleLane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Load(ref readonly T from, nint at) => new(Unsafe.Add(ref Unsafe.AsRef(in from), at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Splat(T value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(SingleLane<T> x, ref T to, nint at) => Unsafe.Add(ref to, at) = x.value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> MultiplyAdd(SingleLane<T> x, SingleLane<T> y, SingleLane<T> sum) =>
        new(T.FusedMultiplyAdd(x.value, y.value, sum.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Add(SingleLane<T> x, SingleLane<T> y) => new(x.value + y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Subtract(SingleLane<T> x, SingleLane<T> y) => new(x.value - y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Multiply(SingleLane<T> x, SingleLane<T> y) => new(x.value * y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Divide(SingleLane<T> x, SingleLane<T> y) => new(x.value / y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Abs(SingleLane<T> x) => new(T.Abs(x.value));

    // By way of a vector: the C library's exponential rounds otherwise.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> Exp(SingleLane<T> x) => typeof(T) == typeof(double)
        ? new(Vector128.Exp(Vector128.Create(x.value).AsDouble()).As<double, T>()[0])
        : new(Vector128.Exp(Vector128.Create(x.value).AsSingle()).As<float, T>()[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> SelectPositive(SingleLane<T> x, SingleLane<T> whenPositive, SingleLane<T> elsewhere) =>
        x.value > T.Zero ? whenPositive : T.IsNaN(x.value) ? x : elsewhere;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> SelectZero(SingleLane<T> x, SingleLane<T> whenZero, SingleLane<T> elsewhere) =>
        x.value == T.Zero ? whenZero : elsewhere;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> SelectNaN(SingleLane<T> x, SingleLane<T> whenNaN, SingleLane<T> elsewhere) => T.IsNaN(x.value) ? whenNaN : elsewhere;
}
