namespace Inversion.Networks;

/// <summary>A network that cannot be: layers that do not fit together, or a description that cannot be read. The message says what and where.</summary>
public sealed class NetworkException : Exception
{
    /// <summary>An exception that says what is wrong and where.</summary>
    public NetworkException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that says what is wrong and where, with its cause.</summary>
    public NetworkException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
