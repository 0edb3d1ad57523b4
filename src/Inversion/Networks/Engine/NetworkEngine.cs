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
    // A batch goes through the layers a few rows at a time, so that what one layer writes is still near when the next one reads it; but
    // each step needs enough rows to use what it reads of the weights well.
    private const int BytesPerPass = 1 << 19;
    private const int LeastRowsPerPass = 8;
    private const int MostRowsPerPass = 64;
    private readonly EngineStep<T>[] steps;
    private readonly int[] firstLayers;
    private readonly int[] lengths;
    private readonly int widest;

    /// <summary>Packs a network's weights.</summary>
    /// <exception cref="NetworkException">A layer needs more memory than one array may take; the message names it by number.</exception>
    public NetworkEngine(GenerativeNetwork network)
    {
        Network = network;
        List<EngineStep<T>> made = [];
        List<int> firsts = [];
        for (int i = 0; i < network.Layers.Length; i += made[^1].Layers)
        {
            Shape input = network.Shapes[i];
            Shape output = network.Shapes[i + 1];
            firsts.Add(i);
            made.Add(network.Layers[i] switch
            {
                AffineLayer affine => Affine(affine, input, output, i, i + 1 < network.Layers.Length ? network.Layers[i + 1] as ActivationLayer : null),
                ActivationLayer activation => new ActivationStep<T>(activation, input.Length),
                ChannelAffineLayer channel => new ChannelAffineStep<T>(channel, input.Length),
                ReshapeLayer => IndexStep<T>.Reshape(input, output),
                UpsampleLayer upsample => IndexStep<T>.Upsample(upsample, input, output),
                Layer other => throw new NetworkException($"layer {i}: no engine for {other.Kind}"),
            });
        }

        steps = [.. made];
        firstLayers = [.. firsts];
        lengths = [.. network.Shapes.Select(shape => shape.Length)];
        widest = lengths.Max();
        RowsPerPass = (int)Math.Clamp(BytesPerPass / (lengths.Sum(length => (long)length) * Unsafe.SizeOf<T>()), LeastRowsPerPass, MostRowsPerPass);
        OutputOrder = network.OutputShape is { Channels: > 1, Positions: > 1 } shape
            ? [.. Enumerable.Range(0, shape.Length).Select(i => (i % shape.Positions * shape.Channels) + (i / shape.Positions))]
            : null;
    }

    /// <summary>Rows that go through the layers together. Whoever wants values and gradients alone saves memory by asking for so many at a time.</summary>
    internal int RowsPerPass { get; }

    /// <summary>For each entry of a signal in PyTorch's order, where it lies in the engine's own; null where the two are the same.</summary>
    internal int[]? OutputOrder { get; }

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
        ForwardRows(workspace, codes, batch);
        ChannelOrder.ToFirst(workspace.Values[^1], outputs, Network.OutputShape, batch);
    }

    /// <summary>As <see cref="Forward"/>; the signals stay in the workspace, for <see cref="OutputRow"/>.</summary>
    internal void ForwardRows(NetworkWorkspace<T> workspace, ReadOnlySpan<T> codes, int batch)
    {
        Guard.AtLeast(batch, 1);
        Guard.Length(codes.Length, (long)batch * lengths[0], nameof(codes));
        RequireRoom(batch, nameof(batch));
        workspace.Reserve(lengths, batch, Scratch(batch));
        ChannelOrder.ToLast(codes, workspace.Values[0], Network.InputShape, batch);
        for (int row = 0; row < batch; row += RowsPerPass)
        {
            int rows = Math.Min(RowsPerPass, batch - row);
            for (int i = 0; i < steps.Length; i++)
            {
                int first = firstLayers[i];
                steps[i].Forward(
                    Rows(workspace, first, row), Between(workspace, i, row), Rows(workspace, first + steps[i].Layers, row), rows, workspace.Scratch);
            }
        }

        workspace.Batch = batch;
        workspace.Owner = this;
    }

    /// <summary>G at one row of the last forward pass, n entries in the engine's own order.</summary>
    internal ReadOnlySpan<T> OutputRow(NetworkWorkspace<T> workspace, int row) => workspace.Values[^1].AsSpan(row * lengths[^1], lengths[^1]);

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

        int perRow = row < 0 ? 1 : count;
        TangentRows(workspace, directions, count, perRow, row < 0 ? 0 : row * count, outputs, true);
    }

    /// <summary>As <see cref="Tangent"/>, with <paramref name="perRow"/> directions in turn for each row of the batch: batch × perRow of them.</summary>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="directions">batch × perRow × n0. Not modified.</param>
    /// <param name="outputs">batch × perRow × n. Overwritten.</param>
    /// <param name="perRow">Directions at each code.</param>
    /// <exception cref="ArgumentException">A length is off, or the last forward pass in the workspace was not this engine's. Nothing has been written.</exception>
    public void TangentEach(NetworkWorkspace<T> workspace, ReadOnlySpan<T> directions, Span<T> outputs, int perRow)
    {
        Guard.AtLeast(perRow, 1);
        int batch = RowsOf(workspace);
        Guard.Length(directions.Length, (long)batch * perRow * lengths[0], nameof(directions));
        Guard.Length(outputs.Length, (long)batch * perRow * lengths[^1], nameof(outputs));
        TangentRows(workspace, directions, batch * perRow, perRow, 0, outputs, true);
    }

    /// <summary>Copies what entered layer <paramref name="layer"/> in one row of the last <see cref="Forward"/>, in PyTorch's order; of an activation layer, the pre-activations.</summary>
    /// <param name="workspace">The workspace of that forward pass.</param>
    /// <param name="layer">Index of a layer; the number of layers for the output.</param>
    /// <param name="row">Row of that batch.</param>
    /// <param name="values">As many entries as that signal has. Overwritten.</param>
    /// <exception cref="ArgumentException">The layer or the row does not exist, the length is off, or the last forward pass in the workspace was not this engine's. Nothing has been written.</exception>
    public void CopyLayerInput(NetworkWorkspace<T> workspace, int layer, int row, Span<T> values)
    {
        Guard.Within(layer, 0, Network.Layers.Length);
        Guard.Within(row, 0, RowsOf(workspace) - 1);
        Guard.Length(values.Length, lengths[layer], nameof(values));
        ChannelOrder.ToFirst(workspace.Values[layer].AsSpan(row * lengths[layer], lengths[layer]), values, Network.Shapes[layer], 1);
    }

    private static AffineStep<T> Affine(AffineLayer layer, Shape input, Shape output, int number, ActivationLayer? above)
    {
        try
        {
            return new AffineStep<T>(AffineMatrix.Of(layer, input, output), above);
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

    private int Scratch(int batch)
    {
        int most = 0;
        foreach (EngineStep<T> step in steps)
        {
            most = Math.Max(most, step.ScratchLength(Math.Min(batch, RowsPerPass)));
        }

        return most;
    }

    private Span<T> Rows(NetworkWorkspace<T> workspace, int signal, int row) => workspace.Values[signal].AsSpan(row * lengths[signal]);

    private Span<T> Between(NetworkWorkspace<T> workspace, int step, int row) =>
        steps[step].Layers == 2 ? Rows(workspace, firstLayers[step] + 1, row) : [];

    /// <summary>As <see cref="TangentEach"/> for some of the directions, of which <paramref name="first"/> came before.</summary>
    internal void TangentRows(NetworkWorkspace<T> workspace, ReadOnlySpan<T> directions, int count, int perRow, int first, Span<T> outputs, bool channelsFirst)
    {
        workspace.ReserveSides(Math.Min(RowsPerPass, count) * widest, Scratch(count));
        for (int done = 0; done < count; done += RowsPerPass)
        {
            int block = Math.Min(RowsPerPass, count - done);
            (T[] from, T[] to) = (workspace.Front, workspace.Back);
            ChannelOrder.ToLast(directions.Slice(done * lengths[0], block * lengths[0]), from, Network.InputShape, block);
            for (int i = 0; i < steps.Length; i++)
            {
                int layer = firstLayers[i];
                steps[i].Tangent(
                    Rows(workspace, layer, 0), Between(workspace, i, 0), Rows(workspace, layer + steps[i].Layers, 0),
                    from, to, block, perRow, first + done, workspace.Scratch);
                (from, to) = (to, from);
            }

            Span<T> target = outputs.Slice(done * lengths[^1], block * lengths[^1]);
            if (channelsFirst)
            {
                ChannelOrder.ToFirst(from, target, Network.OutputShape, block);
            }
            else
            {
                from.AsSpan(0, target.Length).CopyTo(target);
            }
        }
    }

    private void GoBack(NetworkWorkspace<T> workspace, ReadOnlySpan<T> cotangents, Span<T> gradients, bool masked)
    {
        int batch = RowsOf(workspace);
        Guard.Length(cotangents.Length, (long)batch * lengths[^1], nameof(cotangents));
        Guard.Length(gradients.Length, (long)batch * lengths[0], nameof(gradients));
        workspace.ReserveSides(Math.Min(RowsPerPass, batch) * widest, Scratch(batch));
        for (int row = 0; row < batch; row += RowsPerPass)
        {
            int rows = Math.Min(RowsPerPass, batch - row);
            ChannelOrder.ToLast(cotangents.Slice(row * lengths[^1], rows * lengths[^1]), workspace.Front, Network.OutputShape, rows);
            PassBack(workspace, workspace.Front, workspace.Back, gradients, row, rows, masked);
        }
    }

    /// <summary>As <see cref="Backward"/> or <see cref="BackwardUnmasked"/>, with cotangents in the engine's own order. They are spoiled.</summary>
    internal void BackwardRows(NetworkWorkspace<T> workspace, Span<T> cotangents, Span<T> gradients, bool masked)
    {
        int batch = RowsOf(workspace);
        Guard.Length(cotangents.Length, (long)batch * lengths[^1], nameof(cotangents));
        Guard.Length(gradients.Length, (long)batch * lengths[0], nameof(gradients));
        workspace.ReserveSides(Math.Min(RowsPerPass, batch) * widest, Scratch(batch));
        for (int row = 0; row < batch; row += RowsPerPass)
        {
            int rows = Math.Min(RowsPerPass, batch - row);
            PassBack(workspace, cotangents.Slice(row * lengths[^1], rows * lengths[^1]), workspace.Back, gradients, row, rows, masked);
        }
    }

    // Goes from one side to the other; the first of them may be the caller's.
    private void PassBack(NetworkWorkspace<T> workspace, Span<T> seeds, T[] other, Span<T> gradients, int row, int rows, bool masked)
    {
        Span<T> from = seeds;
        Span<T> to = other;
        Span<T> spare = workspace.Front;
        for (int i = steps.Length - 1; i >= 0; i--)
        {
            int layer = firstLayers[i];
            bool moved = steps[i].Backward(
                Rows(workspace, layer, row), Between(workspace, i, row), Rows(workspace, layer + steps[i].Layers, row), from, to, rows, workspace.Scratch, masked);
            if (moved)
            {
                Span<T> free = from == seeds ? spare : from;
                from = to;
                to = free;
            }
        }

        ChannelOrder.ToFirst(from, gradients.Slice(row * lengths[0], rows * lengths[0]), Network.InputShape, rows);
    }
}
