namespace Inversion.Solving;

/// <summary>
/// A computation that stops whenever it needs J and goes on once it has been answered. Who answers decides what else runs meanwhile:
/// <see cref="RiskEvaluator{T}"/> nothing, <see cref="Lockstep{T}"/> the other instances of a batch.
/// </summary>
internal abstract class Routine(Objective objective)
{
    private IEnumerator<Request>? run;

    /// <summary>J.</summary>
    public Objective Objective { get; } = objective;

    /// <summary>What it waits for.</summary>
    public Request Wanted { get; private set; }

    /// <summary>Goes on to the next request; false at the end.</summary>
    public bool Proceed()
    {
        run ??= Run();
        bool waits = run.MoveNext();
        Wanted = waits ? run.Current : default;
        return waits;
    }

    /// <summary>The computation; one iterator serves the whole of it, so that a step takes no memory.</summary>
    protected abstract IEnumerator<Request> Run();
}
