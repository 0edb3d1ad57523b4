namespace Inversion.Solving;

/// <summary>
/// What an algorithm waits for, and where it goes. The arrays are the algorithm's own; it leaves them alone until it is answered.
/// Single numbers go to <see cref="Objective.Answer"/>.
/// </summary>
internal readonly struct Request
{
    private Request(Evaluation kind, double[] latents, double[] results, double[] directions, int count)
    {
        Kind = kind;
        Latents = latents;
        Results = results;
        Directions = directions;
        Count = count;
    }

    /// <summary>What is wanted.</summary>
    public Evaluation Kind { get; }

    /// <summary>True unless nothing is wanted.</summary>
    public bool IsWanted => Kind != Evaluation.None;

    /// <summary>z, n0 entries; of <see cref="Evaluation.Values"/> at least count × n0.</summary>
    public double[] Latents { get; }

    /// <summary>Overwritten with the answer, unless that is a single number.</summary>
    public double[] Results { get; }

    /// <summary>v, count × n0.</summary>
    public double[] Directions { get; }

    /// <summary>Number of codes or directions.</summary>
    public int Count { get; }

    /// <summary>J at <paramref name="latent"/>.</summary>
    public static Request Value(double[] latent) => new(Evaluation.Value, latent, [], [], 1);

    /// <summary>values ← J at the first <paramref name="count"/> rows.</summary>
    public static Request Values(double[] latents, double[] values, int count) => new(Evaluation.Values, latents, values, [], count);

    /// <summary>gradient ← ∇J(z).</summary>
    public static Request Gradient(double[] latent, double[] gradient) => new(Evaluation.Gradient, latent, gradient, [], 1);

    /// <summary>step ← the unmasked backward pass at z.</summary>
    public static Request UnmaskedGradient(double[] latent, double[] step) => new(Evaluation.UnmaskedGradient, latent, step, [], 1);

    /// <summary>products ← A DG(z; v) for each direction, count × m.</summary>
    public static Request JacobianProducts(double[] latent, double[] directions, double[] products, int count) =>
        new(Evaluation.JacobianProducts, latent, products, directions, count);

    /// <summary>residual ← A G(z) − y.</summary>
    public static Request Residual(double[] latent, double[] residual) => new(Evaluation.Residual, latent, residual, [], 1);

    /// <summary>‖A G(z) − y‖.</summary>
    public static Request ResidualNorm(double[] latent) => new(Evaluation.ResidualNorm, latent, [], [], 1);
}
