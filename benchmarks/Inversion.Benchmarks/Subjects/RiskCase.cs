using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Benchmarks.Subjects;

/// <summary>J(z) = ½‖y − A G(z)‖² on one network, half of its outputs observed at random, and a batch of codes to evaluate it at.</summary>
/// <typeparam name="T">double or float.</typeparam>
internal sealed class RiskCase<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly EmpiricalRisk<T> risk;

    public RiskCase(GenerativeNetwork network, int batch)
    {
        RandomKey key = RandomKey.Parse("2a9").Child("case");
        Network = network;
        Batch = batch;
        Mask = MaskPattern.Parse("random:0.5", network, key.Child("mask"));
        Engine = new NetworkEngine<T>(network);
        T[] truth = new T[network.LatentDimension];
        Codes = new T[batch * network.LatentDimension];
        Fill(key.Child("truth"), truth);
        Fill(key.Child("codes"), Codes);
        risk = EmpiricalRisk<T>.OfCode(Engine, Mask, truth);
        Values = new T[batch];
        Gradients = new T[Codes.Length];
    }

    public GenerativeNetwork Network { get; }

    public int Batch { get; }

    public Subsampling Mask { get; }

    public NetworkEngine<T> Engine { get; }

    /// <summary>batch × n0.</summary>
    public T[] Codes { get; }

    /// <summary>J at each code, after <see cref="Evaluate"/>.</summary>
    public T[] Values { get; }

    /// <summary>∇J at each code, after <see cref="Evaluate"/>.</summary>
    public T[] Gradients { get; }

    /// <summary>The same for a peer.</summary>
    public RiskData Data => new(
        Network, [.. Mask.Indices], Array.ConvertAll(risk.Observed.ToArray(), double.CreateChecked), Array.ConvertAll(Codes, double.CreateChecked),
        Batch, typeof(T) == typeof(double));

    /// <summary>J and ∇J at every code of the batch.</summary>
    public void Evaluate() => risk.ValuesAndGradients(Codes, Values, Gradients, Batch);

    private static void Fill(RandomKey key, T[] values)
    {
        RandomStream stream = key.Open();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(stream.NextGaussian());
        }
    }
}
