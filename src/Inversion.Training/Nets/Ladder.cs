using Inversion.Randomness;
using static TorchSharp.torch;

namespace Inversion.Training.Nets;

/// <summary>
/// The generator's mirror: convolutions that halve the picture down to the size of its start, and one to a vector. The critic of a GAN has one output,
/// the encoder of an autoencoder a mean and a logarithm of the variance for each latent entry. A class comes in as one more channel.
/// </summary>
internal sealed class Ladder
{
    private const double Deviation = 0.02;
    private readonly GeneratorShape shape;
    private readonly int outputs;
    private readonly bool normalizes;

    private Ladder(GeneratorShape shape, int outputs, bool normalizes)
    {
        this.shape = shape;
        this.outputs = outputs;
        this.normalizes = normalizes;
    }

    /// <summary>The trained tensors, and the running means.</summary>
    public ParameterSet Parameters { get; } = new();

    /// <summary>A ladder with drawn weights.</summary>
    /// <param name="shape">The generator's shape.</param>
    /// <param name="outputs">Entries of the vector.</param>
    /// <param name="normalizes">Batch norm between; not with a penalty on gradients, which is taken picture by picture.</param>
    /// <param name="key">Where the weights come from.</param>
    public static Ladder Draw(GeneratorShape shape, int outputs, bool normalizes, RandomKey key)
    {
        Ladder ladder = new(shape, outputs, normalizes);
        if (shape.Classes > 0)
        {
            ladder.Parameters.AddTrained("class.weight", [shape.Size * shape.Size, shape.Classes], 0, 1, key);
        }

        int inputs = shape.Channels + (shape.Classes > 0 ? 1 : 0);
        for (int i = 0; i < shape.Depth; i++)
        {
            bool last = i == shape.Depth - 1;
            int made = last ? outputs : shape.Widths[shape.Widths.Count - 1 - i];
            int kernel = shape.KernelOf(shape.Depth - 1 - i);
            double deviation = normalizes ? Deviation : Math.Sqrt(2.0 / (inputs * kernel * kernel));
            ladder.Parameters.AddTrained($"layer{i}.weight", [made, inputs, kernel, kernel], 0, deviation, key);
            ladder.Parameters.AddTrained($"layer{i}.bias", [made], 0, 0, key);
            if (ladder.Normalized(i))
            {
                BatchNorm.Add(ladder.Parameters, $"norm{i}", made, key);
            }

            inputs = made;
        }

        return ladder;
    }

    /// <summary>batch × outputs. The caller's dispose scope owns it.</summary>
    /// <param name="pictures">batch × channels × size × size.</param>
    /// <param name="classes">batch × classes, one-hot; null without classes.</param>
    public Tensor Apply(Tensor pictures, Tensor? classes)
    {
        Tensor signal = classes is null
            ? pictures
            : cat([pictures, nn.functional.linear(classes, Parameters["class.weight"]).view(-1, 1, shape.Size, shape.Size)], 1);
        for (int i = 0; i < shape.Depth; i++)
        {
            bool last = i == shape.Depth - 1;
            long[] stride = last ? [1, 1] : [2, 2];
            long[] padding = last ? [0, 0] : [1, 1];
            signal = nn.functional.conv2d(signal, Parameters[$"layer{i}.weight"], Parameters[$"layer{i}.bias"], stride, padding);
            if (Normalized(i))
            {
                signal = new BatchNorm(Parameters, $"norm{i}").Apply(signal, training: true);
            }

            signal = last ? signal : signal.leaky_relu(Number.Of(GeneratorShape.LeakySlope));
        }

        return signal.view(-1, outputs);
    }

    // Neither at the picture nor at the end, as DCGAN has it.
    private bool Normalized(int layer) => normalizes && layer > 0 && layer < shape.Depth - 1;
}
