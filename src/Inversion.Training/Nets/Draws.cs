using Inversion.Randomness;
using static TorchSharp.torch;

namespace Inversion.Training.Nets;

/// <summary>Random tensors from an address.</summary>
internal static class Draws
{
    /// <summary>Independent N(0, 1) entries, rows × columns.</summary>
    public static Tensor Gaussian(RandomKey key, int rows, int columns)
    {
        double[] values = new double[rows * columns];
        key.Open().FillGaussian(values);
        return tensor(Array.ConvertAll(values, value => (float)value), [rows, columns]);
    }

    /// <summary>Independent entries uniform on [0, 1), one for each row.</summary>
    public static Tensor Uniform(RandomKey key, int rows)
    {
        RandomStream stream = key.Open();
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            values[i] = (float)stream.NextUniform();
        }

        return tensor(values, [rows, 1, 1, 1]);
    }

    /// <summary>Classes drawn uniformly; null without classes.</summary>
    public static Tensor? Classes(RandomKey key, int rows, int classes)
    {
        if (classes == 0)
        {
            return null;
        }

        RandomStream stream = key.Open();
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = stream.NextBelow(classes);
        }

        return OneHot(labels, classes);
    }

    /// <summary>A row of zeros with a one at its class, for each label.</summary>
    public static Tensor OneHot(ReadOnlySpan<int> labels, int classes)
    {
        float[] values = new float[labels.Length * classes];
        for (int i = 0; i < labels.Length; i++)
        {
            values[(i * classes) + labels[i]] = 1;
        }

        return tensor(values, [labels.Length, classes]);
    }

    /// <summary>The generator's input: codes, followed by the one-hot classes where there are any.</summary>
    public static Tensor Inputs(Tensor codes, Tensor? classes) => classes is null ? codes : cat([codes, classes], 1);
}
