using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Training.Nets;

/// <summary>
/// Adam with bias correction (Kingma and Ba, 2015, algorithm 1). Its moments and its count are tensors of a <see cref="ParameterSet"/>, so
/// that a checkpoint holds all there is to know.
/// </summary>
internal sealed class Adam : IDisposable
{
    private const double Eps = 1e-8;
    private readonly IReadOnlyList<Tensor> trained;
    private readonly double beta1;
    private readonly double beta2;

    /// <summary>Moments of zero for these parameters.</summary>
    public Adam(ParameterSet parameters, double beta1, double beta2)
    {
        trained = parameters.Trained;
        this.beta1 = beta1;
        this.beta2 = beta2;
        State.AddKept("count", [1], 0);
        for (int i = 0; i < trained.Count; i++)
        {
            State.AddKept($"first{i}", trained[i].shape, 0);
            State.AddKept($"second{i}", trained[i].shape, 0);
        }
    }

    /// <summary>Moments and count.</summary>
    public ParameterSet State { get; } = new();

    /// <summary>One step against the gradients that the parameters carry.</summary>
    public void Step(double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        State["count"].add_(Number.Of(1));
        double count = State["count"].item<float>();
        double correction1 = 1 - Math.Pow(beta1, count);
        double correction2 = 1 - Math.Pow(beta2, count);
        for (int i = 0; i < trained.Count; i++)
        {
            Tensor gradient = trained[i].grad ?? throw new InvalidOperationException($"parameter {i} has no gradient");
            Tensor first = State[$"first{i}"].mul_(Number.Of(beta1)).add_(gradient, Number.Of(1 - beta1));
            Tensor second = State[$"second{i}"].mul_(Number.Of(beta2)).addcmul_(gradient, gradient, Number.Of(1 - beta2));
            Tensor root = second.sqrt().div_(Number.Of(Math.Sqrt(correction2))).add_(Number.Of(Eps));
            trained[i].addcdiv_(first, root, Number.Of(-rate / correction1));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => State.Dispose();
}
