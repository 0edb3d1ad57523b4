using System.Numerics;
using Inversion.Benchmarks.Measuring;
using Inversion.Benchmarks.Subjects;

namespace Inversion.Benchmarks.Peers;

/// <summary>The forms of one case in libtorch that compute the right numbers, each checked against ours.</summary>
internal sealed class TorchForms : IDisposable
{
    private readonly List<TorchRisk> risks;
    private readonly List<TorchForm> forms;

    private TorchForms(List<TorchRisk> risks, List<TorchForm> forms)
    {
        this.risks = risks;
        this.forms = forms;
    }

    /// <summary>The fastest form, by a short alternation, and one value and gradient in it.</summary>
    public (TorchForm Form, Contender Evaluate) Fastest()
    {
        Contender[] contenders = [.. risks.Zip(forms, (risk, form) => new Contender($"libtorch: {form}", risk.Evaluate))];
        Contender fastest = Alternation.Fastest(contenders);
        return (forms[Array.IndexOf(contenders, fastest)], fastest);
    }

    /// <summary>
    /// Builds every form and compares its value and gradients with ours, to 1e-10 in double and 1e-3 in float, relative to the largest
    /// entry. A form that differs is left out with a warning; if all differ, ours is wrong.
    /// </summary>
    /// <exception cref="InvalidOperationException">Most forms differ.</exception>
    public static TorchForms Create<T>(RiskCase<T> subject)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double tolerance = typeof(T) == typeof(double) ? 1e-10 : 1e-3;
        subject.Evaluate();
        List<TorchRisk> risks = [];
        List<TorchForm> forms = [];
        RiskData data = subject.Data;
        List<string> differing = [];
        foreach (TorchForm form in TorchForm.All)
        {
            if (TorchRisk.TryCreate(form, data) is not TorchRisk risk)
            {
                continue;
            }

            double difference = Difference(subject, risk);
            if (difference <= tolerance)
            {
                risks.Add(risk);
                forms.Add(form);
            }
            else
            {
                differing.Add(FormattableString.Invariant($"{form} by {difference:0.0e0}"));
                risk.Dispose();
            }
        }

        if (differing.Count > 0)
        {
            Console.Error.WriteLine($"{subject.Network.Name}, {typeof(T).Name}: libtorch differs from ours: {string.Join("; ", differing)}");
        }

        return forms.Count > differing.Count
            ? new TorchForms(risks, forms)
            : throw new InvalidOperationException($"{subject.Network.Name}: our gradient differs from libtorch's: {string.Join("; ", differing)}");
    }

    /// <inheritdoc/>
    public void Dispose() => risks.ForEach(risk => risk.Dispose());

    private static double Difference<T>(RiskCase<T> subject, TorchRisk risk)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double value, double[] gradients) = risk.Read();
        double ours = subject.Values.Sum(double.CreateChecked);
        double largest = 0;
        double apart = 0;
        for (int i = 0; i < gradients.Length; i++)
        {
            double mine = double.CreateChecked(subject.Gradients[i]);
            largest = Math.Max(largest, Math.Abs(mine));
            apart = Math.Max(apart, Math.Abs(mine - gradients[i]));
        }

        return Math.Max(apart / largest, Math.Abs(value - ours) / ours);
    }
}
