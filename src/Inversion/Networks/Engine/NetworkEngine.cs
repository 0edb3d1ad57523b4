using System.Numerics;
using System.Runtime.CompilerServices;
using Inversion.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>
/// Computes G, its one-sided directional derivatives and the transposed Jacobian on batches, in double or float. Weights are packed
/// once. Codes and signals come and go in PyTorch's flattened order; inside, channels come last.
/// </summary>
/// <typeparam name="T">double or float.</typeparam>
/// <remarks>
/// Every sum runs in a fixed order, so the bits depend on neither vector width nor batch size nor threads. NaN and infinity propagate.
/// Conventions at a kink: relu'(0) = 0 and leaky relu'(0) = slope backward (PyTorch's), max(t, 0) or its leaky form forward (exact).
/// </remarks>
/// <threadsafety>Safe for many threads, each with its own workspace.</threadsafety>
public sealed class NetworkEngine<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // A batch goes through the layers a few rows at a time, so that what one layer writes is still near when the next one reads it.
    private const int BytesPerPass = 1 << 19;
    private const int LeastRowsPerPass = 4;
    private const int MostRowsPerPass = 64;
    private readonly EngineStep<T>[] steps;
    private readonly int[] lengths;
    private readonly int widest;
    private readonly int scratch;
    private readonly int rowsPerPass;

    /// <summary>Packs a network's weights.</summary>
    /// <exception cref="NetworkException">A layer needs more memory than one array may take; the message names it by number.</exception>
    public NetworkEngine(GenerativeNetwork network)
    {
        Network = network;
        steps = new EngineStep<T>[network.Layers.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            Shape input = network.Shapes[i];
            Shape output = network.Shapes[i + 1];
            steps[i] = network.Layers[i] switch
            {
                AffineLayer affine => Affine(affine, input, output, i),
                ActivationLayer activation => new ActivationStep<T>(activation, input.Length),
                ChannelAffineLayer channel => new ChannelAffineStep<T>(channel, input.Length),
                ReshapeLayer => IndexStep<T>.Reshape(input, output),
                UpsampleLayer upsample => IndexStep<T>.Upsample(upsample, input, output),
                Layer other => throw new NetworkException($"layer {i}: no engine for {other.Kind}"),
            };
        }

        lengths = [.. network.Shapes.Select(shape => shape.Length)];
        widest = lengths.Max();
        scratch = steps.Max(step => step.ScratchLength);
        rowsPerPass = (int)Math.Clamp(BytesPerPass / (lengths.Sum(length => (long)length) * Unsafe.SizeOf<T>()), LeastRowsPerPass, MostRowsPerPass);
    }

    /// <summary>The network.</summary>
    public GenerativeNetwork Network { get; }

    /// <summary>outputs ← G(codes), row by row; the workspace keeps what <see cref="Backward"/> and <see cref="Tangent"/> need.</summary>
    /// <param name="workspace">The calling thread's memory. Overwritten.</param>
    /// <param name="codes">batch × n0, row-major. Not modified.</param>
    /// <param name="outputs">batch × n, row-major. Overwritten.</param>
    /// <param name="batch">Number of codes, at least 1.</param>
    /// <exception cref="ArgumentException">A span has another length, or the batch is too large for one array. Nothing has been written.</exception>
    public void Forward(NetworkWorkspace<T> workspace, ReadOnlySpan<T> codes, Span<T> outputs, int batch)
    {
        Guard.AtLeast(batch, 1);
        Guard.Length(codes.Length, (long)batch * lengths[0], nameof(codes));
        Guard.Length(outputs.Length, (long)batch * lengths[^1], nameof(outputs));
        RequireRoom(batch, nameof(batch));
        workspace.Reserve(lengths, batch, scratch);
        ToChannelsLast(codes, workspace.Values[0], Network.InputShape, batch);
        for (int row = 0; row < batch; row += rowsPerPass)
        {
            int rows = Math.Min(rowsPerPass, batch - row);
            for (int i = 0; i < steps.Length; i++)
            {
                steps[i].Forward(
                    workspace.Values[i].AsSpan(row * lengths[i]), workspace.Values[i + 1].AsSpan(row * lengths[i + 1]), rows, workspace.Scratch);
            }
        }

        ToChannelsFirst(workspace.Values[^1], outputs, Network.OutputShape, batch);
        workspace.Batch = batch;
        workspace.Owner = this;
    }

    /// <summary>gradients ← DG(code)ᵀ cotangent, row by row, at the codes of the last <see cref="Forward"/>.</summary>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="cotangents">batch × n. Not modified.</param>
    /// <param name="gradients">batch × n0. Overwritten.</param>
    /// <exception cref="ArgumentException">A span has another length than that batch needs, or the last forward pass in the workspace was not this engine's. Nothing has been written.</exception>
    public void Backward(NetworkWorkspace<T> workspace, ReadOnlySpan<T> cotangents, Span<T> gradients) =>
        GoBack(workspace, cotangents, gradients, masked: true);

    /// <summary>gradients ← W_1ᵀ … W_dᵀ cotangent, row by row: the backward pass with every activation taken as the identity.</summary>
    /// <param name="workspace">The workspace of a forward pass of this engine over as many rows.</param>
    /// <param name="cotangents">batch × n. Not modified.</param>
    /// <param name="gradients">batch × n0. Overwritten.</param>
    /// <exception cref="ArgumentException">A span has another length than that batch needs, or the last forward pass in the workspace was not this engine's. Nothing has been written.</exception>
    /// <remarks>Source: Joshi, Li, Plan, Yilmaz, NeurIPS 2021 (PLUGIn).</remarks>
    public void BackwardUnmasked(NetworkWorkspace<T> workspace, ReadOnlySpan<T> cotangents, Span<T> gradients) =>
        GoBack(workspace, cotangents, gradients, masked: false);

    /// <summary>outputs ← lim (G(z + t v) − G(z))/t, t → 0+, for each direction v, at a code z of the last <see cref="Forward"/>.</summary>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="directions">count × n0. Not modified.</param>
    /// <param name="outputs">count × n. Overwritten.</param>
    /// <param name="count">Number of directions.</param>
    /// <param name="row">The row of the batch whose code is z for every direction; −1 (count = batch then) to give each row its own direction.</param>
    /// <exception cref="ArgumentException">A length or the row is off, or the last forward pass in the workspace was not this engine's. Nothing has been written.</exception>
    public void Tangent(NetworkWorkspace<T> workspace, ReadOnlySpan<T> directions, Span<T> outputs, int count, int row = -1)
    {
        Guard.AtLeast(count, 1);
        Guard.Length(directions.Length, (long)count * lengths[0], nameof(directions));
        Guard.Length(outputs.Length, (long)count * lengths[^1], nameof(outputs));
        int batch = RowsOf(workspace);
        if (row < -1 || row >= batch || (row == -1 && count != batch))
        {
            throw new ArgumentException($"row {row} with {count} directions does not fit a forward pass of {batch} rows", nameof(row));
        }

        for (int done = 0; done < count; done += rowsPerPass)
        {
            int block = Math.Min(rowsPerPass, count - done);
            TangentBlock(
                workspace, directions.Slice(done * lengths[0], block * lengths[0]), outputs.Slice(done * lengths[^1], block * lengths[^1]),
                block, row < 0 ? done : row, row < 0 ? 1 : 0);
        }
    }

    /// <summary>Copies what entered layer <paramref name="layer"/> in one row of the last <see cref="Forward"/>, in PyTorch's order; of an activation layer, the pre-activations.</summary>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="layer">Index of a layer; the number of layers for the output.</param>
    /// <param name="row">Row of that batch.</param>
    /// <param name="values">As many entries as that signal has. Overwritten.</param>
    /// <exception cref="ArgumentException">The layer or the row does not exist, the length is off, or the last forward pass in the workspace was not this engine's. Nothing has been written.</exception>
    public void CopyLayerInput(NetworkWorkspace<T> workspace, int layer, int row, Span<T> values)
    {
        Guard.Within(layer, 0, steps.Length);
        Guard.Within(row, 0, RowsOf(workspace) - 1);
        Guard.Length(values.Length, lengths[layer], nameof(values));
        ToChannelsFirst(workspace.Values[layer].AsSpan(row * lengths[layer], lengths[layer]), values, Network.Shapes[layer], 1);
    }

    private static AffineStep<T> Affine(AffineLayer layer, Shape input, Shape output, int number)
    {
        try
        {
            return AffineStep<T>.Create(layer, input, output);
        }
        catch (NetworkException problem)
        {
            throw new NetworkException($"layer {number}: {problem.Message}", problem);
        }
    }

    private int RowsOf(NetworkWorkspace<T> workspace) => ReferenceEquals(workspace.Owner, this)
        ? workspace.Batch
        : throw new ArgumentException("the workspace does not hold a forward pass of this engine", nameof(workspace));

    private void RequireRoom(int rows, string argument)
    {
        if ((long)rows * widest > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(argument, rows, $"{rows} rows of {widest} entries are more than an array holds");
        }
    }

    private void TangentBlock(NetworkWorkspace<T> workspace, ReadOnlySpan<T> directions, Span<T> outputs, int count, int first, int advance)
    {
        workspace.ReserveSides(count * widest, scratch);
        (T[] from, T[] to) = (workspace.Front, workspace.Back);
        ToChannelsLast(directions, from, Network.InputShape, count);
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i].Tangent(
                workspace.Values[i].AsSpan(first * lengths[i]), workspace.Values[i + 1].AsSpan(first * lengths[i + 1]),
                from, to, count, advance, workspace.Scratch);
            (from, to) = (to, from);
        }

        ToChannelsFirst(from, outputs, Network.OutputShape, count);
    }

    private void GoBack(NetworkWorkspace<T> workspace, ReadOnlySpan<T> cotangents, Span<T> gradients, bool masked)
    {
        int batch = RowsOf(workspace);
        Guard.Length(cotangents.Length, (long)batch * lengths[^1], nameof(cotangents));
        Guard.Length(gradients.Length, (long)batch * lengths[0], nameof(gradients));
        workspace.ReserveSides(Math.Min(rowsPerPass, batch) * widest, scratch);
        (T[] from, T[] to) = (workspace.Front, workspace.Back);
        for (int row = 0; row < batch; row += rowsPerPass)
        {
            int rows = Math.Min(rowsPerPass, batch - row);
            ToChannelsLast(cotangents.Slice(row * lengths[^1], rows * lengths[^1]), from, Network.OutputShape, rows);
            for (int i = steps.Length - 1; i >= 0; i--)
            {
                if (masked || steps[i] is not ActivationStep<T>)
                {
                    steps[i].Backward(
                        workspace.Values[i].AsSpan(row * lengths[i]), workspace.Values[i + 1].AsSpan(row * lengths[i + 1]),
                        from, to, rows, workspace.Scratch);
                    (from, to) = (to, from);
                }
            }

            ToChannelsFirst(from, gradients.Slice(row * lengths[0], rows * lengths[0]), Network.InputShape, rows);
        }
    }

    private static void ToChannelsLast(ReadOnlySpan<T> from, Span<T> to, Shape shape, int batch) =>
        Transpose(from, to, shape.Channels, shape.Positions, batch);

    private static void ToChannelsFirst(ReadOnlySpan<T> from, Span<T> to, Shape shape, int batch) =>
        Transpose(from, to, shape.Positions, shape.Channels, batch);

    private static void Transpose(ReadOnlySpan<T> from, Span<T> to, int rows, int columns, int batch)
    {
        int length = rows * columns;
        if (rows == 1 || columns == 1)
        {
            from[..(batch * length)].CopyTo(to);
            return;
        }

        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<T> source = from.Slice(b * length, length);
            Span<T> target = to.Slice(b * length, length);
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                {
                    target[(c * rows) + r] = source[(r * columns) + c];
                }
            }
        }
    }
}
