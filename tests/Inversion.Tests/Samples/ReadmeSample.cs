using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Verify;
using Xunit;

namespace Inversion.Tests.Samples;

/// <summary>The README's C# samples, compiled and run as they are printed there.</summary>
public sealed class ReadmeSample
{
    [Fact]
    public void AuditSample_JudgesEveryClaim()
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "8k3,8k3" }.Draw(RandomKey.Parse("2a9"));
        foreach (Finding finding in Auditor.Audit(network))
        {
            string told = finding.Verdict.Match(
                proved: certificate => $"proved by {certificate}",
                supported: () => $"no counterexample in {finding.Trials} trials and a worst-case search",
                refuted: witness => witness.Fact,
                undecided: reason => reason);
            Console.WriteLine($"{finding.Claim}: {told}");
            Assert.NotEmpty(told);
        }
    }

    [Fact]
    public void MyGenerator_HasTrueGradients() =>
        Auditor.Require(new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "8k3,8k3" }.Draw(RandomKey.Parse("1")), "gradient-consistency");

    [Fact]
    public void Gate_ThatDoesNotHold_ThrowsWithTheFinding()
    {
        GenerativeNetwork network = new NetworkBuilder { Input = Shape.Parse("3x1"), Layers = "8k3,8k3" }.Draw(RandomKey.Parse("1"));

        GateException problem = Assert.Throws<GateException>(() => Auditor.Require(network, "weight-concentration"));

        Assert.Contains("weight-concentration", problem.Message, StringComparison.Ordinal);
        Assert.Contains("expected supported, found refuted", problem.Message, StringComparison.Ordinal);
    }
}
