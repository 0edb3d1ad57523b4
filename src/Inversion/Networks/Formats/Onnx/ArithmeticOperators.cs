namespace Inversion.Networks.Formats.Onnx;

/// <summary>Add, Sub, Mul and Div: between constants, and between a signal and a constant.</summary>
internal static class ArithmeticOperators
{
    /// <summary>The value of the node.</summary>
    /// <exception cref="NetworkException">Both sides depend on the latent code, or the signal is a divisor, or the sizes do not spread.</exception>
    public static OnnxValue Apply(string name, OnnxValue left, OnnxValue right) => (left, right) switch
    {
        (OnnxTensor a, OnnxTensor b) => Fold(name, a, b),
        (OnnxSignal signal, OnnxTensor constant) => Scale(name, signal, constant, signalFirst: true),
        (OnnxTensor constant, OnnxSignal signal) => Scale(name, signal, constant, signalFirst: false),
        _ => throw new NetworkException("joins two branches that depend on the latent code; only a chain of layers is read"),
    };

    private static OnnxTensor Fold(string name, OnnxTensor a, OnnxTensor b)
    {
        int rank = Math.Max(a.Dims.Length, b.Dims.Length);
        int Size(OnnxTensor t, int axis) => axis + t.Dims.Length - rank < 0 ? 1 : t.Dims[axis + t.Dims.Length - rank];
        int[] dims = [.. Enumerable.Range(0, rank).Select(axis => Size(a, axis) == 1 ? Size(b, axis) : Size(a, axis))];
        double[] left = a.Broadcast(dims);
        double[] right = b.Broadcast(dims);
        bool whole = a.IsInteger && b.IsInteger;
        double One(double x, double y) => name switch
        {
            "Add" => x + y,
            "Sub" => x - y,
            "Mul" => x * y,
            _ => whole ? Math.Truncate(x / y) : x / y,
        };
        return new OnnxTensor(dims, [.. left.Zip(right, One)], whole);
    }

    private static OnnxSignal Scale(string name, OnnxSignal signal, OnnxTensor constant, bool signalFirst)
    {
        if (name == "Div" && !signalFirst)
        {
            throw new NetworkException("divides by a value that depends on the latent code");
        }

        double[] operand = constant.Broadcast(signal.Dims);
        double[] scale = new double[operand.Length];
        double[] shift = new double[operand.Length];
        for (int i = 0; i < operand.Length; i++)
        {
            (scale[i], shift[i]) = (name, signalFirst) switch
            {
                ("Add", _) => (1.0, operand[i]),
                ("Sub", true) => (1.0, -operand[i]),
                ("Sub", false) => (-1.0, operand[i]),
                ("Mul", _) => (operand[i], 0.0),
                _ => (1 / operand[i], 0),
            };
        }

        return LayerOperators.AppendPerEntry(signal.Settled(), scale, shift);
    }
}
