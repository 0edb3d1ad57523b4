using System.Numerics;
using FsCheck.Xunit;
using Inversion.Numerics;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class MatrixKernelTests
{
    // Every remainder of four rows, of one, two and four vectors of columns, in both precisions.
    [Fact]
    public void Multiply_OfEverySmallShape_HasTheBitsOfTheScalarLoop()
    {
        RandomStream stream = new RandomKey(1).Open();
        for (int rows = 0; rows <= 9; rows++)
        {
            foreach (int depth in new[] { 0, 1, 2, 7, 33 })
            {
                for (int columns = 1; columns <= 70; columns += columns < 18 ? 1 : 7)
                {
                    SameBits<double>(rows, depth, columns, stream);
                    SameBits<float>(rows, depth, columns, stream);
                }
            }
        }
    }

    [Property(MaxTest = 50)]
    public void Multiply_OfAnyDrawnShape_HasTheBitsOfTheScalarLoop(ulong seed)
    {
        RandomStream stream = new RandomKey(seed).Open();
        SameBits<double>(stream.NextBelow(20), stream.NextBelow(80), 1 + stream.NextBelow(200), stream);
        SameBits<float>(stream.NextBelow(20), stream.NextBelow(80), 1 + stream.NextBelow(200), stream);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Multiply_OfANumberThatIsNotFinite_SpoilsItsRowAndNoOther(double bad)
    {
        const int Rows = 6, Depth = 5, Columns = 3;
        double[] a = [.. Enumerable.Repeat(1.0, Rows * Depth)];
        a[(4 * Depth) + 2] = bad;
        PackedMatrix<double> b = new(Depth, Columns, [.. Enumerable.Repeat(1.0, Depth * Columns)]);
        double[] c = new double[Rows * b.Stride];
        MatrixKernel.Multiply(Rows, a, b, c);
        for (int row = 0; row < Rows; row++)
        {
            Assert.All(c.AsSpan(row * b.Stride, Columns).ToArray(), entry => Assert.Equal(row == 4 ? bad : Depth, entry));
        }
    }

    [Fact]
    public void Multiply_OfANaNInB_SpoilsItsColumnAndNoOther()
    {
        PackedMatrix<double> b = new(2, 3, [1, double.NaN, 1, 1, 1, 1]);
        double[] c = new double[5 * b.Stride];
        MatrixKernel.Multiply(5, new double[10], b, c);
        Assert.All(Enumerable.Range(0, 5), row => Assert.Equal([0, double.NaN, 0], c[(row * b.Stride)..((row * b.Stride) + 3)]));
    }

    [Fact]
    public void Multiply_IntoASpanThatIsTooShort_ThrowsAndWritesNothing()
    {
        PackedMatrix<double> b = new(2, 2, [1, 1, 1, 1]);
        double[] c = new double[(3 * b.Stride) - 1];
        Assert.Throws<ArgumentException>("c", () => MatrixKernel.Multiply(3, [1, 1, 1, 1, 1, 1], b, c));
        Assert.Throws<ArgumentException>("a", () => MatrixKernel.Multiply(3, [1, 1, 1, 1, 1], b, new double[3 * b.Stride]));
        Assert.All(c, entry => Assert.Equal(0, entry));
    }

    // 2²⁹ rows of 16 columns are 2³³ entries: as an int that is 0, and no span would be too short.
    [Fact]
    public void Multiply_WithMoreRowsThanAnIntCounts_Throws()
    {
        PackedMatrix<double> b = new(16, 16, new double[256]);
        Assert.Throws<ArgumentException>("a", () => MatrixKernel.Multiply(1 << 29, new double[16], b, new double[16]));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => MatrixKernel.Multiply(-1, new double[16], b, new double[16]));
    }

    [Fact]
    public void PackedMatrix_OfTheWrongLength_Throws()
    {
        Assert.Throws<ArgumentException>("entries", () => new PackedMatrix<double>(2, 3, new double[5]));
        Assert.Throws<ArgumentException>("entries", () => PackedMatrix<double>.Transposed(2, 3, new double[5]));
        Assert.Throws<ArgumentException>("entries", () => new PackedMatrix<double>(1 << 16, 1 << 16, []));
    }

    [Fact]
    public void Transposed_OfAMatrix_IsItsTranspose()
    {
        PackedMatrix<double> b = PackedMatrix<double>.Transposed(2, 3, [1, 2, 3, 4, 5, 6]);
        double[] c = new double[3 * b.Stride];
        MatrixKernel.Multiply(3, [1, 0, 0, 0, 1, 0, 0, 0, 1], b, c);
        Assert.Equal((3, 2), (b.Rows, b.Columns));
        Assert.Equal([1.0, 4, 2, 5, 3, 6], Enumerable.Range(0, 6).Select(i => c[(i / 2 * b.Stride) + (i % 2)]));
    }

    private static void SameBits<T>(int rows, int depth, int columns, RandomStream stream)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] left = new double[rows * depth];
        double[] right = new double[depth * columns];
        stream.FillGaussian(left);
        stream.FillGaussian(right);
        T[] a = Array.ConvertAll(left, T.CreateTruncating);
        T[] b = Array.ConvertAll(right, T.CreateTruncating);
        PackedMatrix<T> packed = new(depth, columns, right);
        T[] c = [.. Enumerable.Repeat(T.NaN, rows * packed.Stride)];
        MatrixKernel.Multiply(rows, a, packed, c);
        for (int i = 0; i < c.Length; i++)
        {
            (int row, int column) = (i / packed.Stride, i % packed.Stride);
            T sum = T.Zero;
            for (int k = 0; k < depth && column < columns; k++)
            {
                sum = T.FusedMultiplyAdd(a[(row * depth) + k], b[(k * columns) + column], sum);
            }

            Assert.True(sum.Equals(c[i]), $"{typeof(T).Name} {rows}×{depth}×{columns}: entry ({row}, {column}) is {c[i]}, the scalar loop gives {sum}");
        }
    }
}
