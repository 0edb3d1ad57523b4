namespace Inversion.Solving;

/// <summary>Why a solver stopped. The default value is no success.</summary>
public enum SolveStatus
{
    /// <summary>Nothing has run.</summary>
    NotRun = 0,

    /// <summary>‖A G(z) − y‖ ≤ tolerance · ‖y‖: the code explains the measurements.</summary>
    ResidualSmall,

    /// <summary>The gradient vanishes beside J while J does not: a stationary point that does not explain the measurements, or a kink.</summary>
    GradientSmall,

    /// <summary>No step along the method's direction lowers J any further, or the last step was within the step tolerance.</summary>
    StepSmall,

    /// <summary>J fell by less than the asked factor over the asked number of steps.</summary>
    Stagnated,

    /// <summary>The allowed number of steps has been taken.</summary>
    IterationLimit,

    /// <summary>The next evaluation would exceed the budget.</summary>
    BudgetExhausted,

    /// <summary>J or its gradient is NaN or infinite.</summary>
    NonFinite,

    /// <summary>There are no measurements (m = 0): every code explains them, so none is found.</summary>
    NothingObserved,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
