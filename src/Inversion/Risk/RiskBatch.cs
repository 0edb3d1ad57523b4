using System.Numerics;
using System.Runtime.CompilerServices;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;

namespace Inversion.Risk;

/// <summary>
/// J, its gradient and products with the Jacobian of A G at the codes of many owners, each with measurements of its own, in one workspace.
/// Bits are those of <see cref="EmpiricalRisk{T}"/> at each code alone. Counts nothing.
/// </summary>
/// <remarks>
/// A forward pass replaces all rows: what is wanted at the rows of the last one comes before the next. An owner has at most one row that
/// it may ask for by its own number, the last it was given.
/// </remarks>
/// <threadsafety>One thread at a time.</threadsafety>
internal sealed class RiskBatch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Half of a core's second cache, so that a backward pass still finds there what its forward pass left. A dense layer's weights serve
    // several rows for the price of one; a convolution has as many rows as positions already and gains nothing from more.
    private const int BytesOfValues = 1 << 17;
    private const int MostRows = 64;
    private const int DirectionsAtOnce = 64;
    private readonly NetworkEngine<T> engine;
    private readonly Measurement measurement;
    private readonly NetworkWorkspace<T> workspace = new();
    private readonly int inputs;
    private readonly int n;
    private readonly int m;
    private readonly T[] observed;
    private readonly T[] codes;
    private readonly T[] signals;
    private readonly T[] residuals;
    private readonly T[] results;
    private readonly int[] ownerAt;
    private readonly int[] rowOf;
    private readonly bool[] isWanted;
    private T[] tangents = [];

    /// <param name="engine">Computes G.</param>
    /// <param name="measurement">A.</param>
    /// <param name="capacity">Most owners, and most rows of one forward pass.</param>
    public RiskBatch(NetworkEngine<T> engine, Measurement measurement, int capacity)
    {
        this.engine = engine;
        this.measurement = measurement;
        Capacity = Guard.AtLeast(capacity, 1);
        inputs = engine.Network.LatentDimension;
        n = measurement.SignalLength;
        m = measurement.Count;
        observed = new T[checked(capacity * m)];
        codes = new T[checked(capacity * inputs)];
        signals = new T[checked(capacity * n)];
        residuals = new T[observed.Length];
        results = new T[codes.Length];
        ownerAt = new int[capacity];
        rowOf = new int[capacity];
        isWanted = new bool[capacity];
    }

    /// <summary>Most owners, and most rows of one forward pass.</summary>
    public int Capacity { get; }

    /// <summary>Rows of the last forward pass.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows worth holding at once.</summary>
    public static int RowsFor(NetworkEngine<T> engine)
    {
        long bytes = engine.Network.Shapes.Sum(shape => (long)shape.Length) * Unsafe.SizeOf<T>();
        return (int)Math.Clamp(BytesOfValues / bytes, 1, MostRows);
    }

    /// <summary>y of an owner, m entries, to be filled in.</summary>
    public Span<T> ObservedOf(int owner) => observed.AsSpan(owner * m, m);

    /// <summary>The code of a row, n0 entries, to be filled in before <see cref="Forward"/>.</summary>
    public Span<T> CodeAt(int row) => codes.AsSpan(row * inputs, inputs);

    /// <summary>A G(z) − y at each row. The first rows' codes are given; <paramref name="owners"/> says whose they are.</summary>
    public void Forward(ReadOnlySpan<int> owners)
    {
        Rows = owners.Length;
        owners.CopyTo(ownerAt);
        engine.Forward(workspace, codes.AsSpan(0, Rows * inputs), signals.AsSpan(0, Rows * n), Rows);
        for (int row = 0; row < Rows; row++)
        {
            rowOf[owners[row]] = row;
            SetResidual(row);
        }
    }

    /// <summary>J at a row.</summary>
    public T ValueAt(int row) => Vectors.SquaredNorm<T>(Residual(row)) / T.CreateChecked(2);

    /// <summary>A G(z) − y at an owner's row.</summary>
    public ReadOnlySpan<T> ResidualOf(int owner) => Residual(rowOf[owner]);

    /// <summary>∇J at these owners' rows, for <see cref="GradientOf"/>; the rows of others may be lost.</summary>
    /// <param name="owners">In the order in which they were given rows.</param>
    /// <param name="masked">False leaves the derivatives of the activations out.</param>
    public void Gradients(ReadOnlySpan<int> owners, bool masked)
    {
        // A row costs a third forward and two back: passing back the rows that nobody wants may cost more than computing the others anew.
        if (3 * owners.Length < 2 * Rows)
        {
            Keep(owners);
        }

        Mark(owners);
        for (int row = 0; row < Rows; row++)
        {
            if (isWanted[row])
            {
                measurement.ApplyAdjoint(Residual(row), signals.AsSpan(row * n, n));
            }
            else
            {
                signals.AsSpan(row * n, n).Clear();
            }
        }

        Span<T> cotangents = signals.AsSpan(0, Rows * n);
        Span<T> gradients = results.AsSpan(0, Rows * inputs);
        if (masked)
        {
            engine.Backward(workspace, cotangents, gradients);
        }
        else
        {
            engine.BackwardUnmasked(workspace, cotangents, gradients);
        }
    }

    /// <summary>What <see cref="Gradients"/> found for an owner; good until it is called again.</summary>
    public ReadOnlySpan<T> GradientOf(int owner) => results.AsSpan(rowOf[owner] * inputs, inputs);

    /// <summary>products ← A DG(z; v) for each of <paramref name="count"/> directions at an owner's row; row-major, count × m.</summary>
    public void Products(int owner, ReadOnlySpan<T> directions, Span<T> products, int count)
    {
        // Blocks bound the memory that a whole Jacobian takes.
        int most = Math.Min(count, DirectionsAtOnce);
        Reserve(Math.Max(most, Capacity));
        for (int done = 0; done < count; done += most)
        {
            int block = Math.Min(most, count - done);
            engine.Tangent(workspace, directions.Slice(done * inputs, block * inputs), tangents.AsSpan(0, block * n), block, rowOf[owner]);
            for (int i = 0; i < block; i++)
            {
                measurement.Apply<T>(tangents.AsSpan(i * n, n), products.Slice((done + i) * m, m));
            }
        }
    }

    /// <summary>The direction of an owner, n0 entries, to be filled in before <see cref="ProductOfEach"/>.</summary>
    public Span<T> DirectionOf(int owner) => results.AsSpan(rowOf[owner] * inputs, inputs);

    /// <summary>A DG(z; v) for one direction at each of these owners' rows, for <see cref="ProductOf"/>.</summary>
    public void ProductOfEach(ReadOnlySpan<int> owners)
    {
        Mark(owners);
        Reserve(Capacity);
        for (int row = 0; row < Rows; row++)
        {
            if (!isWanted[row])
            {
                results.AsSpan(row * inputs, inputs).Clear();
            }
        }

        engine.Tangent(workspace, results.AsSpan(0, Rows * inputs), tangents.AsSpan(0, Rows * n), Rows);
    }

    /// <summary>product ← what <see cref="ProductOfEach"/> found for an owner, m entries.</summary>
    public void ProductOf(int owner, Span<T> product) => measurement.Apply<T>(tangents.AsSpan(rowOf[owner] * n, n), product);

    private void Keep(ReadOnlySpan<int> owners)
    {
        for (int i = 0; i < owners.Length; i++)
        {
            CodeAt(rowOf[owners[i]]).CopyTo(CodeAt(i));
        }

        Forward(owners);
    }

    private void Mark(ReadOnlySpan<int> owners)
    {
        Array.Clear(isWanted);
        foreach (int owner in owners)
        {
            isWanted[rowOf[owner]] = true;
        }
    }

    private void Reserve(int rows)
    {
        if (tangents.Length < rows * n)
        {
            tangents = new T[checked(rows * n)];
        }
    }

    private Span<T> Residual(int row) => residuals.AsSpan(row * m, m);

    private void SetResidual(int row)
    {
        Span<T> residual = Residual(row);
        measurement.Apply<T>(signals.AsSpan(row * n, n), residual);
        ReadOnlySpan<T> target = ObservedOf(ownerAt[row]);
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] -= target[i];
        }
    }
}
