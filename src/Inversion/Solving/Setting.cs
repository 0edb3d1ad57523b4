using Inversion.Measurements;
using Inversion.Networks;

namespace Inversion.Solving;

/// <summary>What all instances of one network and one measurement share.</summary>
internal sealed class Setting(GenerativeNetwork network, Measurement measurement, Arithmetic arithmetic)
{
    /// <summary>G.</summary>
    public GenerativeNetwork Network { get; } = network;

    /// <summary>A.</summary>
    public Measurement Measurement { get; } = measurement;

    /// <summary>What G is computed in.</summary>
    public Arithmetic Arithmetic { get; } = arithmetic;

    /// <summary>γ_K: the relative rounding error of G to first order; see <see cref="SolveOptions.ResidualTolerance"/>.</summary>
    public double RoundingLevel { get; } = Roundings.Relative(network, measurement, arithmetic.UnitRoundoff);
}
