using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;
using Inversion.Risk;
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

    /// <inheritdoc/>
    public (TrialResult Result, double Value, double Work) Run(RandomKey key, CancellationToken cancellation)
    {
        GenerativeNetwork network = Network(key.Child("network"));
        Measurement measurement = Measurement(network, key.Child("measurement"));
        NetworkEngine<double> engine = new(network);
        double[] truth = Code.Draw(engine, measurement, key.Child("code"));
        double[] signal = new double[network.OutputDimension];
        double[] observed = new double[measurement.Count];
        engine.Forward(new NetworkWorkspace<double>(), truth, signal, 1);
        measurement.Apply<double>(signal, observed);
        Inversion.Measurements.Noise.Add(observed, Noise, key.Child("noise"));
        InversionResult found = Inverter.Invert(new EmpiricalRisk<double>(engine, measurement, observed), key.Child("starts"), Options, null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        double error = Vectors.Distance(found.Best.Latent.AsSpan(), truth) / Vectors.Norm(truth);
        TrialResult result = double.IsNaN(error) ? TrialResult.Undecided : error < SuccessError ? TrialResult.Success : TrialResult.Failure;
        return (result, error, found.Best.Evaluations);
    }
}
