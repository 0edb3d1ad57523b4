namespace Inversion.Networks.Formats.Onnx;

/// <summary>Upsample and Resize, where they repeat every entry by a whole factor.</summary>
internal static class ResizeOperator
{
    /// <summary>The signal after the node.</summary>
    /// <exception cref="NetworkException">The node interpolates, shrinks, or picks other neighbors than plain repetition.</exception>
    public static OnnxSignal Apply(OnnxNode node, OnnxSignal signal, Func<int, OnnxTensor?> operand)
    {
        string mode = node.Text("mode", "nearest");
        if (mode != "nearest")
        {
            throw new NetworkException($"mode '{mode}' is not read; only nearest is");
        }

        // Resize has operands (X, scales) in opset 10 and (X, roi, scales, sizes) later; Upsample has (X, scales) or an attribute.
        bool withRegion = node.Operator == "Resize" && node.Inputs.Count > 2;
        OnnxTensor? sizes = withRegion ? operand(3) : null;
        double[]? scales = operand(withRegion ? 2 : 1)?.Values ?? node.Numbers("scales");
        int[] dims = signal.Dims;
        double[] factors = sizes is not null
            ? [.. sizes.ToIntegers().Select((size, axis) => size / (double)dims[Math.Min(axis, dims.Length - 1)])]
            : scales ?? throw new NetworkException("its scales are not constant");
        if (factors.Length != dims.Length || factors[0] != 1 || factors[1] != 1 || factors.Any(f => !(f >= 1) || f != Math.Floor(f) || f > int.MaxValue))
        {
            throw new NetworkException($"stretches {signal.DimsText} by [{string.Join(", ", factors.Select(f => FormattableString.Invariant($"{f:R}")))}]; whole factors along the spatial axes are read");
        }

        int[] spatial = [.. factors.Skip(2).Select(f => (int)f)];
        bool repeats = (node.Operator == "Upsample" || !withRegion)
            || spatial.Select((factor, i) => RepeatsEntries(node, dims[i + 2], factor)).All(same => same);
        if (!repeats)
        {
            throw new NetworkException($"with {node.Text("coordinate_transformation_mode", "half_pixel")} and {node.Text("nearest_mode", "round_prefer_floor")} it picks other neighbors than ⌊i/factor⌋");
        }

        return spatial.Length switch
        {
            1 => signal.Append(new UpsampleLayer(1, spatial[0])),
            2 => signal.Append(new UpsampleLayer(spatial[0], spatial[1])),
            _ => throw new NetworkException($"stretches {signal.DimsText}; one or two spatial axes are read"),
        };
    }

    /// <summary>True if along one axis output i reads input ⌊i/factor⌋ for every i, by the formulas of ONNX's Resize.</summary>
    private static bool RepeatsEntries(OnnxNode node, int size, int factor)
    {
        string coordinates = node.Text("coordinate_transformation_mode", "half_pixel");
        string rounding = node.Text("nearest_mode", "round_prefer_floor");
        long length = Math.Min((long)size * factor, OnnxValue.LargestFold);
        for (long i = 0; i < length; i++)
        {
            double at = coordinates switch
            {
                "asymmetric" => i / (double)factor,
                "half_pixel" or "half_pixel_symmetric" => ((i + 0.5) / factor) - 0.5,
                "pytorch_half_pixel" => (long)size * factor > 1 ? ((i + 0.5) / factor) - 0.5 : 0,
                "tf_half_pixel_for_nn" => (i + 0.5) / factor,
                "align_corners" => length > 1 ? i * (size - 1.0) / (length - 1) : 0,
                _ => double.NaN,
            };
            double nearest = rounding switch
            {
                "floor" => Math.Floor(at),
                "ceil" => Math.Ceiling(at),
                "round_prefer_floor" => Math.Ceiling(at - 0.5),
                "round_prefer_ceil" => Math.Floor(at + 0.5),
                _ => double.NaN,
            };
            if (!(Math.Clamp(nearest, 0, size - 1) == i / factor))
            {
                return false;
            }
        }

        return true;
    }
}
