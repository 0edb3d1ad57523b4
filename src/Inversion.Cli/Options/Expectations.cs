using Inversion.Verify;
using Microsoft.FSharp.Core;

namespace Inversion.Cli.Options;

/// <summary>Reads CLAIM=VERDICT of --expect.</summary>
internal static class Expectations
{
    /// <summary>The claims that some command judges.</summary>
    private static readonly string[] Claims = [.. Auditor.Claims, .. SweepClaims.ids];

    /// <summary>What is expected of a claim.</summary>
    /// <exception cref="UsageException">There is no such claim or verdict; the message names the nearest.</exception>
    public static Expectation Parse(string text)
    {
        FSharpResult<Expectation, string> parsed = Gate.parse(text);
        if (parsed.IsOk)
        {
            return parsed.ResultValue;
        }

        string[] parts = text.Split('=');
        string hint = parts.Length != 2 ? string.Empty
            : Claims.Contains(parts[0]) ? Nearest.Hint(parts[1], Completions.Verdicts)
            : Nearest.Hint(parts[0], Claims);
        throw new UsageException(parsed.ErrorValue + hint);
    }
}
