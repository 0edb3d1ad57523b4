using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;

namespace Inversion.Risk;

/// <summary>
/// J, its gradient and products with the Jacobian of A G at the codes of many owners, each with measurements of its own, in one
/// <see cref="RiskPass{T}"/>. Bits are those of <see cref="EmpiricalRisk{T}"/> at each code alone. Counts nothing.
/// </summary>
/// <remarks>
/// A forward pass replaces all rows: what is wanted at the rows of the last one comes before the next. An owner has at most one row that
/// it may ask for by its own number, the last it was given.
/// </remarks>
/// <threadsafety>One thread at a time.</threadsafety>
internal sealed class RiskBatch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ResidualMap<T> map;
    private readonly RiskPass<T> pass;
    private readonly int inputs;
    private readonly int m;
    private readonly T[] kept;
    private readonly bool[] marks;
    private readonly T[] codes;
    private readonly T[] values;
    private readonly T[] results;
    private readonly T[] delivered;
    private readonly int[] rowOf;
    private T[] products = [];

    /// <param name="engine">Computes G.</param>
    /// <param name="measurement">A.</param>
    /// <param name="capacity">Most owners, and most rows of one forward pass.</param>
    public RiskBatch(NetworkEngine<T> engine, Measurement measurement, int capacity)
    {
        map = new ResidualMap<T>(engine, measurement);
        pass = new RiskPass<T>(engine, map);
        inputs = engine.Network.LatentDimension;
        m = measurement.Count;
        kept = new T[checked(Guard.AtLeast(capacity, 1) * map.Width)];
        marks = new bool[capacity];
        codes = new T[checked(capacity * inputs)];
        values = new T[capacity];
        results = new T[codes.Length];
        delivered = new T[m];
        rowOf = new int[capacity];
    }

    /// <summary>Rows of the last forward pass.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows worth holding at once: what one pass through the network takes, so that its values are still near on the way back.</summary>
    public static int RowsFor(NetworkEngine<T> engine) => engine.RowsPerPass;

    /// <summary>Gives an owner its y, m entries.</summary>
    public void Observe(int owner, ReadOnlySpan<T> observed) => marks[owner] = map.Keep(observed, Kept(owner));

    /// <summary>The code of a row, n0 entries, to be filled in before <see cref="Forward"/>.</summary>
    public Span<T> CodeAt(int row) => codes.AsSpan(row * inputs, inputs);

    /// <summary>A G(z) − y at each row. The first rows' codes are given; <paramref name="owners"/> says whose they are.</summary>
    public void Forward(ReadOnlySpan<int> owners)
    {
        Rows = owners.Length;
        pass.Forward(codes.AsSpan(0, Rows * inputs), Rows);
        for (int row = 0; row < Rows; row++)
        {
            rowOf[owners[row]] = row;
            values[row] = pass.Subtract(row, Kept(owners[row]), marks[owners[row]]);
        }
    }

    /// <summary>J at a row.</summary>
    public T ValueAt(int row) => values[row];

    /// <summary>A G(z) − y at an owner's row, m entries; good until it is called again.</summary>
    public ReadOnlySpan<T> ResidualOf(int owner)
    {
        pass.Deliver(rowOf[owner], delivered);
        return delivered;
    }

    /// <summary>‖A G(z) − y‖ at an owner's row.</summary>
    public T ResidualNormOf(int owner) => pass.ResidualNorm(rowOf[owner]);

    /// <summary>∇J at these owners' rows, for <see cref="GradientOf"/>; the rows of others may be lost.</summary>
    /// <param name="owners">In the order in which they were given rows.</param>
    /// <param name="masked">False leaves the derivatives of the activations out.</param>
    public void Gradients(ReadOnlySpan<int> owners, bool masked)
    {
        // A row costs a third forward and two back: passing back the rows that nobody wants may cost more than computing the others anew.
        if (3 * owners.Length < 2 * Rows)
        {
            for (int i = 0; i < owners.Length; i++)
            {
                CodeAt(rowOf[owners[i]]).CopyTo(CodeAt(i));
            }

            Forward(owners);
        }

        pass.Gradients(results.AsSpan(0, Rows * inputs), masked);
    }

    /// <summary>What <see cref="Gradients"/> found for an owner; good until it is called again.</summary>
    public ReadOnlySpan<T> GradientOf(int owner) => results.AsSpan(rowOf[owner] * inputs, inputs);

    /// <summary>into ← A DG(z; v) for each of <paramref name="count"/> directions at an owner's row; row-major, count × m.</summary>
    public void Products(int owner, ReadOnlySpan<T> directions, Span<T> into, int count) => pass.Products(rowOf[owner], directions, into, count);

    /// <summary>The direction of an owner, n0 entries, to be filled in before <see cref="ProductOfEach"/>.</summary>
    public Span<T> DirectionOf(int owner) => results.AsSpan(rowOf[owner] * inputs, inputs);

    /// <summary>A DG(z; v) for one direction at every row, for <see cref="ProductOf"/>. What stands in the directions of rows that gave none does not matter to the others.</summary>
    public void ProductOfEach()
    {
        if (products.Length < Rows * m)
        {
            products = new T[rowOf.Length * m];
        }

        pass.ProductsOfEach(results.AsSpan(0, Rows * inputs), products.AsSpan(0, Rows * m), 1);
    }

    /// <summary>product ← what <see cref="ProductOfEach"/> found for an owner, m entries.</summary>
    public void ProductOf(int owner, Span<T> product) => products.AsSpan(rowOf[owner] * m, m).CopyTo(product);

    private Span<T> Kept(int owner) => kept.AsSpan(owner * map.Width, map.Width);
}
