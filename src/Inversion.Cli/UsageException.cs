namespace Inversion.Cli;

/// <summary>A command line that cannot be carried out: exit 64. The message is one line: what, where, what to do.</summary>
internal sealed class UsageException(string message) : Exception(message);
