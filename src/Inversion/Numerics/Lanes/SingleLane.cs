using System.Numerics;
using System.Runtime.CompilerServices;

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
    public static SingleLane<T> SelectPositive(SingleLane<T> x, SingleLane<T> whenPositive, SingleLane<T> elsewhere) =>
        x.value > T.Zero ? whenPositive : T.IsNaN(x.value) ? x : elsewhere;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLane<T> SelectZero(SingleLane<T> x, SingleLane<T> whenZero, SingleLane<T> elsewhere) =>
        x.value == T.Zero ? whenZero : elsewhere;
}
