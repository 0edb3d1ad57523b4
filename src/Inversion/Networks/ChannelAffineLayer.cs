namespace Inversion.Networks;

/// <summary>y = scale[c]·x + shift[c] on every channel c: batch norm in evaluation mode, or arithmetic with constants.</summary>
public sealed class ChannelAffineLayer : Layer
{
    /// <summary>A layer with these factors and shifts, one per channel.</summary>
    /// <exception cref="NetworkException">The lengths differ.</exception>
    public ChannelAffineLayer(double[] scale, double[] shift)
    {
        if (scale.Length != shift.Length)
        {
            throw new NetworkException($"batch_norm: {scale.Length} factors but {shift.Length} shifts");
        }

        Scale = scale;
        Shift = shift;
    }

    /// <summary>One factor per channel. Not to be modified.</summary>
    public double[] Scale { get; }

    /// <summary>One shift per channel. Not to be modified.</summary>
    public double[] Shift { get; }

    /// <inheritdoc/>
    public override string Kind => "batch_norm";

    /// <summary>Batch norm in evaluation mode: scale = weight/√(variance + eps), shift = bias − mean·scale (Ioffe and Szegedy, 2015, algorithm 2).</summary>
    /// <exception cref="NetworkException">The lengths differ, or variance + eps is not positive.</exception>
    public static ChannelAffineLayer FromBatchNorm(
        ReadOnlySpan<double> weight, ReadOnlySpan<double> bias, ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, double eps)
    {
        if (bias.Length != weight.Length || mean.Length != weight.Length || variance.Length != weight.Length)
        {
            throw new NetworkException($"batch_norm: weight, bias, running_mean, running_var have {weight.Length}, {bias.Length}, {mean.Length}, {variance.Length} entries");
        }

        double[] scale = new double[weight.Length];
        double[] shift = new double[weight.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            double spread = variance[c] + eps;
            if (!(spread > 0))
            {
                throw new NetworkException($"batch_norm: running_var + eps is {spread} in channel {c}; it must be positive");
            }

            scale[c] = weight[c] / Math.Sqrt(spread);
            shift[c] = bias[c] - (mean[c] * scale[c]);
        }

        return new ChannelAffineLayer(scale, shift);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Channels == Scale.Length
        ? input
        : throw new NetworkException($"batch_norm: has {Scale.Length} channels, but the layer below makes {input}");
}
