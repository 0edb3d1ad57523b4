namespace Inversion.Networks;

/// <summary>y = W x + b on flat vectors; weight in PyTorch's layout [out][in].</summary>
public sealed class LinearLayer : AffineLayer
{
    /// <summary>A dense layer.</summary>
    /// <exception cref="NetworkException">A size is not positive, or the weight or bias has another length than outputs × inputs or outputs.</exception>
    public LinearLayer(int inputs, int outputs, double[] weight, double[]? bias = null)
        : base("linear", inputs, outputs, weight, bias)
    {
        CheckWeightLength(Kind, weight, (long)inputs * outputs);
    }

    /// <inheritdoc/>
    public override string Kind => "linear";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        if (input.Length != InputChannels || (input.SpatialRank > 0 && input.Positions > 1))
        {
            throw new NetworkException($"linear: reads {InputChannels} features, but the layer below makes {input} (put a reshape between)");
        }

        return Shape.Flat(OutputChannels);
    }

    /// <inheritdoc/>
    internal override AffineLayer Rescaled(double[] scale, double[] shift)
    {
        double[] weight = new double[Weight.Length];
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] = Weight[i] * scale[i / InputChannels];
        }

        return new LinearLayer(InputChannels, OutputChannels, weight, FoldedBias(scale, shift));
    }
}
