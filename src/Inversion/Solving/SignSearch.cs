namespace Inversion.Solving;

/// <summary>Looks for sign changes of the code that lower J; see <see cref="SignFlip"/>.</summary>
internal sealed class SignSearch
{
    private readonly Objective objective;
    private readonly int positions;
    private readonly double[] candidates;
    private readonly double[] values;
    private readonly double[] joint;

    private int best;
    private int helpful;
    private double lowest;

    public SignSearch(Objective objective, SignFlip flip)
    {
        this.objective = objective;
        int blocks = objective.Setting.Network.InputShape.Positions;
        positions = flip == SignFlip.Blocks && blocks > 1 ? blocks : 0;
        candidates = new double[(1 + positions) * objective.Dimension];
        values = new double[1 + positions];
        joint = new double[objective.Dimension];
    }

    /// <summary>Moved also when nothing helps; OutOfBudget when not everything could be tried.</summary>
    public StepOutcome Outcome { get; private set; }

    /// <summary>Whether the iterate has moved; it is then not linearized.</summary>
    public bool Changed { get; private set; }

    /// <summary>Begins to move to the best of −z, the blocks flipped one by one, and all blocks flipped that help alone, if it lowers J.</summary>
    public Request Improve(Iterate at)
    {
        Changed = false;
        if (!objective.Affords(values.Length))
        {
            Outcome = StepOutcome.OutOfBudget;
            return default;
        }

        Outcome = StepOutcome.Moved;
        for (int c = 0; c < values.Length; c++)
        {
            Span<double> candidate = Candidate(c);
            at.Latent.CopyTo(candidate);
            Flip(candidate, c - 1);
        }

        return Request.Values(candidates, values, values.Length);
    }

    /// <summary>Goes on once a request has been answered.</summary>
    public Request Resume(Iterate at, Evaluation answered)
    {
        if (answered == Evaluation.Values)
        {
            Compare(at);
            if (helpful > 1 && objective.Affords(1))
            {
                return Request.Value(joint);
            }
        }

        double jointValue = answered == Evaluation.Value ? objective.Answer : double.NaN;
        bool together = jointValue < lowest;
        Changed = best >= 0;
        if (Changed)
        {
            at.MoveTo(together ? joint : Candidate(best), together ? jointValue : lowest);
        }

        return default;
    }

    private void Compare(Iterate at)
    {
        (best, helpful, lowest) = (-1, 0, at.Value);
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
    }

    private Span<double> Candidate(int number) => candidates.AsSpan(number * joint.Length, joint.Length);

    // Block −1 is the whole code. The code is flattened channel by channel.
    private void Flip(Span<double> code, int block)
    {
        for (int i = Math.Max(block, 0); i < code.Length; i += block < 0 ? 1 : positions)
        {
            code[i] = -code[i];
        }
    }
}
