namespace Inversion.Benchmarks.Peers;

/// <summary>The operations that libtorch uses for a layer with weights.</summary>
internal enum TorchLayers
{
    /// <summary>conv_transpose1d or conv_transpose2d on [batch, channels, positions].</summary>
    Convolution,

    /// <summary>The same on tensors whose channels lie together in memory.</summary>
    ConvolutionChannelsLast,

    /// <summary>Channels last; a matrix product where stamps tile the output or there is one position, the convolution elsewhere.</summary>
    Product,

    /// <summary>A matrix product and fold (col2im).</summary>
    ProductAndFold,

    /// <summary>A matrix product with the whole layer, zeros included.</summary>
    Dense,
}
