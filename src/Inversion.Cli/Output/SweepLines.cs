using System.Globalization;

namespace Inversion.Cli.Output;

/// <summary>How far a sweep is, in lines of a terminal: all of it, then each cell in work with its rate so far, limits and time left.</summary>
internal static class SweepLines
{
    private const int Narrow = 72;
    private const int BarWidth = 24;

    /// <summary>A cell in work.</summary>
    /// <param name="Name">What tells it from the others.</param>
    /// <param name="Done">Trials done.</param>
    /// <param name="Total">Trials that it will take.</param>
    /// <param name="Rate">Successes among those done.</param>
    /// <param name="Lower">Lower limit of the rate.</param>
    /// <param name="Upper">Upper limit.</param>
    /// <param name="Left">Seconds left; NaN if not known yet.</param>
    internal readonly record struct Cell(string Name, int Done, int Total, double Rate, double Lower, double Upper, double Left);

    /// <summary>The lines, none wider than <paramref name="width"/>.</summary>
    /// <param name="done">Trials done.</param>
    /// <param name="total">Trials there are at most.</param>
    /// <param name="left">The time left, in words; may be empty.</param>
    /// <param name="cells">The cells in work.</param>
    /// <param name="more">How many more there are.</param>
    /// <param name="width">Columns.</param>
    public static IReadOnlyList<string> Of(long done, long total, string left, IReadOnlyList<Cell> cells, int more, int width)
    {
        int bar = width < Narrow ? BarWidth / 2 : BarWidth;
        int filled = total == 0 ? 0 : (int)(bar * done / total);
        string[] numbers = [.. cells.Select(cell => Numbers(cell, width < Narrow))];
        int name = Math.Max(0, Math.Min(cells.Count == 0 ? 0 : cells.Max(cell => cell.Name.Length), width - (numbers.Length == 0 ? 0 : numbers.Max(text => text.Length)) - 3));
        return
        [
            Cut($"[{new string('#', filled)}{new string('.', bar - filled)}] {done}/{total}{(left.Length == 0 ? string.Empty : ", " + left)}", width),
            .. cells.Zip(numbers, (cell, text) => Cut($" {Cut(cell.Name, name).PadRight(name)}  {text}", width)),
            .. more > 0 ? [Cut($" and {more} more cells in work", width)] : Enumerable.Empty<string>(),
        ];
    }

    /// <summary>A cell in one line, as wide as it is.</summary>
    public static string Of(Cell cell) => $"{cell.Name}: {Numbers(cell, false)}";

    /// <summary>A time in its largest unit, rounded up.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds)} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds / 60)} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds / 3600)} h"),
    };

    private static string Numbers(Cell cell, bool isNarrow)
    {
        string left = double.IsNaN(cell.Left) ? string.Empty : (isNarrow ? " " : ", ") + Time(cell.Left);
        return isNarrow
            ? string.Create(CultureInfo.InvariantCulture, $"{cell.Done}/{cell.Total} {cell.Rate:F2} ({cell.Lower:F2} to {cell.Upper:F2}){left}")
            : string.Create(CultureInfo.InvariantCulture, $"{cell.Done} of {cell.Total}, rate {cell.Rate:F3} ({cell.Lower:F3} to {cell.Upper:F3}){left}{(left.Length == 0 ? string.Empty : " left")}");
    }

    private static string Cut(string text, int width) => text.Length <= width ? text : width < 1 ? string.Empty : text[..(width - 1)] + "…";
}
