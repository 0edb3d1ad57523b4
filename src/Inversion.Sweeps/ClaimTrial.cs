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
        GenerativeNetwork network = Network(key.Child("network"));
        Subject subject = SubjectModule.create("trial", network, Measurement(network, key.Child("measurement")), Provenance.Given);
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
        Finding? worst = Array.Find(findings, finding => finding.Verdict.IsRefuted) ?? Array.Find(findings, finding => finding.Verdict.IsUndecided) ?? findings.FirstOrDefault();
        TrialResult result = worst is null || worst.Verdict.IsUndecided ? TrialResult.Undecided : worst.Verdict.IsRefuted ? TrialResult.Failure : TrialResult.Success;
        return (result, worst is null ? double.NaN : Headline(worst), findings.Sum(finding => (double)finding.Trials));
    }

    // The number that a claim's finding names first.
    private static double Headline(Finding finding) =>
        finding.Measured.Select(pair => pair.Item2).OfType<Quantity.Number>().Select(number => number.Item).FirstOrDefault(double.NaN);
}
