using System.Numerics;
using Inversion.Networks.Engine;
using Inversion.Numerics;

namespace Inversion.Risk;

/// <summary>
/// One forward pass of codes with what follows from it: residuals, values of J, gradients, products with the Jacobian. The one place where
/// these are computed, so that a code's bits are the same alone and among others.
/// </summary>
/// <threadsafety>One thread at a time.</threadsafety>
internal sealed class RiskPass<T>(NetworkEngine<T> engine, ResidualMap<T> map)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DirectionsAtOnce = 64;
    private readonly NetworkWorkspace<T> workspace = new();
    private readonly T[] scratch = new T[map.ScratchLength];
    private readonly int n = map.Measurement.SignalLength;
    private T[] residuals = [];
    private T[] squares = [];
    private T[] cotangents = [];
    private T[] tangents = [];

    /// <summary>Rows of the last forward pass; 0 before the first.</summary>
    public int Rows => workspace.Batch;

    /// <summary>G at each row. What was known of the rows before is lost.</summary>
    public void Forward(ReadOnlySpan<T> latents, int batch)
    {
        if ((long)batch * n > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"{batch} signals of {n} entries are more than an array holds");
        }

        if (squares.Length < batch)
        {
            residuals = new T[batch * map.Width];
            squares = new T[batch];
        }

        engine.ForwardRows(workspace, latents, batch);
    }

    /// <summary>The residual of a row against y as <see cref="ResidualMap{T}.Keep"/> keeps it. Returns J.</summary>
    public T Subtract(int row, ReadOnlySpan<T> kept)
    {
        squares[row] = map.Subtract(engine.OutputRow(workspace, row), kept, residuals.AsSpan(row * map.Width, map.Width), scratch);
        return squares[row] / T.CreateChecked(2);
    }

    /// <summary>observed ← the residual of a row, m entries in the measurement's order.</summary>
    public void Deliver(int row, Span<T> observed) => map.Deliver(residuals.AsSpan(row * map.Width, map.Width), observed);

    /// <summary>‖residual‖ of a row, scaled so that it neither overflows nor underflows before the result does.</summary>
    public T ResidualNorm(int row) => Vectors.NormFromSquare(residuals.AsSpan(row * map.Width, map.Width), squares[row]);

    /// <summary>gradients ← (A DG)ᵀ residual at each row, rows × n0.</summary>
    /// <param name="gradients">Overwritten.</param>
    /// <param name="masked">False leaves the derivatives of the activations out.</param>
    public void Gradients(Span<T> gradients, bool masked)
    {
        Reserve();
        for (int row = 0; row < Rows; row++)
        {
            map.Pull(residuals.AsSpan(row * map.Width, map.Width), cotangents.AsSpan(row * n, n), scratch);
        }

        engine.BackwardRows(workspace, cotangents.AsSpan(0, Rows * n), gradients, masked);
    }

    /// <summary>gradient ← (A DG)ᵀ w at the only row, w of m entries in the measurement's order.</summary>
    public void Pull(ReadOnlySpan<T> cotangent, Span<T> gradient)
    {
        Reserve();
        map.PullObserved(cotangent, cotangents, scratch);
        engine.BackwardRows(workspace, cotangents.AsSpan(0, n), gradient, masked: true);
    }

    /// <summary>products ← A DG(z; v) for <paramref name="count"/> directions at one row, count × m in the measurement's order.</summary>
    public void Products(int row, ReadOnlySpan<T> directions, Span<T> products, int count) =>
        Products(directions, products, count, count, row * count);

    /// <summary>products ← A DG(z; v) for <paramref name="perRow"/> directions in turn at each row, rows × perRow × m in the measurement's order.</summary>
    public void ProductsOfEach(ReadOnlySpan<T> directions, Span<T> products, int perRow) => Products(directions, products, Rows * perRow, perRow, 0);

    private void Products(ReadOnlySpan<T> directions, Span<T> products, int count, int perRow, int first)
    {
        int m = map.Measurement.Count;
        int inputs = engine.Network.LatentDimension;

        // Blocks bound the memory that a whole Jacobian takes.
        int most = Math.Min(count, DirectionsAtOnce);
        if (tangents.Length < most * n)
        {
            tangents = new T[most * n];
        }

        for (int done = 0; done < count; done += most)
        {
            int block = Math.Min(most, count - done);
            Span<T> signals = tangents.AsSpan(0, block * n);
            engine.TangentRows(workspace, directions.Slice(done * inputs, block * inputs), block, perRow, first + done, signals, channelsFirst: false);
            for (int row = 0; row < block; row++)
            {
                map.Measure(signals.Slice(row * n, n), products.Slice((done + row) * m, m), scratch);
            }
        }
    }

    // Memory of their own: a backward pass spoils the cotangents, and the residuals are still asked for.
    private void Reserve()
    {
        if (cotangents.Length < Rows * n)
        {
            cotangents = new T[squares.Length * n];
        }
    }
}
