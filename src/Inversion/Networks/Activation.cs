namespace Inversion.Networks;

/// <summary>A unit's nonlinearity.</summary>
public enum Activation
{
    /// <summary>max(t, 0); derivative 0 at 0.</summary>
    Relu,

    /// <summary>t for t &gt; 0, slope·t otherwise; derivative slope at 0.</summary>
    LeakyRelu,

    /// <summary>1/(1 + e⁻ᵗ).</summary>
    Sigmoid,

    /// <summary>tanh t.</summary>
    Tanh,
}
