namespace Inversion.Solving;

/// <summary>What an algorithm may want to know of J.</summary>
internal enum Evaluation
{
    /// <summary>Nothing: the step is through.</summary>
    None,

    /// <summary>J at a code, which is then the loaded one. Costs a third.</summary>
    Value,

    /// <summary>J at each of several codes; then no code is loaded. Costs a third each.</summary>
    Values,

    /// <summary>∇J. Costs two thirds at the loaded code, as all below one more elsewhere.</summary>
    Gradient,

    /// <summary>A_1ᵀ … A_dᵀ Aᵀ (A G(z) − y): the backward pass without the derivatives of the activations. Costs two thirds.</summary>
    UnmaskedGradient,

    /// <summary>A DG(z; v) for each of several directions. Costs a third each.</summary>
    JacobianProducts,

    /// <summary>A G(z) − y. Costs nothing.</summary>
    Residual,

    /// <summary>‖A G(z) − y‖, scaled so that it does not underflow where J does. Costs nothing.</summary>
    ResidualNorm,
}
