namespace Inversion.Networks;

/// <summary>A layer x ↦ W x + b with trained or drawn weights.</summary>
public abstract class AffineLayer : Layer
{
    // The kind comes as an argument because a derived class' own cannot be asked before its constructor has run.
    private protected AffineLayer(string kind, int inputs, int outputs, double[] weight, double[]? bias)
    {
        if (inputs < 1 || outputs < 1)
        {
            throw new NetworkException($"{kind}: cannot have {inputs} inputs and {outputs} outputs; both must be positive");
        }

        InputChannels = inputs;
        OutputChannels = outputs;
        Weight = weight;
        Bias = bias;
        if (bias is not null && bias.Length != outputs)
        {
            throw new NetworkException($"{kind}: bias has {bias.Length} entries for {outputs} output channels");
        }
    }

    /// <summary>C_{i−1}: channels read (features of a linear layer).</summary>
    public int InputChannels { get; }

    /// <summary>C_i: channels made.</summary>
    public int OutputChannels { get; }

    /// <summary>The weights in PyTorch's layout, row-major. Not to be modified.</summary>
    public double[] Weight { get; }

    /// <summary>One bias per output channel, or null. Not to be modified.</summary>
    public double[]? Bias { get; }

    /// <summary>√(the weights' second moment × the number of rows that each input reaches), so that E[WᵀW] = scale² I for a zero-mean law. Null for weights that were not drawn here.</summary>
    public double? NominalScale { get; init; }

    /// <summary>The same layer with output channel c multiplied by scale[c] and shifted by shift[c] (how batch norm is folded).</summary>
    internal abstract AffineLayer Rescaled(double[] scale, double[] shift);

    private protected double[] FoldedBias(double[] scale, double[] shift)
    {
        double[] bias = new double[OutputChannels];
        for (int c = 0; c < bias.Length; c++)
        {
            bias[c] = ((Bias?[c] ?? 0) * scale[c]) + shift[c];
        }

        return bias;
    }

    private protected static void CheckWeightLength(string kind, double[] weight, long expected)
    {
        if (weight.LongLength != expected)
        {
            throw new NetworkException($"{kind}: weight has {weight.LongLength} entries; its shape needs {expected}");
        }
    }
}
