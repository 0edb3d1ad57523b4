namespace Inversion.Measurements;

/// <summary>A measurement that cannot be: a mask that names no entry of the signal, a text that is no mask. The message says what and where.</summary>
public sealed class MeasurementException(string message) : Exception(message)
{
    /// <summary>True when the fault lies in a file that was read, false when it lies in what was asked for.</summary>
    public bool InFile { get; init; }
}
