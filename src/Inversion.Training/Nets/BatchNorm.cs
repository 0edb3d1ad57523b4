using Inversion.Networks;
using Inversion.Randomness;
using static TorchSharp.torch;

namespace Inversion.Training.Nets;

/// <summary>Batch normalization of channels (Ioffe and Szegedy, 2015): by the batch while training, by running means afterwards.</summary>
internal sealed class BatchNorm
{
    private const double Momentum = 0.1;
    private const double Eps = 1e-5;
    private readonly ParameterSet parameters;
    private readonly string name;

    /// <summary>The normalization whose tensors begin with this name.</summary>
    public BatchNorm(ParameterSet parameters, string name)
    {
        this.parameters = parameters;
        this.name = name;
    }

    /// <summary>Adds the tensors: factors near 1 (as DCGAN draws them), shifts 0.</summary>
    public static void Add(ParameterSet parameters, string name, int channels, RandomKey key)
    {
        parameters.AddTrained(name + ".weight", [channels], 1, 0.02, key);
        parameters.AddTrained(name + ".bias", [channels], 0, 0, key);
        parameters.AddKept(name + ".running_mean", [channels], 0);
        parameters.AddKept(name + ".running_var", [channels], 1);
    }

    /// <summary>The normalized signal; with <paramref name="training"/>, the running means move towards this batch's.</summary>
    public Tensor Apply(Tensor signal, bool training) => nn.functional.batch_norm(
        signal,
        parameters[name + ".running_mean"],
        parameters[name + ".running_var"],
        parameters[name + ".weight"],
        parameters[name + ".bias"],
        training,
        Momentum,
        Eps);

    /// <summary>What it computes after training.</summary>
    public ChannelAffineLayer Export() => ChannelAffineLayer.FromBatchNorm(
        ParameterSet.Doubles(parameters[name + ".weight"]),
        ParameterSet.Doubles(parameters[name + ".bias"]),
        ParameterSet.Doubles(parameters[name + ".running_mean"]),
        ParameterSet.Doubles(parameters[name + ".running_var"]),
        Eps);
}
