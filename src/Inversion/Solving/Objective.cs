using Inversion.Measurements;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>
/// J of one instance as its algorithm sees it: a budget, and no work done twice — what was computed at the loaded code, that of the last
/// evaluation, is used again. It computes nothing itself: see <see cref="Request"/>.
/// </summary>
/// <param name="setting">What the instance shares with others.</param>
/// <param name="observedNorm">‖y‖.</param>
/// <param name="counter">Counts what is spent; whoever evaluates adds to it.</param>
internal sealed class Objective(Setting setting, double observedNorm, EvaluationCount counter)
{
    private readonly double[] loaded = new double[setting.Network.LatentDimension];
    private bool isLoaded;

    /// <summary>n0.</summary>
    public int Dimension => loaded.Length;

    /// <summary>m.</summary>
    public int Count => Measurement.Count;

    /// <summary>The network and the measurement.</summary>
    public Setting Setting { get; } = setting;

    /// <summary>A.</summary>
    public Measurement Measurement => Setting.Measurement;

    /// <summary>‖y‖.</summary>
    public double ObservedNorm { get; } = observedNorm;

    /// <summary>Counts what is spent.</summary>
    public EvaluationCount Counter { get; } = counter;

    /// <summary>Work so far, in thirds of a gradient evaluation.</summary>
    public long Spent => Counter.Thirds;

    /// <summary>The value of <see cref="Spent"/> that may be reached and not passed.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>The single number asked for last.</summary>
    public double Answer { get; set; }

    /// <summary>True when this much more work stays within the limit.</summary>
    public bool Affords(long thirds) => thirds <= Limit - Spent;

    /// <summary>Work of making z the loaded code: 0 if it is.</summary>
    public int CostOfLoading(ReadOnlySpan<double> latent) => isLoaded && latent.SequenceEqual(loaded) ? 0 : 1;

    /// <summary>True when an answer needs a forward pass at the code first.</summary>
    public bool NeedsLoading(in Request request) => request.Kind switch
    {
        Evaluation.Value => true,
        Evaluation.Values => false,
        _ => CostOfLoading(request.Latents) > 0,
    };

    /// <summary>Notes that z is now the loaded code.</summary>
    public void Load(ReadOnlySpan<double> latent)
    {
        latent.CopyTo(loaded);
        isLoaded = true;
    }

    /// <summary>Notes that no code is loaded.</summary>
    public void Unload() => isLoaded = false;

    /// <summary>Rounds a code to the arithmetic of the network, so that what is returned is what was evaluated.</summary>
    public void Round(Span<double> latent) => Setting.Arithmetic.Round(latent);
}
