using System.Numerics;
using FsCheck.Xunit;
using Inversion.Numerics;
using Inversion.Numerics.Lanes;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Numerics;

public sealed class MatrixKernelTests
{
    // Every remainder of eight and four rows, of one, two and eight vectors of columns, in both precisions and at every width of vector.
    [Fact]
    public void Multiply_OfEverySmallShape_HasTheBitsOfTheScalarLoop()
    {
        RandomStream stream = new RandomKey(1).Open();
        for (int rows = 0; rows <= 13; rows++)
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

    // Blocks of 256 along the depth and 128 rows; rows 4 KiB apart are copied; the last panel is written by way of a buffer.
    [Theory]
    [InlineData(9, 512, 37)]
    [InlineData(130, 600, 20)]
    [InlineData(257, 256, 33)]
    [InlineData(12, 1024, 16)]
    [InlineData(1, 700, 150)]
    [InlineData(8, 257, 1)]
    public void Multiply_OfMoreThanOneBlock_HasTheBitsOfTheScalarLoop(int rows, int depth, int columns)
    {
        RandomStream stream = new RandomKey(7).Open();
        SameBits<double>(rows, depth, columns, stream);
        SameBits<float>(rows, depth, columns, stream);
    }

    [Theory]
    [InlineData(5, 7, 18)]
    [InlineData(24, 300, 40)]
    [InlineData(1, 9, 130)]
    public void Multiply_WithAnActivationAtItsEnd_WritesTheSumsAndTheActivationOfThem(int rows, int depth, int columns)
    {
        RandomStream stream = new RandomKey(8).Open();
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            Ends<double>(rows, depth, columns, width, stream);
            Ends<float>(rows, depth, columns, width, stream);
        }
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
        double[] c = new double[Rows * b.Columns];
        MatrixKernel.Multiply(Rows, a, b, c);
        for (int row = 0; row < Rows; row++)
        {
            Assert.All(c.AsSpan(row * b.Columns, Columns).ToArray(), entry => Assert.Equal(row == 4 ? bad : Depth, entry));
        }
    }

    [Fact]
    public void Multiply_OfANaNInB_SpoilsItsColumnAndNoOther()
    {
        PackedMatrix<double> b = new(2, 3, [1, double.NaN, 1, 1, 1, 1]);
        double[] c = new double[5 * b.Columns];
        MatrixKernel.Multiply(5, new double[10], b, c);
        Assert.All(Enumerable.Range(0, 5), row => Assert.Equal([0, double.NaN, 0], c[(row * b.Columns)..((row * b.Columns) + 3)]));
    }

    [Fact]
    public void Multiply_IntoASpanThatIsTooShort_ThrowsAndWritesNothing()
    {
        PackedMatrix<double> b = new(2, 2, [1, 1, 1, 1]);
        double[] c = new double[(3 * b.Columns) - 1];
        Assert.Throws<ArgumentException>("c", () => MatrixKernel.Multiply(3, [1, 1, 1, 1, 1, 1], b, c));
        Assert.Throws<ArgumentException>("a", () => MatrixKernel.Multiply(3, [1, 1, 1, 1, 1], b, new double[3 * b.Columns]));
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
        double[] c = new double[3 * b.Columns];
        MatrixKernel.Multiply(3, [1, 0, 0, 0, 1, 0, 0, 0, 1], b, c);
        Assert.Equal((3, 2), (b.Rows, b.Columns));
        Assert.Equal([1.0, 4, 2, 5, 3, 6], Enumerable.Range(0, 6).Select(i => c[(i / 2 * b.Columns) + (i % 2)]));
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
        T[] expected = new T[rows * columns];
        for (int i = 0; i < expected.Length; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                expected[i] = T.FusedMultiplyAdd(a[(i / columns * depth) + k], b[(k * columns) + (i % columns)], expected[i]);
            }
        }

        string what = $"{typeof(T).Name} {rows}×{depth}×{columns}";
        T[] turned = [.. Enumerable.Range(0, a.Length).Select(i => a[(i % rows * depth) + (i / rows)])];
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            PackedMatrix<T> packed = new(depth, columns, right, false, width);
            T[] c = [.. Enumerable.Repeat(T.NaN, rows * columns)];
            MatrixKernel.Multiply(rows, a, packed, c);
            Assert.True(expected.AsSpan().SequenceEqual(c), $"{what} at {width}");
            Array.Fill(c, T.NaN);
            MatrixKernel.MultiplyTransposed(rows, turned, packed, c);
            Assert.True(expected.AsSpan().SequenceEqual(c), $"{what}, A transposed, at {width}");
        }
    }

    private static void Ends<T>(int rows, int depth, int columns, LaneWidth width, RandomStream stream)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] drawn = new double[(rows * depth) + (depth * columns)];
        stream.FillGaussian(drawn);
        drawn[3] = double.NaN;
        drawn[(2 * depth) % (rows * depth)] = double.NegativeInfinity;
        T[] a = Array.ConvertAll(drawn[..(rows * depth)], T.CreateTruncating);
        PackedMatrix<T> b = new(depth, columns, drawn.AsSpan(rows * depth), false, width);
        T[] plain = new T[rows * columns];
        MatrixKernel.Multiply(rows, a, b, plain);
        T slope = T.CreateTruncating(-0.25);
        foreach ((TileEnd end, Func<T, T> function) in new (TileEnd, Func<T, T>)[]
        {
            (TileEnd.Relu, x => T.Max(x, T.Zero)),
            (TileEnd.LeakyRelu, x => x > T.Zero ? x : slope * x),
        })
        {
            (T[] sums, T[] ends) = (new T[plain.Length], new T[plain.Length]);
            MatrixKernel.Multiply(rows, ref a[0], depth, 1, b, b.Zeros, ref sums[0], ref ends[0], end, slope, new T[MatrixKernel.CopyLength(rows, depth)]);
            Assert.Equal(plain, sums);
            Assert.Equal(plain.Select(function), ends);
        }
    }
}
