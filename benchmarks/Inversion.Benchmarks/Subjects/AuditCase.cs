using Inversion.Networks;
using Inversion.Randomness;
using Inversion.Verify;
using Microsoft.FSharp.Collections;

namespace Inversion.Benchmarks.Subjects;

/// <summary>An audit by every claim of a few draws of the shapes that the default audit takes, tried less hard.</summary>
internal sealed class AuditCase
{
    private const int Draws = 2;
    private static readonly RandomKey Key = RandomKey.Parse("2a9").Child("audit");
    private static readonly (string Name, string Input, string Layers)[] Shapes =
    [
        ("theorem", "8x1", "64k8,64k8"),
        ("narrow", "6x1", "8k4,8k4"),
        ("two-blocks", "4x2", "32k4,32k4"),
        ("paper-4.2", "2x1x1", "16k5s3,1k5s3"),
        ("dense", "10", "dense80,dense320"),
    ];

    private readonly FSharpList<AuditGroup> groups;
    private readonly Settings settings;

    public AuditCase(int trials, params IReadOnlyList<string> names)
    {
        groups = ListModule.OfSeq(Shapes.Where(shape => names.Count == 0 || names.Contains(shape.Name)).Select(Group));
        settings = new Settings(Settings.Default.Epsilon, trials, starts: 2, steps: 60, Settings.Default.Confidence);
    }

    /// <summary>Audits by every claim, or by those named; returns the number of findings.</summary>
    /// <exception cref="InvalidOperationException">A claim ended in an exception.</exception>
    public int Run(int threads, params IReadOnlyList<string> claims)
    {
        AuditPlan plan = new(groups, ListModule.OfSeq(claims.Count == 0 ? Auditor.Claims : claims), settings, Key, threads);
        AuditResult result = Audit.run(plan, null, CancellationToken.None);
        return result.Errors.IsEmpty ? result.Findings.Length : throw new InvalidOperationException(result.Errors.Head);
    }

    private static AuditGroup Group((string Name, string Input, string Layers) shape)
    {
        NetworkBuilder builder = new() { Input = Shape.Parse(shape.Input), Layers = shape.Layers };
        return new AuditGroup(shape.Name, ListModule.OfSeq(Enumerable.Range(0, Draws)
            .Select(draw => SubjectModule.ofNetwork(builder.Draw(Key.Child(shape.Name).Child(draw))))));
    }
}
