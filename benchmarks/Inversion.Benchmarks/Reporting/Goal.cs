using System.Globalization;

namespace Inversion.Benchmarks.Reporting;

/// <summary>What a row should reach.</summary>
/// <param name="Ratio">How many times as fast as the peer; null where none is asked for.</param>
/// <param name="Share">Share of one core's peak; null where none is asked for.</param>
/// <param name="Either">True when one of the two is enough.</param>
/// <param name="AtMost">The most that ours may be, in the row's unit; null where none is asked for.</param>
internal sealed record Goal(double? Ratio = null, double? Share = null, bool Either = false, double? AtMost = null)
{
    /// <summary>Whether a row reaches it. NaN reaches nothing.</summary>
    public bool IsReachedBy(Row row)
    {
        bool ratio = Ratio is null || row.Ratio >= Ratio;
        bool share = Share is null || row.Share >= Share;
        bool amount = AtMost is null || row.Ours <= AtMost;
        return amount && (Either ? ratio || share : ratio && share);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> parts = [];
        if (Ratio is double ratio)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"≥ {ratio:0.##}×"));
        }

        if (Share is double share)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"≥ {100 * share:0} % of peak"));
        }

        if (AtMost is double most)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"≤ {most:0.##}"));
        }

        return string.Join(Either ? " or " : " and ", parts);
    }
}
