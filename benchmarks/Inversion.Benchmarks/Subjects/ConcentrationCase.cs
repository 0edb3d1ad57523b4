using Inversion.Networks;
using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Benchmarks.Subjects;

/// <summary>‖F₊ₓᵀF₊ᵧ − Q_{x,y}‖₂ at many pairs of random codes, F the block of one drawn layer: what `weight-concentration` searches.</summary>
internal sealed class ConcentrationCase
{
    private const int Channels = 64;
    private const int Taps = 8;
    private readonly GramDeviation deviation;

    public ConcentrationCase(int pairs)
    {
        RandomKey key = RandomKey.Parse("2a9").Child("concentration");
        Pairs = pairs;
        AffineLayer layer = (AffineLayer)new NetworkBuilder { Input = Shape.Sequence(Inputs, 1), Layers = $"{Channels}k{Taps}" }.Draw(key).Layers[0];
        Weights = new double[Rows * Inputs];
        for (int j = 0; j < Rows; j++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                Weights[(j * Inputs) + i] = layer.Weight[(i * Rows) + j];
            }
        }

        Xs = Directions(key.Child("x"), pairs);
        Ys = Directions(key.Child("y"), pairs);
        Norms = new double[pairs];

        // So few columns need no Krylov space: the number of its steps is not used.
        deviation = new GramDeviation(new MaskedGram(Rows, Inputs, Weights), krylovSteps: Inputs);
    }

    /// <summary>k.</summary>
    public static int Inputs => 32;

    /// <summary>n.</summary>
    public static int Rows => Channels * Taps;

    public int Pairs { get; }

    /// <summary>F, n × k, row-major.</summary>
    public double[] Weights { get; }

    /// <summary>Unit vectors, pairs × k.</summary>
    public double[] Xs { get; }

    /// <summary>Unit vectors, pairs × k.</summary>
    public double[] Ys { get; }

    /// <summary>The norms, after <see cref="Judge"/>.</summary>
    public double[] Norms { get; }

    /// <summary>Computes every norm.</summary>
    public void Judge() => deviation.Norms(Xs, Ys, Norms);

    private static double[] Directions(RandomKey key, int count)
    {
        double[] directions = new double[count * Inputs];
        key.Open().FillGaussian(directions);
        for (int row = 0; row < count; row++)
        {
            Span<double> direction = directions.AsSpan(row * Inputs, Inputs);
            double norm = Vectors.Norm<double>(direction);
            foreach (ref double entry in direction)
            {
                entry /= norm;
            }
        }

        return directions;
    }
}
