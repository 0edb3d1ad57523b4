using Inversion.Numerics;

namespace Inversion.Networks.Engine;

/// <summary>
/// How many codes go through the layers together: so few that what one layer writes is still near when the next one reads it, but enough
/// that the layer with the most weights uses what it reads of them at several positions.
/// </summary>
internal static class PassRows
{
    private const int BytesPerPass = 1 << 18;
    private const int PositionsPerPass = 64;
    private const int Most = 64;

    /// <summary>Codes in a pass through this network, with numbers of so many bytes.</summary>
    public static int Of(GenerativeNetwork network, int bytes)
    {
        long length = network.Shapes.Sum(shape => (long)shape.Length);
        long widest = network.Shapes.Max(shape => (long)shape.Length);
        int least = PositionsPerPass / Math.Min(PositionsPerPass, PositionsOfMostWeights(network));
        long wanted = Math.Clamp(BytesPerPass / (length * bytes), least, Most);

        // One array holds a pass of the widest signal.
        return (int)Math.Clamp(Capacity.Entries / widest, 1, wanted);
    }

    // Of a layer, the positions of its smaller side: rows of its product for each code.
    private static int PositionsOfMostWeights(GenerativeNetwork network)
    {
        (int most, int positions) = (0, 1);
        for (int i = 0; i < network.Layers.Length; i++)
        {
            if (network.Layers[i] is AffineLayer layer && layer.Weight.Length > most)
            {
                (most, positions) = (layer.Weight.Length, Math.Min(network.Shapes[i].Positions, network.Shapes[i + 1].Positions));
            }
        }

        return positions;
    }
}
