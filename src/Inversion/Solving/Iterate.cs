using Inversion.Numerics;

namespace Inversion.Solving;

/// <summary>A code with what is known of J there.</summary>
internal sealed class Iterate(int dimension)
{
    /// <summary>z.</summary>
    public double[] Latent { get; } = new double[dimension];

    /// <summary>J(z); NaN before it is known.</summary>
    public double Value { get; set; } = double.NaN;

    /// <summary>‖A G(z) − y‖, from the residual itself: it underflows long after J; NaN before it is known.</summary>
    public double ResidualNorm { get; set; } = double.NaN;

    /// <summary>∇J(z), valid while <see cref="GradientNorm"/> is a number.</summary>
    public double[] Gradient { get; } = new double[dimension];

    /// <summary>‖∇J(z)‖; NaN before it is known.</summary>
    public double GradientNorm { get; set; } = double.NaN;

    /// <summary>Whether the gradient belongs to the code.</summary>
    public bool HasGradient { get; set; }

    /// <summary>Moves to another code where J is known and the gradient is not.</summary>
    public void MoveTo(ReadOnlySpan<double> latent, double value)
    {
        latent.CopyTo(Latent);
        Value = value;
        ResidualNorm = double.NaN;
        GradientNorm = double.NaN;
        HasGradient = false;
    }

    /// <summary>Declares that <see cref="Gradient"/> now belongs to the code.</summary>
    public void AcceptGradient()
    {
        GradientNorm = Vectors.Norm<double>(Gradient);
        HasGradient = true;
    }

    /// <summary>Becomes a copy of <paramref name="other"/>.</summary>
    public void CopyFrom(Iterate other)
    {
        other.Latent.CopyTo(Latent, 0);
        other.Gradient.CopyTo(Gradient, 0);
        Value = other.Value;
        ResidualNorm = other.ResidualNorm;
        GradientNorm = other.GradientNorm;
        HasGradient = other.HasGradient;
    }
}
