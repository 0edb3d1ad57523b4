using TorchSharp;

namespace Inversion.Training.Nets;

/// <summary>
/// Numbers for libtorch that live until <see cref="Release"/>. A number that becomes a Scalar by itself may be collected while libtorch reads it:
/// TorchSharp 0.107 does not hold it during the call.
/// </summary>
internal static class Number
{
    [ThreadStatic]
    private static List<Scalar>? held;

    /// <summary>This number.</summary>
    public static Scalar Of(double value)
    {
        Scalar scalar = value.ToScalar();
        (held ??= []).Add(scalar);
        return scalar;
    }

    /// <summary>Frees this thread's numbers. No call that was given one may be running.</summary>
    public static void Release()
    {
        held?.ForEach(scalar => scalar.Dispose());
        held?.Clear();
    }
}
