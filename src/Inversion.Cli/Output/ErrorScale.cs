using System.Globalization;
using Inversion.Pictures;

namespace Inversion.Cli.Output;

/// <summary>By which number, 1, 2 or 5 times a power of ten, pictures of errors are made visible.</summary>
/// <param name="Leading">1, 2 or 5.</param>
/// <param name="Exponent">The power, not negative.</param>
/// <param name="IsZero">True where no picture has an error.</param>
internal sealed record ErrorScale(int Leading, int Exponent, bool IsZero)
{
    private const string Digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>The factor.</summary>
    public double Factor => Leading * Math.Pow(10, Exponent);

    /// <summary>What the row is called.</summary>
    public string Label => IsZero ? "|error|\n0 everywhere" : $"|error|{Times}\nblack: 0";

    private string Times => (Leading, Exponent) switch
    {
        (1, 0) => string.Empty,
        (_, < 4) => string.Create(CultureInfo.InvariantCulture, $" × {Factor:R}"),
        (1, _) => $" × 10{Superscript}",
        _ => string.Create(CultureInfo.InvariantCulture, $" × {Leading}·10{Superscript}"),
    };

    private string Superscript => string.Concat(Exponent.ToString(CultureInfo.InvariantCulture).Select(digit => Digits[digit - '0']));

    /// <summary>The largest such factor at which the largest error is still no more than white.</summary>
    public static ErrorScale Of(IEnumerable<Picture> errors)
    {
        double largest = errors.SelectMany(picture => picture.Values).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        if (!(largest > 0 && largest <= 0.5))
        {
            return new ErrorScale(1, 0, largest == 0);
        }

        int exponent = (int)Math.Floor(-Math.Log10(largest));
        double left = 1 / (largest * Math.Pow(10, exponent));
        return new ErrorScale(left >= 5 ? 5 : left >= 2 ? 2 : 1, exponent, false);
    }

    /// <summary>The picture of an error, so much brighter.</summary>
    public Picture Apply(Picture error) => new(error.Channels, error.Height, error.Width, [.. error.Values.Select(value => value * Factor)]);
}
