using Inversion.Training.Nets;
using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Benchmarks.Peers;

/// <summary>Adam on all codes of a batch at once, in libtorch.</summary>
internal sealed class TorchAdam(TorchRisk risk, double[] starts)
{
    private const double Rate = 0.1;
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    /// <summary>Σ J at the codes as they are.</summary>
    public double Risk => risk.Read().Value;

    /// <summary>Steps of torch.optim's Adam from the starts.</summary>
    public void WithOptimizer(int steps)
    {
        Restart();
        using optim.Optimizer adam = optim.Adam([risk.Codes], Rate, FirstDecay, SecondDecay, Epsilon);
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            adam.zero_grad();
            risk.Accumulate(risk.TwiceTheRisk());
            adam.step();
        }
    }

    /// <summary>The same steps from the starts, written with as few operations on tensors as there can be.</summary>
    public void ByHand(int steps)
    {
        Restart();
        using DisposeScope whole = NewDisposeScope();
        Tensor first = zeros_like(risk.Codes);
        Tensor second = zeros_like(risk.Codes);
        Tensor weight = tensor(1 - FirstDecay, dtype: risk.Codes.dtype);
        Scalar decay = Number.Of(SecondDecay);
        Scalar share = Number.Of(1 - SecondDecay);
        for (int step = 1; step <= steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor gradient = risk.Gradient(risk.TwiceTheRisk());
            using (no_grad())
            {
                double correction = Math.Sqrt(1 - Math.Pow(SecondDecay, step));
                first.lerp_(gradient, weight);
                second.mul_(decay).addcmul_(gradient, gradient, share);
                risk.Codes.addcdiv_(first, second.sqrt().add_(Number.Of(Epsilon * correction)), Number.Of(-Rate * correction / (1 - Math.Pow(FirstDecay, step))));
            }
        }

        Number.Release();
    }

    private void Restart()
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
        {
            risk.Codes.copy_(tensor(starts, dtype: risk.Codes.dtype).view(risk.Codes.shape));
        }
    }
}
