namespace Inversion.Training.Nets;

/// <summary>
/// The paper's generator: the input on one position, a transposed convolution to 4 × 4 (or <see cref="Start"/>), then one that doubles the
/// size for each further width, and a last one to the picture; batch norm and leaky ReLU between, tanh at the end.
/// </summary>
/// <param name="Latent">Entries of the latent code.</param>
/// <param name="Classes">Entries of the one-hot class behind the latent code; 0 without classes.</param>
/// <param name="Widths">Channels after each layer but the last.</param>
/// <param name="Channels">Channels of the picture.</param>
internal sealed record GeneratorShape(int Latent, int Classes, IReadOnlyList<int> Widths, int Channels)
{
    /// <summary>Size of the kernels that double the size, and the paper's first one.</summary>
    public const int Kernel = 4;

    /// <summary>The slope of DCGAN.</summary>
    public const double LeakySlope = 0.2;

    /// <summary>Height and width after the first layer, which are its kernel's.</summary>
    public int Start { get; init; } = Kernel;

    /// <summary>Slope of the leaky ReLU below zero; 0 makes it a ReLU.</summary>
    public double Slope { get; init; } = LeakySlope;

    /// <summary>Entries of the network's input.</summary>
    public int Input => Latent + Classes;

    /// <summary>Number of transposed convolutions.</summary>
    public int Depth => Widths.Count + 1;

    /// <summary>Size of the kernel of a layer.</summary>
    public int KernelOf(int layer) => layer == 0 ? Start : Kernel;

    /// <summary>Height and width of the picture.</summary>
    public int Size => Start << Widths.Count;
}
