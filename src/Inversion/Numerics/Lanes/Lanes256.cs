using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics.Lanes;

/// <summary>One register of 256 bits.</summary>
internal readonly struct Lanes256<T>(Vector256<T> value) : ILanes<Lanes256<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Vector256<T> value = value;

    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(ref readonly T from, nint at) => new(Vector256.LoadUnsafe(in from, (nuint)at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Splat(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256<T> x, ref T to, nint at) => x.value.StoreUnsafe(ref to, (nuint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> x, Lanes256<T> y, Lanes256<T> sum) => typeof(T) == typeof(double)
        ? new(Vector256.FusedMultiplyAdd(x.value.AsDouble(), y.value.AsDouble(), sum.value.AsDouble()).As<double, T>())
        : new(Vector256.FusedMultiplyAdd(x.value.AsSingle(), y.value.AsSingle(), sum.value.AsSingle()).As<float, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Add(Lanes256<T> x, Lanes256<T> y) => new(x.value + y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Subtract(Lanes256<T> x, Lanes256<T> y) => new(x.value - y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Multiply(Lanes256<T> x, Lanes256<T> y) => new(x.value * y.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> SelectPositive(Lanes256<T> x, Lanes256<T> whenPositive, Lanes256<T> elsewhere)
    {
        Vector256<T> rest = Vector256.ConditionalSelect(Vector256.Equals(x.value, x.value), elsewhere.value, x.value);
        return new(Vector256.ConditionalSelect(Vector256.GreaterThan(x.value, Vector256<T>.Zero), whenPositive.value, rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> SelectZero(Lanes256<T> x, Lanes256<T> whenZero, Lanes256<T> elsewhere) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(x.value, Vector256<T>.Zero), whenZero.value, elsewhere.value));
}
