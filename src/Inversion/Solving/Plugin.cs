using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>
/// PLUGIn: z ← z − η A_1ᵀ … A_dᵀ Aᵀ(A G(z) − y), with no derivative of an activation in the backward pass. For networks whose
/// activations are ReLU or leaky ReLU.
/// </summary>
/// <remarks>
/// <para>
/// η = factor · 1/r · Π 2/(1 + a) · Π 1/s²: r the share of the output that is observed, a the slope of each activation below zero,
/// s² = ‖W‖_F²/(columns) of each layer, measured on the network's weights. With weights N(0, 1/n_i), ReLU and full observation this is the
/// paper's 2^d; the factors s², a and r are this project's, and follow from E[Wᵀσ(W x)] = s² (1 + a)/2 x for symmetric weights.
/// </para>
/// <para>
/// One step costs one gradient evaluation. A step that would raise J above its value at the start is taken half as long, and so
/// are those after it. Source: Joshi, Li, Plan, Yilmaz, NeurIPS 2021.
/// </para>
/// </remarks>
public sealed record Plugin : SolverMethod
{
    private readonly double factor = 1;

    /// <summary>Multiplies η.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite.</exception>
    public double Factor
    {
        get => factor;
        init => factor = Guard.Positive(value, nameof(Factor));
    }

    /// <inheritdoc/>
    public override string Name => "plugin";

    /// <summary>η for a network and a measurement, without <see cref="Factor"/>.</summary>
    /// <exception cref="ArgumentException">An activation is neither ReLU nor leaky ReLU, or is a leaky ReLU of slope −1.</exception>
    public static double StepLength(GenerativeNetwork network, Measurement measurement)
    {
        int observed = measurement is GaussianSensing sensing ? sensing.Mask.Count : measurement.Count;
        double length = measurement.SignalLength / (double)observed;
        for (int i = 0; i < network.Layers.Length; i++)
        {
            length *= network.Layers[i] switch
            {
                ActivationLayer { IsPiecewiseLinear: true } activation when activation.Slope != -1 => 2 / (1 + activation.Slope),
                ActivationLayer activation => throw new ArgumentException(
                    $"layer {i} ({activation.Kind}): PLUGIn is defined for ReLU and leaky ReLU alone", nameof(network)),
                LinearLayer linear => linear.InputChannels / Vectors.SquaredNorm<double>(linear.Weight),
                ConvolutionLayer convolution => network.Shapes[i].Length / SquaredNorm(convolution, network.Shapes[i], network.Shapes[i + 1]),
                ChannelAffineLayer channel => channel.Scale.Length / Vectors.SquaredNorm<double>(channel.Scale),
                UpsampleLayer upsample => 1.0 / (upsample.FactorHeight * upsample.FactorWidth),
                _ => 1,
            };
        }

        return length;
    }

    /// <inheritdoc/>
    internal override Func<Objective, Stepper> On(Setting setting)
    {
        double length = setting.Measurement.Count == 0 ? 1 : factor * StepLength(setting.Network, setting.Measurement);
        return objective => new PluginStepper(objective, length);
    }

    // Taps that padding crops from the output carry nothing.
    private static double SquaredNorm(ConvolutionLayer layer, Shape input, Shape output)
    {
        (Shape small, Shape large) = layer.Transposed ? (input, output) : (output, input);
        PatchMap map = PatchMap.Create(layer.Geometry, small, large);
        double sum = 0;
        for (int tap = 0; tap < map.Taps; tap++)
        {
            int stamps = 0;
            for (int s = 0; s < map.SmallPositions; s++)
            {
                stamps += map.Large[(s * map.Taps) + tap] >= 0 ? 1 : 0;
            }

            for (int i = tap; i < layer.Weight.Length; i += map.Taps)
            {
                sum += stamps * layer.Weight[i] * layer.Weight[i];
            }
        }

        return sum;
    }
}
