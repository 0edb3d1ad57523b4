namespace Inversion.Networks.Formats.Onnx;

/// <summary>A tensor that depends on the latent code: the layers that make it, and the sizes under which the graph reads it.</summary>
/// <remarks>
/// The sizes are kept apart from the network's shape, so that a chain of Reshape, Squeeze and Unsqueeze becomes at most one reshape
/// layer, and none where the shapes agree in the end.
/// </remarks>
internal sealed class OnnxSignal : OnnxValue
{
    private readonly OnnxSignal? before;
    private readonly Layer? layer;
    private readonly OnnxFill? fill;

    private OnnxSignal(OnnxSignal? before, Layer? layer, Shape shape, int[] dims, OnnxFill? fill)
        : base(dims)
    {
        this.before = before;
        this.layer = layer;
        this.fill = fill;
        Shape = shape;
        if (dims.Length < 1 || dims[0] != 1)
        {
            throw new NetworkException($"makes shape {DimsText}; the first axis is the batch, and must stay of size 1");
        }
    }

    /// <summary>What the layers make; less than the sizes hold while constants are joined to it.</summary>
    public Shape Shape { get; }

    /// <summary>The number of entries, joined constants included.</summary>
    public int Count => fill?.Source.Length ?? Shape.Length;

    /// <summary>True if at least one layer makes it.</summary>
    public bool HasLayers => layer is not null;

    /// <summary>The constants joined to it that no layer has read yet.</summary>
    public OnnxFill? Fill => fill;

    /// <summary>The latent code, of sizes [1, …].</summary>
    /// <exception cref="NetworkException">There is no batch axis of size 1, or the other axes are none or more than three.</exception>
    public static OnnxSignal Latent(int[] dims) => new(null, null, ShapeOf(dims), dims, null);

    /// <summary>The shape of sizes without their batch axis.</summary>
    public static Shape ShapeOf(int[] dims) => Networks.Shape.FromAxes(dims[1..]);

    /// <inheritdoc/>
    public override OnnxValue WithDims(int[] dims) => new OnnxSignal(before, layer, Shape, dims, fill) is { } same && CountOf(dims) == Count
        ? same
        : throw new NetworkException($"cannot read shape {DimsText} as [{string.Join(", ", dims)}]");

    /// <summary>The signal joined with constants, whose entries are told by <paramref name="joined"/>.</summary>
    public OnnxSignal Joined(OnnxFill joined, int[] dims) => new(before, layer, Shape, dims, joined);

    /// <summary>The signal without its joined constants, in the shape of its layers: what <see cref="Fill"/> refers to.</summary>
    public OnnxSignal Unfilled() => new(before, layer, Shape, [1, .. Shape.ToAxes()], null);

    /// <summary>The signal in a shape that agrees with its sizes, with a layer for joined constants and one for a change of shape where needed.</summary>
    public OnnxSignal Settled()
    {
        OnnxSignal settled = this;
        if (fill is not null)
        {
            settled = Unfilled().Reshaped(Networks.Shape.Flat(Shape.Length)).Append(fill.ToLayer(Shape.Length));
        }

        return settled.Reshaped(ShapeOf(Dims));
    }

    /// <summary>The signal in this shape.</summary>
    public OnnxSignal Reshaped(Shape shape) => Shape == shape ? With(shape, null) : With(shape, new ReshapeLayer(shape));

    /// <summary>The signal after one more layer, whose output gives the sizes.</summary>
    /// <exception cref="NetworkException">The layer does not accept the signal.</exception>
    public OnnxSignal Append(Layer next) => With(next.OutputShape(Shape), next);

    /// <summary>All layers from the latent code on.</summary>
    public List<Layer> Layers()
    {
        List<Layer> layers = [];
        for (OnnxSignal? signal = this; signal is not null; signal = signal.before)
        {
            if (signal.layer is not null)
            {
                layers.Add(signal.layer);
            }
        }

        layers.Reverse();
        return layers;
    }

    private OnnxSignal With(Shape shape, Layer? next) =>
        next is null
            ? new OnnxSignal(before, layer, Shape, [1, .. shape.ToAxes()], null)
            : new OnnxSignal(this, next, shape, [1, .. shape.ToAxes()], null);
}
