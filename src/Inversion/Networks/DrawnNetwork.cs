using Inversion.Randomness;

namespace Inversion.Networks;

/// <summary>How a network's weights were drawn: enough to draw them again, bit by bit.</summary>
/// <param name="Input">Shape of the latent code.</param>
/// <param name="Layers">The layers, as "64k8,64k8".</param>
/// <param name="Law">Law of the independent weights.</param>
/// <param name="Activation">Activation between layers, as "relu" or "leaky-relu:0.2".</param>
/// <param name="LastActivation">Activation after the last layer.</param>
/// <param name="VarianceNumerator">v in the weights' second moment v/(C_i ℓ): 1 as in the paper, 2 to keep the size of signals.</param>
/// <param name="Key">Root of the random streams.</param>
public sealed record DrawnNetwork(
    Shape Input, string Layers, WeightLaw Law, string Activation, string LastActivation, int VarianceNumerator, RandomKey Key);
