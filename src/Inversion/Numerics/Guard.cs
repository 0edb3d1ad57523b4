using System.Numerics;
using System.Runtime.CompilerServices;

namespace Inversion.Numerics;

/// <summary>Argument checks that a NaN never passes.</summary>
public static class Guard
{
    /// <summary>Requires <paramref name="actual"/> == <paramref name="expected"/> for a length, naming the argument. A product of two sizes is passed as a long, so that it cannot wrap.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Length(int actual, long expected, string argument)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{argument} has {actual} entries; {expected} are needed", argument);
        }
    }

    /// <summary>Returns <paramref name="value"/> if it is at least <paramref name="least"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is smaller.</exception>
    public static int AtLeast(int value, int least, [CallerArgumentExpression(nameof(value))] string? argument = null)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(argument, value, $"{argument} must be at least {least}");
        }

        return value;
    }

    /// <summary>Returns <paramref name="value"/> if it is positive and finite; NaN fails.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is zero, negative, infinite or NaN.</exception>
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? argument = null)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            throw new ArgumentOutOfRangeException(argument, value, $"{argument} must be positive and finite");
        }

        return value;
    }

    /// <summary>Returns <paramref name="value"/> if it lies in [least, most]; NaN fails.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside, or is NaN.</exception>
    public static double Within(double value, double least, double most, [CallerArgumentExpression(nameof(value))] string? argument = null)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(argument, value, $"{argument} must lie between {least} and {most}");
        }

        return value;
    }

    /// <summary>True when every entry is finite.</summary>
    public static bool AllFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (T value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when no entry is NaN.</summary>
    internal static bool AllNumbers<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (T value in values)
        {
            if (T.IsNaN(value))
            {
                return false;
            }
        }

        return true;
    }
}
