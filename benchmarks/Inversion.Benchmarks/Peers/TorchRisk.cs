using Inversion.Benchmarks.Subjects;
using Inversion.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Inversion.Benchmarks.Peers;

/// <summary>J(z) = ½‖y − A G(z)‖² and ∇J over a batch of codes in libtorch with autograd, in one form.</summary>
internal sealed class TorchRisk : IDisposable
{
    // A dense form of more entries than this is not tried.
    private const long MostDenseEntries = 1 << 22;
    private readonly DisposeScope owned = NewDisposeScope();
    private readonly TorchStage[] stages;
    private readonly Tensor target;
    private readonly Tensor mask;
    private readonly bool multiplies;
    private readonly long outputs;
    private readonly Tensor[] halves;

    private TorchRisk(TorchForm form, RiskData data)
    {
        ScalarType type = data.IsDouble ? ScalarType.Float64 : ScalarType.Float32;
        Shape output = data.Network.OutputShape;
        stages = TorchStage.Create(data.Network, form.Layers, type);
        outputs = output.Length;
        multiplies = form.MultipliesMask;

        // The observed outputs where this form puts them, in the order of memory.
        bool last = form.Layers is TorchLayers.Product or TorchLayers.ConvolutionChannelsLast;
        long[] places = [.. data.Observes.Select(index => last ? ((long)(index % output.Positions) * output.Channels) + (index / output.Positions) : index)];
        long[] order = [.. Enumerable.Range(0, places.Length).OrderBy(i => places[i]).Select(i => (long)i)];
        Tensor index = tensor(places).index_select(0, tensor(order));
        Tensor measured = tensor(data.Observed, dtype: type).view(-1, places.Length).index_select(1, tensor(order));
        using Scalar one = 1.0.ToScalar();
        mask = multiplies ? zeros(outputs, dtype: type).index_fill(0, index, one) : index;
        target = (multiplies ? zeros(measured.shape[0], outputs, dtype: type).index_copy(1, index, measured) : measured).expand(data.Batch, -1).contiguous();
        halves = [tensor(0.5, dtype: type)];
        Codes = new Parameter(tensor(data.Codes, dtype: type).view(data.Batch, -1));
    }

    /// <summary>batch × n0, a leaf that needs a gradient.</summary>
    public Parameter Codes { get; }

    /// <summary>A risk in one form; null where that form would be absurd.</summary>
    public static TorchRisk? TryCreate(TorchForm form, RiskData data)
    {
        GenerativeNetwork network = data.Network;
        bool fits = form.Layers != TorchLayers.Dense || Enumerable.Range(0, network.Layers.Length)
            .All(i => network.Layers[i] is not AffineLayer || (long)network.Shapes[i].Length * network.Shapes[i + 1].Length <= MostDenseEntries);
        return fits ? new TorchRisk(form, data) : null;
    }

    /// <summary>2 Σ J over the batch, as a graph. The caller's dispose scope owns it.</summary>
    public Tensor TwiceTheRisk()
    {
        Tensor signal = Codes;
        foreach (TorchStage stage in stages)
        {
            signal = stage.Apply(signal);
        }

        signal = signal.reshape(-1, outputs);
        signal = multiplies ? signal.mul(mask) : signal.index_select(1, mask);
        return nn.functional.mse_loss(signal, target, nn.Reduction.Sum);
    }

    /// <summary>∇J at every code, batch × n0. The caller's dispose scope owns it.</summary>
    public Tensor Gradient(Tensor twiceTheRisk) => autograd.grad([twiceTheRisk], [Codes], halves)[0];

    /// <summary>Adds ∇J to the gradient that the codes carry.</summary>
    public void Accumulate(Tensor twiceTheRisk) => twiceTheRisk.backward(halves);

    /// <summary>One value and gradient, its tensors freed at once.</summary>
    public void Evaluate()
    {
        using DisposeScope scope = NewDisposeScope();
        Gradient(TwiceTheRisk());
    }

    /// <summary>Σ J and the gradients, as numbers.</summary>
    public (double Value, double[] Gradients) Read()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor twice = TwiceTheRisk();
        return (0.5 * twice.to(ScalarType.Float64).item<double>(), Gradient(twice).to(ScalarType.Float64).data<double>().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
