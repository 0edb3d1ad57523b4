using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Verify;
using Microsoft.FSharp.Collections;

namespace Inversion.Sweeps;

/// <summary>Draws a network and a mask and judges one claim on them: a success where it is not refuted, undecided where nothing can be said.</summary>
/// <param name="Claim">The claim's id.</param>
/// <param name="Settings">How hard the claim is tried on each network.</param>
/// <param name="Network">The network of a trial, from its key.</param>
/// <param name="Measurement">A of a trial, from the network and the key.</param>
public sealed record ClaimTrial(
    string Claim, Settings Settings, Func<RandomKey, GenerativeNetwork> Network, Func<GenerativeNetwork, RandomKey, Measurement> Measurement) : ITrial
{
    /// <inheritdoc/>
    public (TrialResult Result, double Value, double Work) Run(RandomKey key, CancellationToken cancellation)
    {
        (Finding worst, int trials) = Worst(key, Draw(key, "trial"), cancellation);
        TrialResult result = worst.Verdict.IsUndecided ? TrialResult.Undecided : worst.Verdict.IsRefuted ? TrialResult.Failure : TrialResult.Success;
        return (result, worst.Number(Catalogue.headline(Claim)), trials);
    }

    /// <summary>Does a trial again: its finding whole, and what it is about.</summary>
    /// <param name="key">The trial's address.</param>
    /// <param name="name">What the finding calls the network.</param>
    /// <param name="cancellation">Ends it with an exception.</param>
    public (Finding Finding, Subject Subject) Judge(RandomKey key, string name, CancellationToken cancellation)
    {
        Subject subject = Draw(key, name);
        return (Worst(key, subject, cancellation).Finding, subject);
    }

    private Subject Draw(RandomKey key, string name)
    {
        GenerativeNetwork network = Network(key.Child("network"));
        return SubjectModule.create(name, network, Measurement(network, key.Child("measurement")), Provenance.Given);
    }

    private (Finding Finding, int Trials) Worst(RandomKey key, Subject subject, CancellationToken cancellation)
    {
        // The address of every draw hangs on the group's name, which must not depend on who asks.
        AuditPlan plan = new(
            ListModule.OfSeq([new AuditGroup("trial", ListModule.OfSeq([subject]))]), ListModule.OfSeq([Claim]), Settings, key.Child("claim"), 1);
        AuditResult audited = Audit.run(plan, null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!audited.Errors.IsEmpty)
        {
            // A bug of ours must not pass for a network on which nothing can be said.
            throw new InvalidOperationException(audited.Errors.Head);
        }

        Finding[] findings = [.. audited.Findings];
        Finding worst = Array.Find(findings, finding => finding.Verdict.IsRefuted) ?? Array.Find(findings, finding => finding.Verdict.IsUndecided) ?? findings[0];
        return (worst, findings.Sum(finding => finding.Trials));
    }
}
