namespace Inversion.Pictures;

/// <summary>A picture cannot be read, written or used. The message says which, and what to do.</summary>
public sealed class PictureException : Exception
{
    /// <summary>With a message for a person.</summary>
    public PictureException(string message)
        : base(message)
    {
    }

    /// <summary>With the reason behind it.</summary>
    public PictureException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
