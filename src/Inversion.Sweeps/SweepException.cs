namespace Inversion.Sweeps;

/// <summary>A sweep or an audit cannot go on; what was finished is kept. The message is for the person who started it.</summary>
public sealed class SweepException : Exception
{
    /// <summary>With the message alone.</summary>
    public SweepException(string message)
        : base(message)
    {
    }

    /// <summary>With what caused it.</summary>
    public SweepException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
