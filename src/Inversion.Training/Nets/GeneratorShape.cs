namespace Inversion.Training.Nets;

/// <summary>
/// The paper's generator: the input on one position, a transposed convolution to 4 × 4, then one that doubles the size for each further
/// width, and a last one to the picture; batch norm and leaky ReLU between, tanh at the end.
/// </summary>
/// <param name="Latent">Entries of the latent code.</param>
/// <param name="Classes">Entries of the one-hot class behind the latent code; 0 without classes.</param>
/// <param name="Widths">Channels after each layer but the last.</param>
/// <param name="Channels">Channels of the picture.</param>
internal sealed record GeneratorShape(int Latent, int Classes, IReadOnlyList<int> Widths, int Channels)
{
    /// <summary>Size of every kernel.</summary>
    public const int Kernel = 4;

    /// <summary>Slope of the leaky ReLU below zero.</summary>
    public const double Slope = 0.2;

    /// <summary>Entries of the network's input.</summary>
    public int Input => Latent + Classes;

    /// <summary>Number of transposed convolutions.</summary>
    public int Depth => Widths.Count + 1;

    /// <summary>Height and width of the picture.</summary>
    public int Size => Kernel << Widths.Count;
}
