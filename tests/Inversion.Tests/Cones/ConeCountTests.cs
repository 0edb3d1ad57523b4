using Inversion.Networks;
using Xunit;

namespace Inversion.Tests.Cones;

public sealed class ConeCountTests
{
    // 2 Σ_{i<k} C(n−1, i): Schläfli; Cover, IEEE Trans. Electronic Computers 14, 1965, theorem 1.
    private static long General(int n, int k)
    {
        long sum = 0;
        long binomial = 1;
        for (int i = 0; i < k; i++)
        {
            sum += binomial;
            binomial = binomial * (n - 1 - i) / (i + 1);
        }

        return 2 * sum;
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(100, 2)]
    [InlineData(1000, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(40, 3)]
    [InlineData(150, 3)]
    [InlineData(2, 4)]
    [InlineData(4, 4)]
    [InlineData(9, 4)]
    [InlineData(24, 4)]
    [InlineData(9, 5)]
    public void RowsInGeneralPosition_CutSpaceIntoAsManyConesAsTheFormulaSays(int rows, int columns)
    {
        GenerativeNetwork network = ConeCases.OneLayer(ConeCases.GaussianRows(rows, columns, $"{rows}x{columns}"));

        // Fewer rows than columns leave lines in every cone; the count is that of the rows' own dimension.
        Assert.Equal(General(rows, Math.Min(rows, columns)), ConeCases.Cones(network).Count);
    }

    public static TheoryData<string, double[][], int> ByHand => new()
    {
        { "[I; -I]", [[1, 0], [0, 1], [-1, 0], [0, -1]], 4 },
        { "a single row", [[1, 2]], 2 },
        { "parallel rows", [[1, 2], [2, 4]], 2 },
        { "opposite rows", [[1, 2], [-0.5, -1]], 2 },
        { "a zero row", [[0, 0], [1, 0]], 2 },
        { "only zero rows", [[0, 0], [0, 0]], 1 },
        { "through one line of space", [[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, -1, 0]], 8 },
        { "cube", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], 8 },
        { "cube and diagonals", [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, -1, 0], [1, 0, 1], [1, 0, -1], [0, 1, 1], [0, 1, -1]], 48 },
        { "rays through three planes", [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 0], [0, 1, -1], [1, 0, -1]], 24 },
        { "tiny and huge", [[1e-300, 0], [0, 1e300], [1e300, 1e-300]], 6 },
        { "one entry", [[3], [-2], [0]], 2 },
        { "braid arrangement in four dimensions", [[1, -1, 0, 0], [1, 0, -1, 0], [1, 0, 0, -1], [0, 1, -1, 0], [0, 1, 0, -1], [0, 0, 1, -1]], 24 },
        { "hyperoctahedral in four dimensions", HyperoctahedralRows(), 384 },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void RowsOfKnownArrangements_HaveTheirCount(string name, double[][] rows, int expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, ConeCases.Cones(ConeCases.OneLayer(rows)).Count);
    }

    // 2⁴ 4! chambers of the reflection group B4.
    private static double[][] HyperoctahedralRows()
    {
        List<double[]> rows = [];
        for (int i = 0; i < 4; i++)
        {
            rows.Add([.. Enumerable.Range(0, 4).Select(k => k == i ? 1.0 : 0)]);
            for (int j = i + 1; j < 4; j++)
            {
                rows.Add([.. Enumerable.Range(0, 4).Select(k => k == i || k == j ? 1.0 : 0)]);
                rows.Add([.. Enumerable.Range(0, 4).Select(k => k == i ? 1.0 : k == j ? -1.0 : 0)]);
            }
        }

        return [.. rows];
    }
}
