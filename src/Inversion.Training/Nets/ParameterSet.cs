using Inversion.Networks.Formats;
using Inversion.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Training.Nets;

/// <summary>Named float32 tensors: what is trained, and what is kept beside it (running means, Adam's moments).</summary>
internal sealed class ParameterSet : IDisposable
{
    private readonly List<(string Name, Tensor Value, bool Trained)> entries = [];

    /// <summary>All tensors by name, in the order they were added.</summary>
    public IEnumerable<(string Name, Tensor Value)> All => entries.Select(entry => (entry.Name, entry.Value));

    /// <summary>The trained tensors, in the order they were added.</summary>
    public IReadOnlyList<Tensor> Trained => [.. entries.Where(entry => entry.Trained).Select(entry => entry.Value)];

    /// <summary>The tensor of this name.</summary>
    public Tensor this[string name] => entries.Find(entry => entry.Name == name).Value
        ?? throw new ArgumentException($"there is no tensor '{name}'", nameof(name));

    /// <summary>Adds a trained tensor with independent entries mean + deviation · N(0, 1).</summary>
    public void AddTrained(string name, long[] shape, double mean, double deviation, RandomKey key)
    {
        double[] values = new double[shape.Aggregate(1L, (product, size) => product * size)];
        key.Child(name).Open().FillGaussian(values);
        float[] entriesOf = Array.ConvertAll(values, value => (float)(mean + (deviation * value)));
        using DisposeScope scope = NewDisposeScope();
        Tensor drawn = tensor(entriesOf, shape);

        // Kernels with their channels together make libtorch convolve that way throughout, which is faster on processors.
        if (shape.Length == 4)
        {
            drawn = drawn.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        }

        entries.Add((name, drawn.requires_grad_().DetachFromDisposeScope(), true));
    }

    /// <summary>Adds a tensor that is not trained, each entry the same value.</summary>
    public void AddKept(string name, long[] shape, float value) =>
        entries.Add((name, full(shape, value, dtype: ScalarType.Float32).DetachFromDisposeScope(), false));

    /// <summary>A set of the same names whose tensors are copies and are not trained.</summary>
    public ParameterSet Copy()
    {
        using DisposeScope scope = NewDisposeScope();
        ParameterSet copy = new();
        foreach ((string name, Tensor value, _) in entries)
        {
            copy.entries.Add((name, value.detach().clone().DetachFromDisposeScope(), false));
        }

        return copy;
    }

    /// <summary>this ← weight · this + (1 − weight) · other, tensor by tensor.</summary>
    public void Approach(ParameterSet other, double weight)
    {
        using IDisposable quiet = no_grad();
        using Tensor share = 1 - weight;
        for (int i = 0; i < entries.Count; i++)
        {
            entries[i].Value.lerp_(other.entries[i].Value, share);
        }
    }

    /// <summary>Clears the gradients.</summary>
    public void ClearGradients()
    {
        foreach (Tensor value in Trained)
        {
            value.grad = null;
        }
    }

    /// <summary>The tensors as a checkpoint holds them, each name behind the prefix.</summary>
    public IEnumerable<NamedTensor> Save(string prefix) => entries.Select(entry => new NamedTensor(
        prefix + entry.Name, [.. entry.Value.shape.Select(size => (int)size)], Doubles(entry.Value)));

    /// <summary>Takes every tensor from a checkpoint.</summary>
    /// <exception cref="TrainingException">A tensor is missing or has another shape.</exception>
    public void Load(SafetensorsFile file, string prefix)
    {
        using IDisposable quiet = no_grad();
        foreach ((string name, Tensor value, _) in entries)
        {
            TensorInfo? info = file.Find(prefix + name);
            if (info is null || !info.Shape.Select(size => (long)size).SequenceEqual(value.shape))
            {
                throw new TrainingException($"{file.Name}: tensor '{prefix}{name}' is missing or has another shape: the checkpoint is of another run");
            }

            using Tensor read = tensor(Array.ConvertAll(file.ReadDoubles(prefix + name), entry => (float)entry), value.shape);
            value.copy_(read);
        }
    }

    /// <summary>A tensor's entries, row-major, widened.</summary>
    public static double[] Doubles(Tensor value)
    {
        // Each in a variable that lives to the end: what only libtorch still reads would be collected under its hands.
        using Tensor detached = value.detach();
        using Tensor plain = detached.contiguous();
        return Array.ConvertAll(plain.data<float>().ToArray(), entry => (double)entry);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, Tensor value, _) in entries)
        {
            value.Dispose();
        }
    }
}
