namespace Inversion.Cli;

/// <summary>An input file that is missing, damaged or does not fit: exit 65. The message is one line: what, where, what to do.</summary>
internal sealed class InputException(string message) : Exception(message);
