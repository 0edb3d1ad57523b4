namespace Inversion.Networks;

/// <summary>Which outputs a position can influence, by the layers' geometry alone.</summary>
internal static class Reach
{
    /// <summary>True for each output (flattened as PyTorch does) that depends on any channel at <paramref name="position"/> of what enters layer <paramref name="layer"/>.</summary>
    public static bool[] From(GenerativeNetwork network, int layer, int position)
    {
        Shape shape = network.Shapes[layer];
        bool[] reached = new bool[shape.Length];
        for (int c = 0; c < shape.Channels; c++)
        {
            reached[(c * shape.Positions) + position] = true;
        }

        return From(network, layer, reached);
    }

    /// <summary>True for each output that depends on one of the entries <paramref name="reached"/> of what enters layer <paramref name="layer"/>.</summary>
    public static bool[] From(GenerativeNetwork network, int layer, bool[] reached)
    {
        for (int i = layer; i < network.Layers.Length; i++)
        {
            reached = Through(network.Layers[i], network.Shapes[i], network.Shapes[i + 1], reached);
        }

        return reached;
    }

    private static bool[] Through(Layer layer, Shape input, Shape output, bool[] reached)
    {
        bool[] next = new bool[output.Length];
        switch (layer)
        {
            case LinearLayer:
                Array.Fill(next, Array.Exists(reached, r => r));
                return next;
            case ConvolutionLayer convolution:
                (Shape small, Shape large) = convolution.Transposed ? (input, output) : (output, input);
                Engine.PatchMap map = Engine.PatchMap.Create(convolution.Geometry, small, large);
                for (int s = 0; s < map.SmallPositions; s++)
                {
                    for (int t = 0; t < map.Taps; t++)
                    {
                        int l = map.Large[(s * map.Taps) + t];
                        if (l >= 0)
                        {
                            (int from, int to) = convolution.Transposed ? (s, l) : (l, s);
                            Join(convolution, reached, input, from, next, output, to);
                        }
                    }
                }

                return next;
            case UpsampleLayer upsample:
                for (int i = 0; i < next.Length; i++)
                {
                    int p = i % output.Positions;
                    int from = (p / output.Width / upsample.FactorHeight * input.Width) + (p % output.Width / upsample.FactorWidth);
                    next[i] = reached[(i / output.Positions * input.Positions) + from];
                }

                return next;
            default:
                return reached;
        }
    }

    private static void Join(ConvolutionLayer layer, bool[] reached, Shape input, int from, bool[] next, Shape output, int to)
    {
        int inputs = layer.InputChannels / layer.Groups;
        int outputs = layer.OutputChannels / layer.Groups;
        for (int group = 0; group < layer.Groups; group++)
        {
            bool any = false;
            for (int c = group * inputs; c < (group + 1) * inputs; c++)
            {
                any |= reached[(c * input.Positions) + from];
            }

            for (int c = group * outputs; any && c < (group + 1) * outputs; c++)
            {
                next[(c * output.Positions) + to] = true;
            }
        }
    }
}
