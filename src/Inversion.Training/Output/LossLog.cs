using System.Globalization;
using System.Text;

namespace Inversion.Training.Output;

/// <summary>The losses of every step: losses.csv grows as steps are taken, losses.svg draws them.</summary>
internal sealed class LossLog
{
    private readonly string path;
    private readonly IReadOnlyList<string> names;
    private readonly List<double[]> rows = [];
    private int written;

    /// <summary>The log in a folder, with the first <paramref name="steps"/> rows that are there: what came after them is forgotten.</summary>
    /// <exception cref="TrainingException">Rows that should be there are not.</exception>
    public LossLog(string folder, IReadOnlyList<string> names, long steps)
    {
        path = Path.Combine(folder, "losses.csv");
        this.names = names;
        if (steps > 0)
        {
            string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [];
            if (lines.Length <= steps || lines[0] != Header)
            {
                throw new TrainingException($"{path}: must have the losses of {steps} steps, which the checkpoint was taken after");
            }

            rows.AddRange(lines[1..(int)(steps + 1)].Select(line => Numbers(path, line, names.Count)));
        }

        File.WriteAllText(path, Header + "\n");
        Flush();
    }

    private string Header => "step," + string.Join(',', names);

    /// <summary>Adds the losses of one step.</summary>
    public void Add(double[] losses) => rows.Add(losses);

    /// <summary>The mean of each loss over the last steps, as "generator 0.9, critic 1.1".</summary>
    public string Recent(int steps)
    {
        int first = Math.Max(0, rows.Count - steps);
        return string.Join(", ", names.Select((name, i) => string.Create(
            CultureInfo.InvariantCulture, $"{name.Replace('_', ' ')} {rows.Skip(first).Average(row => row[i]):G4}")));
    }

    /// <summary>Appends what is new to losses.csv.</summary>
    public void Flush()
    {
        StringBuilder text = new();
        for (; written < rows.Count; written++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{written + 1},").AppendJoin(',', rows[written].Select(loss => loss.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        File.AppendAllText(path, text.ToString());
    }

    /// <summary>Draws losses.svg.</summary>
    public void Draw() => File.WriteAllText(Path.ChangeExtension(path, ".svg"), LossFigure.Svg(names, rows));

    private static double[] Numbers(string path, string line, int count)
    {
        string[] cells = line.Split(',')[1..];
        double[] values = new double[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (!double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
            {
                throw new TrainingException($"{path}: '{cells[i]}' is not a number");
            }
        }

        return values.Length == count ? values : throw new TrainingException($"{path}: a row has {values.Length} losses instead of {count}");
    }
}
