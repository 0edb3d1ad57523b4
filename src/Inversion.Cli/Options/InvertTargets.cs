using System.CommandLine;
using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Networks;
using Inversion.Pictures;
using Inversion.Randomness;

namespace Inversion.Cli.Options;

/// <summary>What is to be inverted: drawn codes, given measurements, whole signals, or pictures.</summary>
/// <param name="Names">A name for each.</param>
/// <param name="Truths">The code of each; null where none is known.</param>
/// <param name="Signal">The whole output that was measured of each, made anew at each call; null where only measurements were given.</param>
/// <param name="Measurements">Measurements that were given in place of a signal.</param>
internal sealed record InvertTargets(IReadOnlyList<string> Names, IReadOnlyList<double[]>? Truths, Func<int, double[]>? Signal, double[]? Measurements)
{
    public static readonly Option<string?> Codes = CommonOptions.One("--codes", "N", "Draw N codes, measure their outputs, and score the recovery [1]");
    public static readonly Option<string?> Target = CommonOptions.One("--target", "ARRAY|FILE", "Measurements (m numbers), or a whole signal (n numbers) to be measured");
    public static readonly Option<string[]> Image = CommonOptions.Many("--image", "FILE", "Picture (PNG, JPEG) to be measured and completed, cut and resized to the network's output; may be repeated");

    /// <summary>How many there are.</summary>
    public int Count => Names.Count;

    /// <summary>Reads the options.</summary>
    public static InvertTargets Of(Arguments arguments, IReadOnlyList<GenerativeNetwork> networks, PixelRange range, Measurement measurement, RandomKey seed)
    {
        string? target = arguments.Text(Target);
        string[] images = arguments.Texts(Image);
        bool isDrawn = arguments.Text(Codes) is not null;
        if ((target is null ? 0 : 1) + (images.Length == 0 ? 0 : 1) + (isDrawn ? 1 : 0) > 1)
        {
            throw new UsageException("--codes, --target and --image exclude each other: draw codes, give measurements, or name pictures");
        }

        if (images.Length > 0)
        {
            double[][] signals = [.. images.Select(image => range.ToOutput(networks[0], PictureFile.Read(image)))];
            return new InvertTargets([.. images.Select(Path.GetFileNameWithoutExtension)!], null, i => signals[i], null);
        }

        if (target is not null)
        {
            double[] numbers = JsonArrays.Parse(target, Target.Name);
            return numbers.Length == measurement.SignalLength
                ? new InvertTargets(["target"], null, _ => numbers, null)
                : numbers.Length == measurement.Count
                    ? new InvertTargets(["target"], null, null, numbers)
                    : throw new InputException($"--target: {numbers.Length} numbers; the measurement has {measurement.Count}, the whole output {measurement.SignalLength}");
        }

        int count = arguments.Integer(Codes, 1, 1);
        return Drawn(networks, seed.Child("codes"), count, measurement.Count);
    }

    /// <summary>Codes drawn from the standard Gaussian, and their outputs, under the networks in turn.</summary>
    public static InvertTargets Drawn(IReadOnlyList<GenerativeNetwork> networks, RandomKey key, int count, int measurements)
    {
        long each = Math.Max(measurements, networks[0].LatentDimension);
        if (count * each > Array.MaxLength)
        {
            throw new UsageException($"--codes {count}: {count} times {each} numbers are too many for one run; split it by --seed");
        }

        List<double[]> truths = [];
        for (int i = 0; i < count; i++)
        {
            double[] truth = new double[networks[0].LatentDimension];
            key.Child(i).Open().FillGaussian(truth);
            truths.Add(truth);
        }

        NetworkEngine<double>[] engines = [.. networks.Select(network => new NetworkEngine<double>(network))];
        NetworkWorkspace<double> workspace = new();
        return new InvertTargets(
            [.. Enumerable.Range(0, count).Select(i => $"code {i}")],
            truths,
            i =>
            {
                double[] signal = new double[networks[0].OutputDimension];
                engines[i % engines.Length].Forward(workspace, truths[i], signal, 1);
                return signal;
            },
            null);
    }

    /// <summary>What is observed of each, with noise, one after the other.</summary>
    public T[] Observed<T>(Measurement measurement, double noise, RandomKey key)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] observed = new T[Count * measurement.Count];
        for (int i = 0; i < Count; i++)
        {
            double[] row = new double[measurement.Count];
            if (Signal is null)
            {
                Measurements!.CopyTo(row, 0);
            }
            else
            {
                measurement.Apply<double>(Signal(i), row);
            }

            Noise.Add(row, noise, key.Child(i));
            Array.ConvertAll(row, T.CreateTruncating).CopyTo(observed, i * measurement.Count);
        }

        return observed;
    }
}
