using System.Text.Json.Nodes;
using Inversion.Training.Nets;

namespace Inversion.Training;

/// <summary>Everything that decides the bits of a model, besides the pictures and the versions of the libraries.</summary>
internal sealed record TrainSettings
{
    /// <summary>What --method takes.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["dcgan", "wgan-gp", "vae"];

    /// <summary>One of <see cref="Methods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The generator.</summary>
    public required GeneratorShape Shape { get; init; }

    /// <summary>Times that every picture is seen.</summary>
    public required int Epochs { get; init; }

    /// <summary>Pictures a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Adam's step size; it falls in a straight line to zero over the second half of the steps.</summary>
    public required double Rate { get; init; }

    /// <summary>wgan-gp: steps of the critic for each of the generator.</summary>
    public required int CriticSteps { get; init; }

    /// <summary>vae: the variance of an output entry about the decoder's.</summary>
    public required double Variance { get; init; }

    /// <summary>Weight of the past in the running average of the generator's weights.</summary>
    public required double Averaging { get; init; }

    /// <summary>What white is trained as; black is its negative. Below 1, tanh is kept from its ends.</summary>
    public required double Range { get; init; }

    /// <summary>True to pad small pictures with black, false to scale them.</summary>
    public required bool Pads { get; init; }

    /// <summary>True to turn half of the pictures left to right, anew at each sight.</summary>
    public required bool Mirrors { get; init; }

    /// <summary>The seed, as 16 hexadecimal digits.</summary>
    public required string Seed { get; init; }

    /// <summary>The step size after so many of all steps.</summary>
    public double RateAt(long step, long steps) => Rate * Math.Min(1, 2 * (1 - ((double)step / steps)));

    /// <summary>As the metadata of models and checkpoints hold it.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Always();

        // Files of the paper's shape say nothing of these, so that the shipped ones can be made again to the byte.
        if (Shape.Start != GeneratorShape.Kernel)
        {
            json["start"] = Shape.Start;
        }

        if (Shape.Slope != GeneratorShape.LeakySlope)
        {
            json["slope"] = Shape.Slope;
        }

        return json;
    }

    private JsonObject Always() => new()
    {
        ["method"] = Method,
        ["latent"] = Shape.Latent,
        ["classes"] = Shape.Classes,
        ["widths"] = new JsonArray([.. Shape.Widths.Select(width => (JsonNode)width)]),
        ["channels"] = Shape.Channels,
        ["epochs"] = Epochs,
        ["batch"] = Batch,
        ["rate"] = Rate,
        ["criticSteps"] = CriticSteps,
        ["variance"] = Variance,
        ["averaging"] = Averaging,
        ["range"] = Range,
        ["pads"] = Pads,
        ["mirrors"] = Mirrors,
        ["seed"] = Seed,
    };
}
