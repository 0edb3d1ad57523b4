namespace Inversion.Tests.Solving;

/// <summary>Progress told at once, on the caller's thread.</summary>
internal sealed class Report(Action<Inversion.Solving.SolveProgress> told) : IProgress<Inversion.Solving.SolveProgress>
{
    void IProgress<Inversion.Solving.SolveProgress>.Report(Inversion.Solving.SolveProgress value) => told(value);
}
