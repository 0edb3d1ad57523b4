using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics.Lanes;

/// <summary>One register of 512 bits.</summary>
internal readonly struct Lanes512<T>(Vector512<T> value) : ILanes<Lanes512<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector512<T> value = value;

    public static int Count => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(ref readonly T from, nint at) => new(Vector512.LoadUnsafe(in from, (nuint)at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Splat(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512<T> x, ref T to, nint at) => x.value.StoreUnsafe(ref to, (nuint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> x, Lanes512<T> y, Lanes512<T> sum) => typeof(T) == typeof(double)
        ? new(Vector512.FusedMultiplyAdd(x.value.AsDouble(), y.value.AsDouble(), sum.value.AsDouble()).As<double, T>())
        : new(Vector512.FusedMultiplyAdd(x.value.AsSingle(), y.value.AsSingle(), sum.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Add(Lanes512<T> x, Lanes512<T> y) => new(x.value + y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Subtract(Lanes512<T> x, Lanes512<T> y) => new(x.value - y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Multiply(Lanes512<T> x, Lanes512<T> y) => new(x.value * y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> SelectPositive(Lanes512<T> x, Lanes512<T> whenPositive, Lanes512<T> elsewhere)
    {
        Vector512<T> rest = Vector512.ConditionalSelect(Vector512.Equals(x.value, x.value), elsewhere.value, x.value);
        return new(Vector512.ConditionalSelect(Vector512.GreaterThan(x.value, Vector512<T>.Zero), whenPositive.value, rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> SelectZero(Lanes512<T> x, Lanes512<T> whenZero, Lanes512<T> elsewhere) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(x.value, Vector512<T>.Zero), whenZero.value, elsewhere.value));
}
