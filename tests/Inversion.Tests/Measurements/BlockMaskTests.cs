using FsCheck.Xunit;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Tests.Networks;
using Xunit;

namespace Inversion.Tests.Measurements;

/// <summary>block:p observes exactly what a change of position p changes.</summary>
public sealed class BlockMaskTests
{
    [Property(MaxTest = 200, Arbitrary = [typeof(NetworkCase)])]
    public void Block_OfAPosition_ObservesWhatAChangeThereChanges(NetworkCase drawn)
    {
        // Only the geometry decides, so activations that can switch a unit off are left out, and weights are positive so that nothing cancels.
        Layer[] layers = [.. drawn.Layers.Select(layer => layer switch
        {
            ActivationLayer => new ActivationLayer(Activation.LeakyRelu, 0.5),
            ChannelAffineLayer norm => new ChannelAffineLayer([.. norm.Scale.Select(s => Math.Abs(s) + 0.1)], norm.Shift),
            ConvolutionLayer c => new ConvolutionLayer(c.Transposed, c.InputChannels, c.OutputChannels, c.Geometry, [.. c.Weight.Select(w => Math.Abs(w) + 0.1)], null, c.Groups),
            LinearLayer l => new LinearLayer(l.InputChannels, l.OutputChannels, [.. l.Weight.Select(w => Math.Abs(w) + 0.1)]),
            _ => layer,
        })];
        GenerativeNetwork network = new(drawn.Input, layers);
        int[] affine = [.. Enumerable.Range(0, network.Layers.Length).Where(i => network.Layers[i] is AffineLayer)];
        for (int layer = 1; layer <= affine.Length; layer++)
        {
            // The rest of the network from this layer on, fed at one position.
            Shape entering = network.Shapes[affine[layer - 1]];
            NetworkEngine<double> rest = new(new GenerativeNetwork(entering, network.Layers.Skip(affine[layer - 1])));
            for (int position = 0; position < Math.Min(entering.Positions, 4); position++)
            {
                NetworkWorkspace<double> workspace = new();
                double[] direction = new double[entering.Length];
                for (int c = 0; c < entering.Channels; c++)
                {
                    direction[(c * entering.Positions) + position] = 1;
                }

                double[] change = new double[network.OutputDimension];
                rest.Forward(workspace, new double[entering.Length], new double[change.Length], 1);
                rest.Tangent(workspace, direction, change, 1);
                Subsampling mask = MaskPattern.Parse($"block:{position}@{layer}", network, default);
                Assert.Equal(Enumerable.Range(0, change.Length).Where(i => change[i] != 0), mask.Indices);
                if (layer == 1 && affine[0] == 0)
                {
                    Assert.Equal(mask.Indices, MaskPattern.Parse($"block:{position}", network, default).Indices);
                }
            }
        }
    }

    [Fact]
    public void Blocks_OfTheTheoremsNetwork_TileTheOutput()
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("4x3"), Layers = "6k2,5k4" }.Draw(new RandomKey(52));
        int[][] first = [.. Enumerable.Range(0, 3).Select(p => MaskPattern.Parse($"block:{p}", network, default).Indices.ToArray())];
        int[][] second = [.. Enumerable.Range(0, 6).Select(p => MaskPattern.Parse($"block:{p}@2", network, default).Indices.ToArray())];
        Assert.All(first, block => Assert.Equal(5 * 8, block.Length));
        Assert.All(second, block => Assert.Equal(5 * 4, block.Length));
        Assert.Equal(Enumerable.Range(0, network.OutputDimension), first.SelectMany(i => i).Order());
        Assert.Equal(Enumerable.Range(0, network.OutputDimension), second.SelectMany(i => i).Order());
    }
}
