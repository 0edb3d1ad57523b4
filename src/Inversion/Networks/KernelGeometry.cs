namespace Inversion.Networks;

/// <summary>
/// How a kernel slides over one or two spatial axes. Along each axis a small position s and a tap t meet the large position
/// s · stride − padding + t · dilation.
/// </summary>
/// <remarks>
/// A transposed convolution stamps from the small side (its input) to the large side, a convolution gathers from the large side
/// (its input) to the small. Source: PyTorch's documentation of ConvTranspose2d; Dumoulin and Visin, "A guide to convolution
/// arithmetic for deep learning", section 4. In 1-D the height axis has kernel 1, stride 1, padding 0.
/// </remarks>
public sealed record KernelGeometry
{
    /// <summary>A geometry along one or two axes; every list has one entry an axis.</summary>
    /// <exception cref="NetworkException">A list has another length, or a size is out of range.</exception>
    public KernelGeometry(
        IReadOnlyList<int> kernel,
        IReadOnlyList<int>? stride = null,
        IReadOnlyList<int>? padding = null,
        IReadOnlyList<int>? outputPadding = null,
        IReadOnlyList<int>? dilation = null)
    {
        Rank = kernel.Count;
        if (Rank is not (1 or 2))
        {
            throw new NetworkException($"a kernel has 1 or 2 axes, not {Rank}");
        }

        (KernelHeight, KernelWidth) = Pair(kernel, "kernel", 1, 1);
        (StrideHeight, StrideWidth) = Pair(stride, "stride", 1, 1);
        (PaddingHeight, PaddingWidth) = Pair(padding, "padding", 0, 0);
        (OutputPaddingHeight, OutputPaddingWidth) = Pair(outputPadding, "output_padding", 0, 0);
        (DilationHeight, DilationWidth) = Pair(dilation, "dilation", 1, 1);
        if ((long)KernelHeight * KernelWidth > Array.MaxLength)
        {
            throw new NetworkException($"kernel {KernelHeight}x{KernelWidth} is too large");
        }
    }

    /// <summary>Number of spatial axes: 1 or 2.</summary>
    public int Rank { get; }

    /// <summary>Kernel size along the height (1 in 1-D).</summary>
    public int KernelHeight { get; }

    /// <summary>Kernel size along the width.</summary>
    public int KernelWidth { get; }

    /// <summary>Stride along the height (1 in 1-D).</summary>
    public int StrideHeight { get; }

    /// <summary>Stride along the width.</summary>
    public int StrideWidth { get; }

    /// <summary>Padding along the height (0 in 1-D).</summary>
    public int PaddingHeight { get; }

    /// <summary>Padding along the width.</summary>
    public int PaddingWidth { get; }

    /// <summary>Extra rows of a transposed convolution's output (0 in 1-D).</summary>
    public int OutputPaddingHeight { get; }

    /// <summary>Extra columns of a transposed convolution's output.</summary>
    public int OutputPaddingWidth { get; }

    /// <summary>Distance of taps along the height (1 in 1-D).</summary>
    public int DilationHeight { get; }

    /// <summary>Distance of taps along the width.</summary>
    public int DilationWidth { get; }

    /// <summary>Number of taps: kernel height × kernel width (the paper's ℓ).</summary>
    public int Taps => KernelHeight * KernelWidth;

    /// <summary>True when stamps tile the output without overlap, gap or crop: kernel = stride, no padding, no dilation.</summary>
    public bool IsTiling =>
        KernelHeight == StrideHeight && KernelWidth == StrideWidth && PaddingHeight == 0 && PaddingWidth == 0
        && OutputPaddingHeight == 0 && OutputPaddingWidth == 0
        && (DilationHeight == 1 || KernelHeight == 1) && (DilationWidth == 1 || KernelWidth == 1);

    /// <summary>Large size from small: (n − 1) stride − 2 padding + dilation (kernel − 1) + output padding + 1.</summary>
    /// <exception cref="NetworkException">The result is not positive.</exception>
    public (int Height, int Width) TransposedSize(int height, int width) => (
        Size(((height - 1L) * StrideHeight) - (2L * PaddingHeight) + (DilationHeight * (KernelHeight - 1L)) + OutputPaddingHeight + 1),
        Size(((width - 1L) * StrideWidth) - (2L * PaddingWidth) + (DilationWidth * (KernelWidth - 1L)) + OutputPaddingWidth + 1));

    /// <summary>Small size from large: ⌊(n + 2 padding − dilation (kernel − 1) − 1) / stride⌋ + 1.</summary>
    /// <exception cref="NetworkException">The result is not positive.</exception>
    public (int Height, int Width) ConvolvedSize(int height, int width) => (
        Size(Floor(height + (2L * PaddingHeight) - (DilationHeight * (KernelHeight - 1L)) - 1, StrideHeight) + 1),
        Size(Floor(width + (2L * PaddingWidth) - (DilationWidth * (KernelWidth - 1L)) - 1, StrideWidth) + 1));

    /// <summary>One axis' values as a network file lists them: one entry in 1-D, two in 2-D.</summary>
    public int[] AxisList(int height, int width) => Rank == 1 ? [width] : [height, width];

    private static long Floor(long numerator, int denominator) => numerator < 0 ? -1 : numerator / denominator;

    private static int Size(long size) => size is > 0 and <= int.MaxValue
        ? (int)size
        : throw new NetworkException($"the output would have size {size}");

    private (int Height, int Width) Pair(IReadOnlyList<int>? values, string name, int least, int default1)
    {
        if (values is null)
        {
            return (default1, default1);
        }

        if (values.Count != Rank)
        {
            throw new NetworkException($"{name} has {values.Count} entries; the kernel has {Rank} axes");
        }

        foreach (int value in values)
        {
            if (value < least)
            {
                throw new NetworkException($"{name} must be at least {least}, not {value}");
            }
        }

        return Rank == 1 ? (least == 0 ? 0 : 1, values[0]) : (values[0], values[1]);
    }
}
