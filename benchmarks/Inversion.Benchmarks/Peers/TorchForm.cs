namespace Inversion.Benchmarks.Peers;

/// <summary>How libtorch computes a network: every form gives the same numbers, and the fastest one is the peer.</summary>
/// <param name="Layers">The operations of the layers with weights.</param>
/// <param name="MultipliesMask">True: the residual is multiplied by the mask. False: the observed outputs are selected by their indices.</param>
internal sealed record TorchForm(TorchLayers Layers, bool MultipliesMask)
{
    /// <summary>Every combination.</summary>
    public static IReadOnlyList<TorchForm> All { get; } =
        [.. Enum.GetValues<TorchLayers>().SelectMany(layers => (TorchForm[])[new(layers, false), new(layers, true)])];

    /// <inheritdoc/>
    public override string ToString() => (Layers switch
    {
        TorchLayers.Convolution => "conv_transpose",
        TorchLayers.ConvolutionChannelsLast => "conv_transpose, channels last",
        TorchLayers.Product => "matmul where stamps do not overlap",
        TorchLayers.ProductAndFold => "matmul and fold",
        _ => "one dense matrix a layer",
    }) + (MultipliesMask ? ", mask multiplied" : ", index_select");
}
