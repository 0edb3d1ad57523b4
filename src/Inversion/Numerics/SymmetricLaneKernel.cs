using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inversion.Numerics;

/// <summary>The inner loops of <see cref="SymmetricLanes"/>: every number is a vector of eight, one for each matrix.</summary>
internal static class SymmetricLaneKernel
{
    private const int Lanes = SymmetricLanes.Lanes;

    /// <summary>Where row <paramref name="row"/> of the lower triangles starts.</summary>
    public static int Row(int row) => row * (row + 1) / 2 * Lanes;

    /// <summary>Number <paramref name="index"/> after <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> At(ref double first, int index) => Vector512.LoadUnsafe(ref first, (nuint)(index * Lanes));

    /// <summary>Stores a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Vector512<double> value, ref double first, int index) => value.StoreUnsafe(ref first, (nuint)(index * Lanes));

    /// <summary>a + p w + q v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Downdated(Vector512<double> a, Vector512<double> p, Vector512<double> w, Vector512<double> q, Vector512<double> v) =>
        Vector512.FusedMultiplyAdd(p, w, Vector512.FusedMultiplyAdd(q, v, a));

    /// <summary>A ← A − v wᵀ − w vᵀ and p ← A x for the first <paramref name="rows"/> rows of the lower triangles, two rows at a time.</summary>
    public static void UpdateAndMultiply(ref double a, ref double v, ref double w, ref double x, ref double p, int rows)
    {
        int i = 0;
        for (; i + 2 <= rows; i += 2)
        {
            ref double upper = ref Unsafe.Add(ref a, Row(i));
            ref double lower = ref Unsafe.Add(ref a, Row(i + 1));
            Vector512<double> v0 = -At(ref v, i), w0 = -At(ref w, i), x0 = At(ref x, i), sum0 = default;
            Vector512<double> v1 = -At(ref v, i + 1), w1 = -At(ref w, i + 1), x1 = At(ref x, i + 1), sum1 = default;
            for (int j = 0; j < i; j++)
            {
                Vector512<double> wj = At(ref w, j), vj = At(ref v, j), xj = At(ref x, j);
                Vector512<double> a0 = Downdated(At(ref upper, j), v0, wj, w0, vj);
                Vector512<double> a1 = Downdated(At(ref lower, j), v1, wj, w1, vj);
                Put(a0, ref upper, j);
                Put(a1, ref lower, j);
                sum0 = Vector512.FusedMultiplyAdd(a0, xj, sum0);
                sum1 = Vector512.FusedMultiplyAdd(a1, xj, sum1);
                Put(Vector512.FusedMultiplyAdd(a0, x0, Vector512.FusedMultiplyAdd(a1, x1, At(ref p, j))), ref p, j);
            }

            // The corner of the two rows, with the old v = −v0 and so on.
            Vector512<double> corner = Downdated(At(ref upper, i), v0, -w0, w0, -v0);
            Vector512<double> beside = Downdated(At(ref lower, i), v1, -w0, w1, -v0);
            Vector512<double> below = Downdated(At(ref lower, i + 1), v1, -w1, w1, -v1);
            Put(corner, ref upper, i);
            Put(beside, ref lower, i);
            Put(below, ref lower, i + 1);
            Put(Vector512.FusedMultiplyAdd(corner, x0, Vector512.FusedMultiplyAdd(beside, x1, sum0)), ref p, i);
            Put(Vector512.FusedMultiplyAdd(beside, x0, Vector512.FusedMultiplyAdd(below, x1, sum1)), ref p, i + 1);
        }

        if (i < rows)
        {
            ref double last = ref Unsafe.Add(ref a, Row(i));
            Vector512<double> v0 = -At(ref v, i), w0 = -At(ref w, i), x0 = At(ref x, i), sum = default;
            for (int j = 0; j < i; j++)
            {
                Vector512<double> entry = Downdated(At(ref last, j), v0, At(ref w, j), w0, At(ref v, j));
                Put(entry, ref last, j);
                sum = Vector512.FusedMultiplyAdd(entry, At(ref x, j), sum);
                Put(Vector512.FusedMultiplyAdd(entry, x0, At(ref p, j)), ref p, j);
            }

            Vector512<double> corner = Downdated(At(ref last, i), v0, -w0, w0, -v0);
            Put(corner, ref last, i);
            Put(Vector512.FusedMultiplyAdd(corner, x0, sum), ref p, i);
        }
    }
}
