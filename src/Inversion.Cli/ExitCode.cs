namespace Inversion.Cli;

/// <summary>The exit codes of the contract.</summary>
internal static class ExitCode
{
    /// <summary>Every expectation held.</summary>
    public const int Success = 0;

    /// <summary>An expectation failed.</summary>
    public const int ExpectationFailed = 1;

    /// <summary>Something expected came out undecided.</summary>
    public const int Undecided = 2;

    /// <summary>The command line cannot be carried out.</summary>
    public const int Usage = 64;

    /// <summary>An input file is missing, damaged or does not fit.</summary>
    public const int BadInput = 65;

    /// <summary>A bug of this program.</summary>
    public const int Bug = 70;

    /// <summary>Cancelled; what was finished is kept.</summary>
    public const int Cancelled = 130;
}
