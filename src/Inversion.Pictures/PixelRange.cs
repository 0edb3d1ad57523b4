using System.Text.Json;
using System.Text.Json.Nodes;
using Inversion.Networks;

namespace Inversion.Pictures;

/// <summary>Which outputs of a network are black and white, and how a picture is brought to their size.</summary>
/// <param name="Black">The output that is black.</param>
/// <param name="White">The output that is white.</param>
/// <param name="Pads">True where a picture that is not larger is surrounded with black, not enlarged.</param>
public readonly record struct PixelRange(double Black, double White, bool Pads = false)
{
    // What src/Inversion.Training writes of how it trained (docs/training.md).
    private const string TrainingKey = "inversion.training";

    /// <summary>White minus black: the peak of signal-to-noise ratios.</summary>
    public double Peak => White - Black;

    /// <summary>The range that a network file says it was trained to; else that of its last activation: −1 to 1 for tanh, 0 to 1 for any other.</summary>
    /// <param name="network">The network.</param>
    /// <param name="metadata">The strings of its file; null for one without a file.</param>
    /// <exception cref="PictureException">The record of the training is damaged.</exception>
    public static PixelRange Of(GenerativeNetwork network, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (metadata is not null && metadata.TryGetValue(TrainingKey, out string? text))
        {
            try
            {
                JsonNode? settings = JsonNode.Parse(text)?["settings"];
                if (settings?["range"]?.GetValue<double>() is { } white && double.IsFinite(white) && white > 0)
                {
                    return new PixelRange(-white, white, settings["pads"]?.GetValue<bool>() ?? false);
                }
            }
            catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
            {
                throw new PictureException($"{network.Name}: metadata '{TrainingKey}' is damaged: {problem.Message.Split('\n')[0]}", problem);
            }
        }

        return network.Layers.LastOrDefault(layer => layer is not ReshapeLayer) is ActivationLayer { Activation: Activation.Tanh } ? new PixelRange(-1, 1) : new PixelRange(0, 1);
    }

    /// <summary>True where a network's output can be shown as pictures: two spatial dimensions, one or three channels.</summary>
    public static bool Shows(GenerativeNetwork network) => network.OutputShape is { SpatialRank: 2, Channels: 1 or 3 };

    /// <summary>The picture of an output.</summary>
    /// <exception cref="PictureException">The network's outputs are no pictures.</exception>
    public Picture ToPicture(GenerativeNetwork network, ReadOnlySpan<double> output)
    {
        Shape shape = Checked(network);
        double[] values = new double[output.Length];
        for (int i = 0; i < output.Length; i++)
        {
            values[i] = (output[i] - Black) / (White - Black);
        }

        return new Picture(shape.Channels, shape.Height, shape.Width, values);
    }

    /// <summary>The output that a picture shows, after it was made to fit.</summary>
    /// <exception cref="PictureException">The network's outputs are no pictures.</exception>
    public double[] ToOutput(GenerativeNetwork network, Picture picture)
    {
        Shape shape = Checked(network);
        double[] values = PictureFit.To(Pads ? PictureFit.Padded(picture, shape.Height, shape.Width) : picture, shape.Channels, shape.Height, shape.Width).Values;
        return Array.ConvertAll(values, Of);
    }

    private double Of(double value) => Black + (value * (White - Black));

    private static Shape Checked(GenerativeNetwork network) => Shows(network)
        ? network.OutputShape
        : throw new PictureException($"the network's output is {network.OutputShape}, no picture: channels (1 or 3) x rows x columns are needed");
}
