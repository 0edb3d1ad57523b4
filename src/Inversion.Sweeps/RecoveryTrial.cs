using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Solving;

namespace Inversion.Sweeps;

/// <summary>Draws a network, a mask and a code z°, and recovers z° from A G(z°) + noise: a success where ‖z − z°‖/‖z°‖ is below a limit.</summary>
/// <param name="Network">The network of a trial, from its key; one that was read comes back whatever the key.</param>
/// <param name="Measurement">A of a trial, from the network and the key.</param>
/// <param name="Options">The search for the code.</param>
/// <param name="Noise">Expected norm of the Gaussian noise; 0 for none.</param>
/// <param name="SuccessError">The limit.</param>
public sealed record RecoveryTrial(
    Func<RandomKey, GenerativeNetwork> Network,
    Func<GenerativeNetwork, RandomKey, Measurement> Measurement,
    InvertOptions Options,
    double Noise = 0,
    double SuccessError = 1e-3) : ITrial
{
    /// <summary>Where z° comes from.</summary>
    public CodeLaw Code { get; init; } = CodeLaw.Gaussian;

    /// <summary>In place of the network, a conditional generator with each of its classes: one is drawn, and searched together with the code. Empty for none.</summary>
    public IReadOnlyList<GenerativeNetwork> Classes { get; init; } = [];

    /// <inheritdoc/>
    public (TrialResult Result, double Value, double Work) Run(RandomKey key, CancellationToken cancellation)
    {
        IReadOnlyList<GenerativeNetwork> networks = Classes.Count > 0 ? Classes : [Network(key.Child("network"))];
        int label = networks.Count == 1 ? 0 : key.Child("class").Open().NextBelow(networks.Count);
        Measurement measurement = Measurement(networks[label], key.Child("measurement"));
        NetworkEngine<double>[] engines = [.. networks.Select(network => new NetworkEngine<double>(network))];
        double[] truth = Code.Draw(engines[label], measurement, key.Child("code"));
        double[] signal = new double[networks[label].OutputDimension];
        double[] observed = new double[measurement.Count];
        engines[label].Forward(new NetworkWorkspace<double>(), truth, signal, 1);
        measurement.Apply<double>(signal, observed);
        Inversion.Measurements.Noise.Add(observed, Noise, key.Child("noise"));
        ClassResult found = ClassInverter.InvertMany<double>(engines, measurement, observed, [key.Child("starts")], Options, 1, null, cancellation)[0];
        cancellation.ThrowIfCancellationRequested();

        // A code of another class is no code that was recovered, however near its entries are.
        double error = found.Class == label ? Vectors.Distance(found.Search.Best.Latent.AsSpan(), truth) / Vectors.Norm(truth) : double.PositiveInfinity;
        TrialResult result = double.IsNaN(error) ? TrialResult.Undecided : error < SuccessError ? TrialResult.Success : TrialResult.Failure;
        return (result, error, found.Evaluations);
    }
}
