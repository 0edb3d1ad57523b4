using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Tests.Solving;

/// <summary>Codes of one network, what is measured of each, and starts.</summary>
internal sealed record Instances<T>(NetworkEngine<T> Engine, Measurement Measurement, T[] Observed, double[] Starts, int Count)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly RandomKey Key = RandomKey.Parse("1257");

    public static Instances<T> Draw(string input, string layers, string mask, int count)
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse(input), Layers = layers }.Draw(Key.Child("network"));
        return Of(network, MaskPattern.Parse(mask, network, Key.Child("mask")), count);
    }

    public static Instances<T> Of(GenerativeNetwork network, Measurement measurement, int count)
    {
        NetworkEngine<T> engine = new(network);
        int n0 = network.LatentDimension;
        double[] truths = Problem.Gaussian(count * n0, Key.Child("truths"));
        T[] observed = new T[count * measurement.Count];
        for (int i = 0; i < count; i++)
        {
            T[] truth = [.. truths.AsSpan(i * n0, n0).ToArray().Select(T.CreateTruncating)];
            EmpiricalRisk<T>.OfCode(engine, measurement, truth).Observed.CopyTo(observed.AsSpan(i * measurement.Count));
        }

        return new Instances<T>(engine, measurement, observed, Problem.Gaussian(count * n0, Key.Child("starts")), count);
    }

    public EmpiricalRisk<T> Risk(int i) => new(Engine, Measurement, Observed.AsSpan(i * Measurement.Count, Measurement.Count));

    public ReadOnlySpan<double> Start(int i) => Starts.AsSpan(i * Engine.Network.LatentDimension, Engine.Network.LatentDimension);
}
