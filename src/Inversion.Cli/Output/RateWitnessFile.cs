using System.Globalization;
using Inversion.Sweeps;
using Inversion.Verify;

namespace Inversion.Cli.Output;

/// <summary>A witness of two cells of a sweep: the counts that contradict a claim.</summary>
internal static class RateWitnessFile
{
    /// <summary>True where a witness file holds such a witness.</summary>
    public static bool Holds(string path) => WitnessFile.Open(path).Witness is { } witness && SweepClaims.ids.Contains(witness.Claim);

    /// <summary>Judges the witness again by sums of probabilities in interval arithmetic, and counts its cells again where trials.sqlite is at hand.</summary>
    /// <returns>The witness, and what it comes to: not confirmed where the trials have other counts.</returns>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static (Witness Witness, Replay Replay) Judge(string path)
    {
        Witness witness = WitnessFile.Open(path).Witness;
        Enclosure measured;
        string[] other;
        try
        {
            measured = SweepClaims.replay(witness);
            other = Recounted(path, witness);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException)
        {
            throw new InputException($"{path}: {problem.Message.Split('\n')[0]}");
        }

        bool isConfirmed = other.Length == 0 && VerdictModule.breaks(witness.Side, witness.Allowed, measured);
        return (witness, new Replay(isConfirmed, measured, other.Length > 0 ? string.Join("; ", other) : "counts like these are not rare enough at the rates named"));
    }

    // What the trials beside the witness have instead of its counts. Nothing where there are no trials: then the counts are taken as they are.
    private static string[] Recounted(string path, Witness witness)
    {
        string? folder = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(path)));
        if (folder is null || !File.Exists(Path.Combine(folder, "trials.sqlite")))
        {
            return [];
        }

        using TrialStore store = TrialStore.Read(Path.Combine(folder, "trials.sqlite"));
        bool isSuccess = witness.Claim == PhaseTransitionClaim.Id;
        Dictionary<int, (int Hits, int Undecided, int Trials)> cells = [];
        foreach (TrialOutcome outcome in store.Outcomes())
        {
            (int hits, int undecided, int trials) = cells.GetValueOrDefault(outcome.Cell);
            bool isHit = outcome.Result == (isSuccess ? TrialResult.Success : TrialResult.Failure);
            cells[outcome.Cell] = (hits + (isHit ? 1 : 0), undecided + (outcome.Result == TrialResult.Undecided ? 1 : 0), trials + 1);
        }

        return [.. Different("lower", withUndecided: true), .. Different("higher", withUndecided: false)];

        IEnumerable<string> Different(string name, bool withUndecided)
        {
            double[] numbers = witness.Vector(name);
            (int hits, int undecided, int trials) = cells.GetValueOrDefault((int)numbers[0]);
            int count = hits + (withUndecided ? undecided : 0);
            if (count != numbers[2] || trials != numbers[3])
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"cell {numbers[0]} has {count} of {trials} trials, the witness {numbers[2]} of {numbers[3]}");
            }
        }
    }
}
