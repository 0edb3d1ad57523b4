using Inversion.Randomness;
using Inversion.Training.Nets;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace Inversion.Training.Tests;

/// <summary>Adam beside libtorch's own.</summary>
public sealed class AdamTests
{
    [Theory]
    [InlineData(0.5, 0.999)]
    [InlineData(0, 0.9)]
    public void Steps_AreThoseOfTorchSharp(double beta1, double beta2)
    {
        TorchSetup.Prepare(1);
        using ParameterSet parameters = new();
        parameters.AddTrained("w", [4, 3], 0, 1, new RandomKey(1));
        using Nets.Adam adam = new(parameters, beta1, beta2);
        Parameter peer = new(parameters["w"].detach().clone());
        using optim.Optimizer other = optim.Adam([peer], lr: 0.01, beta1: beta1, beta2: beta2);
        for (int i = 0; i < 20; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            parameters.ClearGradients();
            Loss(parameters["w"]).backward();
            adam.Step(0.01);
            other.zero_grad();
            Loss(peer).backward();
            other.step();
        }

        double[] expected = ParameterSet.Doubles(peer);
        Assert.All(expected.Zip(ParameterSet.Doubles(parameters["w"])), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5));
    }

    private static Tensor Loss(Tensor w) => ((w - 0.3).pow(4) + w.sin()).sum();
}
