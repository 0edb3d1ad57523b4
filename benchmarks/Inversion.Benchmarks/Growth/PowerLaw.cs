using MathNet.Numerics.Distributions;

namespace Inversion.Benchmarks.Growth;

/// <summary>y ≈ c xᵖ, by least squares of log y against log x.</summary>
/// <param name="Exponent">p.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of its 95 % interval.</param>
internal sealed record PowerLaw(double Exponent, double Low, double High)
{
    /// <summary>Fits at least three points. The interval is Student's, for errors of log y that are independent with one variance.</summary>
    public static PowerLaw Fit(double[] x, double[] y)
    {
        double[] u = Array.ConvertAll(x, Math.Log);
        double[] v = Array.ConvertAll(y, Math.Log);
        (double intercept, double slope) = MathNet.Numerics.Fit.Line(u, v);
        double mean = u.Average();
        double spread = u.Sum(value => (value - mean) * (value - mean));
        double residual = u.Zip(v, (a, b) => b - intercept - (slope * a)).Sum(error => error * error);
        int freedom = x.Length - 2;
        double width = StudentT.InvCDF(0, 1, freedom, 0.975) * Math.Sqrt(residual / freedom / spread);
        return new PowerLaw(slope, slope - width, slope + width);
    }
}
