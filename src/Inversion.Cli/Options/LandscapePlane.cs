using System.CommandLine;
using Inversion.Networks;
using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Cli.Options;

/// <summary>The plane of codes z° + x u + y v with orthonormal u, v.</summary>
/// <param name="Truth">z°.</param>
/// <param name="First">u.</param>
/// <param name="Second">v.</param>
/// <param name="FirstName">What axes call u.</param>
/// <param name="SecondName">What axes call v.</param>
internal sealed record LandscapePlane(double[] Truth, double[] First, double[] Second, string FirstName, string SecondName)
{
    // Two directions are taken for one where what the second has beside the first is below this share of it.
    private const double Dependent = 1e-8;

    public static readonly Option<string?> Code = CommonOptions.One("--z", "ARRAY|FILE", "The true code, flattened row-major [drawn]");
    public static readonly Option<string?> Directions = CommonOptions.One("--directions", "ARRAY|FILE", "Two directions of the plane, one after the other; made orthonormal [the axes of a code of 2 entries; else that of the true code and a drawn one]");

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">The code has no plane, is 0, or the directions are parallel.</exception>
    public static LandscapePlane Of(Arguments arguments, GenerativeNetwork network, RandomKey seed)
    {
        int n = network.LatentDimension;
        if (n < 2)
        {
            throw new UsageException($"landscape needs a code of at least 2 entries to lay a plane through; that of this network has {n}");
        }

        double[] truth = new double[n];
        if (arguments.Text(Code) is { } code)
        {
            truth = JsonArrays.Parse(code, Code.Name, n, "the latent code");
        }
        else
        {
            seed.Child("codes").Child(0).Open().FillGaussian(truth);
        }

        double size = Vectors.Norm<double>(truth);
        if (!(size > 0) || !double.IsFinite(size))
        {
            throw new UsageException($"{Code.Name}: the true code must be finite and not 0, its size is {size}");
        }

        if (arguments.Text(Directions) is { } text)
        {
            double[] both = JsonArrays.Parse(text, Directions.Name, 2 * n, "two directions of the code");
            return Orthonormal(truth, both[..n], both[n..], "first direction", "second direction");
        }

        if (n == 2)
        {
            return new LandscapePlane(truth, [1, 0], [0, 1], "first entry", "second entry");
        }

        double[] drawn = new double[n];
        seed.Child("plane").Open().FillGaussian(drawn);
        return Orthonormal(truth, truth, drawn, "true code", "drawn direction");
    }

    /// <summary>point ← z° + x u + y v.</summary>
    public void At(double x, double y, Span<double> point)
    {
        for (int i = 0; i < point.Length; i++)
        {
            point[i] = Truth[i] + (x * First[i]) + (y * Second[i]);
        }
    }

    /// <summary>x and y of the code 0; null where it is not on the plane.</summary>
    public (double X, double Y)? Origin()
    {
        double x = -Vectors.Dot<double>(Truth, First);
        double y = -Vectors.Dot<double>(Truth, Second);
        double[] point = new double[Truth.Length];
        At(x, y, point);
        return Vectors.Norm<double>(point) <= Dependent * Vectors.Norm<double>(Truth) ? (x, y) : null;
    }

    // Gram and Schmidt, the second step twice: it may cancel nearly all.
    private static LandscapePlane Orthonormal(double[] truth, double[] first, double[] second, string firstName, string secondName)
    {
        double[] u = Unit(first, double.Epsilon);
        double[] v = (double[])second.Clone();
        double least = Dependent * Vectors.Norm<double>(second);
        Vectors.AddScaled(-Vectors.Dot<double>(u, v), u, v.AsSpan());
        v = Unit(v, least);
        Vectors.AddScaled(-Vectors.Dot<double>(u, v), u, v.AsSpan());
        return new LandscapePlane(truth, u, Unit(v, double.Epsilon), firstName, secondName);
    }

    private static double[] Unit(double[] vector, double least)
    {
        double size = Vectors.Norm<double>(vector);
        return size >= least && size > 0 && double.IsFinite(size)
            ? [.. vector.Select(entry => entry / size)]
            : throw new UsageException($"{Directions.Name}: two finite directions that are not parallel are needed");
    }
}
