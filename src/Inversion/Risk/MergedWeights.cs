using Inversion.Networks.Engine;
using Inversion.Numerics;

namespace Inversion.Risk;

/// <summary>The linear maps that ReLU leaves: W₊ₓ of one layer, and Λ_s of the whole network on the cone of a code.</summary>
public static class MergedWeights
{
    /// <summary>W₊ₓ = diag(W x &gt; 0) W: the rows that a ReLU keeps at x, the others zero.</summary>
    /// <param name="weights">W, row-major, rows × columns. Not modified.</param>
    /// <param name="x">columns entries. Not modified.</param>
    /// <returns>Row-major, rows × columns.</returns>
    /// <exception cref="ArgumentException">x is empty, or the number of weights is no multiple of its length.</exception>
    /// <remarks>A row with ⟨w, x⟩ exactly 0 is dropped, one with ⟨w, x⟩ NaN kept. Source: Hand and Voroninski, arXiv 1705.07576, section 1.2.</remarks>
    public static double[] OfMatrix(ReadOnlySpan<double> weights, ReadOnlySpan<double> x)
    {
        Guard.AtLeast(x.Length, 1);
        if (weights.Length % x.Length != 0)
        {
            throw new ArgumentException($"weights has {weights.Length} entries, no multiple of the {x.Length} columns", nameof(weights));
        }

        double[] merged = new double[weights.Length];
        for (int at = 0; at < weights.Length; at += x.Length)
        {
            ReadOnlySpan<double> row = weights.Slice(at, x.Length);

            // A NaN is kept: a row that cannot be judged must not look like one that is switched off.
            if (!(Vectors.Dot(row, x) <= 0))
            {
                row.CopyTo(merged.AsSpan(at));
            }
        }

        return merged;
    }

    /// <summary>DG(z), row-major n × n0. On the cone of a homogeneous network's code this is Λ_s, with G(z) = Λ_s z. Costs n0 Jacobian–vector products. Not defined on kinks: there, each column is a one-sided derivative.</summary>
    /// <exception cref="ArgumentException">The code has another length, or the matrix is larger than 2²⁸ entries.</exception>
    public static double[] OfNetwork(NetworkEngine<double> engine, ReadOnlySpan<double> latent)
    {
        int inputs = engine.Network.LatentDimension;
        int outputs = engine.Network.OutputDimension;
        NetworkWorkspace<double> workspace = new();
        engine.Forward(workspace, latent, new double[outputs], 1);
        if ((long)inputs * Math.Max(inputs, outputs) > Capacity.Entries)
        {
            throw new ArgumentException($"a Jacobian of {outputs} × {inputs} entries is too large", nameof(engine));
        }

        double[] identity = new double[inputs * inputs];
        for (int i = 0; i < inputs; i++)
        {
            identity[(i * inputs) + i] = 1;
        }

        double[] columns = new double[inputs * outputs];
        engine.Tangent(workspace, identity, columns, inputs, 0);
        double[] matrix = new double[outputs * inputs];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                matrix[(o * inputs) + i] = columns[(i * outputs) + o];
            }
        }

        return matrix;
    }
}
