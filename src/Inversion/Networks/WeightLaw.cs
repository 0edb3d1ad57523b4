namespace Inversion.Networks;

/// <summary>The distribution of independent weights. Each is scaled so that its second moment is the wanted one.</summary>
public enum WeightLaw
{
    /// <summary>Normal with mean zero: the theorem's law.</summary>
    Gaussian,

    /// <summary>Uniform on a symmetric interval.</summary>
    Uniform,

    /// <summary>±a with equal chance.</summary>
    Rademacher,

    /// <summary>Two-sided exponential.</summary>
    Laplace,

    /// <summary>Uniform on [0, a]: mean not zero.</summary>
    Uniform01,

    /// <summary>0 or a with equal chance: mean not zero.</summary>
    Bernoulli01,

    /// <summary>Every weight the same: mean not zero, no spread.</summary>
    Constant,
}
