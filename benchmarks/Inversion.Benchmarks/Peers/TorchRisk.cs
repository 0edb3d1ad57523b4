using System.Numerics;
using Inversion.Benchmarks.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Benchmarks.Peers;

/// <summary>J and ∇J of a <see cref="RiskCase{T}"/> in libtorch with autograd, in one form.</summary>
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

    private TorchRisk(TorchForm form, Networks.GenerativeNetwork network, int[] indices, double[] observed, double[] codes, int batch, ScalarType type)
    {
        stages = TorchStage.Create(network, form.Layers, type);
        outputs = network.OutputDimension;
        multiplies = form.MultipliesMask;
        int channels = network.OutputShape.Channels;
        int positions = network.OutputShape.Positions;
        bool last = form.Layers is TorchLayers.Product or TorchLayers.ConvolutionChannelsLast;
        long[] places = [.. indices.Select(index => last ? ((long)(index % positions) * channels) + (index / positions) : index)];
        Array.Sort(places, observed);
        Tensor index = tensor(places);
        Tensor measured = tensor(observed, dtype: type);
        mask = multiplies ? zeros(outputs, dtype: type).index_fill(0, index, 1) : index;
        Tensor one = multiplies ? zeros(outputs, dtype: type).index_copy(0, index, measured) : measured;
        target = one.expand(batch, -1).contiguous();
        halves = [tensor(0.5, dtype: type)];
        Codes = tensor(codes, dtype: type).view(batch, -1).requires_grad_();
    }

    /// <summary>batch × n0, a leaf that needs a gradient.</summary>
    public Tensor Codes { get; }

    /// <summary>The peer of a case in one form; null where that form would be absurd.</summary>
    public static TorchRisk? TryCreate<T>(TorchForm form, RiskCase<T> subject)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool fits = form.Layers != TorchLayers.Dense || Enumerable.Range(0, subject.Network.Layers.Length)
            .All(i => (long)subject.Network.Shapes[i].Length * subject.Network.Shapes[i + 1].Length <= MostDenseEntries
                || subject.Network.Layers[i] is not Networks.AffineLayer);
        return fits
            ? new TorchRisk(
                form, subject.Network, [.. subject.Mask.Indices], Array.ConvertAll(subject.Observed, double.CreateChecked),
                Array.ConvertAll(subject.Codes, double.CreateChecked), subject.Batch, typeof(T) == typeof(double) ? ScalarType.Float64 : ScalarType.Float32)
            : null;
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
        return (0.5 * twice.to(ScalarType.Float64).item<double>(), Gradient(twice).to(ScalarType.Float64).cpu().data<double>().ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();
}
