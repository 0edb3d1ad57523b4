namespace Inversion.Tests.Networks;

/// <summary>Comparisons of vectors by norm.</summary>
internal static class Close
{
    /// <summary>‖actual − expected‖ ≤ tolerance · max(‖expected‖, floor); a NaN fails.</summary>
    public static void Assert(double[] expected, double[] actual, double tolerance, double floor = 0, string? because = null)
    {
        Xunit.Assert.Equal(expected.Length, actual.Length);
        double distance = Norm([.. expected.Zip(actual, (e, a) => e - a)]);
        double allowed = tolerance * Math.Max(Norm(expected), floor);
        Xunit.Assert.True(distance <= allowed, $"{because} the distance is {distance:R}, allowed is {allowed:R}");
    }

    public static double Norm(double[] x) => Math.Sqrt(x.Sum(v => v * v));
}
