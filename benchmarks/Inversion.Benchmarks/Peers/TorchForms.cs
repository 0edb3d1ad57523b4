using System.Numerics;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Peers;

/// <summary>The forms of one case in libtorch that compute the right numbers, each checked against ours.</summary>
internal sealed class TorchForms : IDisposable
{
    private readonly List<TorchRisk> risks;
    private readonly List<TorchForm> forms;

    private TorchForms(List<TorchRisk> risks, List<TorchForm> forms, List<string> leftOut)
    {
        this.risks = risks;
        this.forms = forms;
        LeftOut = leftOut;
    }

    /// <summary>The forms that compute something else than we and the other forms do, each with what is wrong.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The fastest form, by a short alternation, and one value and gradient in it.</summary>
    public (TorchForm Form, Contender Evaluate) Fastest()
    {
        Contender[] contenders = [.. risks.Zip(forms, (risk, form) => new Contender($"libtorch: {form}", risk.Evaluate))];
        Contender fastest = Alternation.Fastest(contenders);
        return (forms[Array.IndexOf(contenders, fastest)], fastest);
    }

    /// <summary>
    /// Builds every form and compares its value and gradients with ours, to 1e-10 in double and 1e-3 in float, relative to the largest
    /// entry. A form that differs is left out and named; if most differ, ours is wrong.
    /// </summary>
    /// <exception cref="InvalidOperationException">Ours is not finite, or most forms differ.</exception>
    public static TorchForms Create<T>(RiskCase<T> subject)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        subject.Evaluate();
        double[] values = Array.ConvertAll(subject.Values, double.CreateChecked);
        double[] gradients = Array.ConvertAll(subject.Gradients, double.CreateChecked);
        if (!values.All(double.IsFinite) || !gradients.All(double.IsFinite))
        {
            throw new InvalidOperationException($"{subject.Network.Name}: our own value or gradient is not finite");
        }

        List<TorchRisk> risks = [];
        List<TorchForm> forms = [];
        List<string> leftOut = [];
        RiskData data = subject.Data;
        foreach (TorchForm form in TorchForm.All)
        {
            if (TorchRisk.TryCreate(form, data) is not TorchRisk risk)
            {
                continue;
            }

            if (Fault(risk, values.Sum(), gradients, data.IsDouble ? 1e-10 : 1e-3) is string fault)
            {
                leftOut.Add($"{form} ({fault})");
                risk.Dispose();
            }
            else
            {
                risks.Add(risk);
                forms.Add(form);
            }
        }

        return forms.Count > leftOut.Count
            ? new TorchForms(risks, forms, leftOut)
            : throw new InvalidOperationException($"{subject.Network.Name}: our gradient differs from libtorch's: {string.Join("; ", leftOut)}");
    }

    /// <inheritdoc/>
    public void Dispose() => risks.ForEach(risk => risk.Dispose());

    // What is wrong with a form's value and gradients; null if they are ours to the tolerance. A maximum of differences would hide a NaN.
    private static string? Fault(TorchRisk risk, double value, double[] gradients, double tolerance)
    {
        (double theirValue, double[] theirs) = risk.Read();
        int bad = theirs.Count(entry => !double.IsFinite(entry));
        if (!double.IsFinite(theirValue) || bad > 0)
        {
            return FormattableString.Invariant($"its value is {theirValue:G3}, {bad} of its {theirs.Length} gradient entries are not finite; ours all are");
        }

        double largest = gradients.Max(Math.Abs);
        double apart = theirs.Zip(gradients, (their, our) => Math.Abs(their - our)).Max() / largest;
        double valueApart = Math.Abs(theirValue - value) / value;
        return apart <= tolerance && valueApart <= tolerance
            ? null
            : FormattableString.Invariant($"its value is off by {valueApart:0.0e0}, its gradient by {apart:0.0e0}");
    }
}
