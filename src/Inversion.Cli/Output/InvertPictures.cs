using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Pictures;

namespace Inversion.Cli.Output;

/// <summary>Pictures of an inversion: the truth, what was observed of it, what was recovered, and the error.</summary>
internal static class InvertPictures
{
    // The smaller side of an enlarged picture has about so many pixels.
    private const int Side = 192;

    // A pixel that was not observed.
    private const double Hidden = 0.25;

    /// <summary>Writes NAME-completed.png and NAME.png for every target that has a signal, and returns the files, relative to the folder.</summary>
    public static IReadOnlyList<string> WriteEach(string folder, GenerativeNetwork network, PixelRange range, Measurement measurement, IReadOnlyList<(InvertAttempt Attempt, double[] Signal)> attempts)
    {
        Directory.CreateDirectory(Path.Combine(folder, "figures"));
        List<string> files = [];
        HashSet<string> taken = [];
        foreach ((InvertAttempt attempt, double[] signal) in attempts)
        {
            string name = attempt.Name;
            for (int copy = 2; !taken.Add(name); copy++)
            {
                name = $"{attempt.Name}-{copy}";
            }

            Picture[] row = Row(network, measurement, range, attempt.Completed, signal);
            Write($"figures/{name}-completed.png", row[2]);
            Write($"figures/{name}.png", PictureSheet.Of([row], Factor(network)));
        }

        return files;

        void Write(string file, Picture picture)
        {
            PictureFile.WritePng(Path.Combine(folder, file), picture);
            files.Add(file);
        }
    }

    /// <summary>Writes one sheet, a column for each target: truth, observed, recovered, error, each row under its name. Errors are multiplied by a factor that their row tells.</summary>
    public static void WriteGrid(string path, GenerativeNetwork network, PixelRange range, Measurement measurement, IReadOnlyList<(InvertAttempt Attempt, double[] Signal)> attempts)
    {
        Picture[][] columns = [.. attempts.Select(entry => Row(network, measurement, range, entry.Attempt.Completed, entry.Signal))];
        ErrorScale scale = ErrorScale.Of(columns.Select(column => column[3]));
        Picture[][] rows = [.. Enumerable.Range(0, 4).Select(row => columns.Select(column => row == 3 ? scale.Apply(column[row]) : column[row]).ToArray())];
        PictureFile.WritePng(path, LabeledSheet.Of(rows, ["truth", "observed", "recovered", scale.Label], Math.Max(1, Factor(network) / 2)));
    }

    /// <summary>Pixels for each pixel.</summary>
    public static int Factor(GenerativeNetwork network) => Math.Max(1, Side / Math.Min(network.OutputShape.Height, network.OutputShape.Width));

    /// <summary>Truth, observed, recovered, error.</summary>
    public static Picture[] Row(GenerativeNetwork network, Measurement measurement, PixelRange range, double[] recovered, double[] signal)
    {
        Picture truth = range.ToPicture(network, signal);
        Picture completed = range.ToPicture(network, recovered);
        double[] error = new double[signal.Length];
        for (int i = 0; i < error.Length; i++)
        {
            error[i] = Math.Abs(completed.Values[i] - truth.Values[i]);
        }

        return [truth, Observed(measurement, truth), completed, new Picture(truth.Channels, truth.Height, truth.Width, error)];
    }

    // Behind Gaussian rows no pixel is seen by itself: what the mask lets through is shown.
    private static Picture Observed(Measurement measurement, Picture truth)
    {
        Subsampling mask = measurement as Subsampling ?? ((GaussianSensing)measurement).Mask;
        double[] values = new double[truth.Values.Length];
        Array.Fill(values, Hidden);
        foreach (int index in mask.Indices)
        {
            values[index] = truth.Values[index];
        }

        return new Picture(truth.Channels, truth.Height, truth.Width, values);
    }
}
