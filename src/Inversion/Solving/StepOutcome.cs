namespace Inversion.Solving;

/// <summary>What became of one step.</summary>
internal enum StepOutcome
{
    /// <summary>The code has moved.</summary>
    Moved,

    /// <summary>No step along the direction lowers J.</summary>
    NoDescent,

    /// <summary>The next evaluation would exceed the budget; the code has not moved.</summary>
    OutOfBudget,
}
