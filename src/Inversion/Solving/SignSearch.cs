namespace Inversion.Solving;

/// <summary>Looks for sign changes of the code that lower J; see <see cref="SignFlip"/>.</summary>
internal sealed class SignSearch
{
    private readonly Objective objective;
    private readonly int positions;
    private readonly double[] candidates;
    private readonly double[] values;
    private readonly double[] joint;

    public SignSearch(Objective objective, SignFlip flip)
    {
        this.objective = objective;
        int blocks = objective.Network.InputShape.Positions;
        positions = flip == SignFlip.Blocks && blocks > 1 ? blocks : 0;
        candidates = new double[(1 + positions) * objective.Dimension];
        values = new double[1 + positions];
        joint = new double[objective.Dimension];
    }

    /// <summary>Moves to the best of −z, the blocks flipped one by one, and all blocks flipped that help alone, if it lowers J.</summary>
    /// <param name="at">Not linearized when changed.</param>
    /// <param name="changed">Whether it moved.</param>
    /// <returns>Moved also when nothing helps; OutOfBudget when not everything could be tried.</returns>
    public StepOutcome Improve(Iterate at, out bool changed)
    {
        changed = false;
        int n = objective.Dimension;
        if (!objective.Affords(values.Length))
        {
            return StepOutcome.OutOfBudget;
        }

        for (int c = 0; c < values.Length; c++)
        {
            Span<double> candidate = candidates.AsSpan(c * n, n);
            at.Latent.CopyTo(candidate);
            Flip(candidate, c - 1);
        }

        objective.Values(candidates, values, values.Length);
        int best = -1;
        double lowest = at.Value;
        int helpful = 0;
        at.Latent.CopyTo(joint, 0);
        for (int c = 0; c < values.Length; c++)
        {
            if (values[c] < lowest)
            {
                (best, lowest) = (c, values[c]);
            }

            if (c > 0 && values[c] < at.Value)
            {
                helpful++;
                Flip(joint, c - 1);
            }
        }

        if (best >= 0)
        {
            changed = true;
            double jointValue = helpful > 1 && objective.Affords(1) ? objective.Value(joint) : double.NaN;
            bool together = jointValue < lowest;
            at.MoveTo(together ? joint : candidates.AsSpan(best * n, n), together ? jointValue : lowest);
        }

        return StepOutcome.Moved;
    }

    // Block −1 is the whole code. The code is flattened channel by channel.
    private void Flip(Span<double> code, int block)
    {
        for (int i = Math.Max(block, 0); i < code.Length; i += block < 0 ? 1 : positions)
        {
            code[i] = -code[i];
        }
    }
}
