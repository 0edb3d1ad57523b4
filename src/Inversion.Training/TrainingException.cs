namespace Inversion.Training;

/// <summary>Input that cannot be used, or a run that cannot go on. The message is one line: what, where, what to do.</summary>
internal sealed class TrainingException(string message, int exitCode = TrainingException.BadInput) : Exception(message)
{
    /// <summary>A run that diverged.</summary>
    public const int Diverged = 1;

    /// <summary>A command line that cannot be carried out.</summary>
    public const int Usage = 64;

    /// <summary>A file that is missing, damaged or does not fit.</summary>
    public const int BadInput = 65;

    /// <summary>What the program returns.</summary>
    public int ExitCode { get; } = exitCode;
}
