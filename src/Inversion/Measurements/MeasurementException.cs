namespace Inversion.Measurements;

/// <summary>A measurement that cannot be: a mask that names no entry of the signal, a text that is no mask. The message says what and where.</summary>
public sealed class MeasurementException(string message) : Exception(message);
