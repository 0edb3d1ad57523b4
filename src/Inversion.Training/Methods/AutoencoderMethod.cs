using Inversion.Randomness;
using Inversion.Training.Nets;
using static TorchSharp.torch;

namespace Inversion.Training.Methods;

/// <summary>
/// A decoder trained by least squares: the variational autoencoder (Kingma and Welling, 2014) with Gaussian outputs of variance
/// <see cref="TrainSettings.Variance"/>. Minimizes E ½‖x − G(z)‖²/variance + KL(q(z|x) ‖ N(0, I)), multiplied by the variance.
/// </summary>
internal sealed class AutoencoderMethod : Method
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private readonly Ladder encoder;
    private readonly Adam generatorSteps;
    private readonly Adam encoderSteps;
    private readonly double variance;

    /// <summary>The method with drawn encoder.</summary>
    public AutoencoderMethod(TrainSettings settings, ImageGenerator generator, RandomKey key)
        : base(generator, settings.Averaging)
    {
        variance = settings.Variance;
        encoder = Ladder.Draw(settings.Shape, 2 * settings.Shape.Latent, normalizes: true, key.Child("encoder"));
        generatorSteps = new Adam(generator.Parameters, Beta1, Beta2);
        encoderSteps = new Adam(encoder.Parameters, Beta1, Beta2);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["squared_error", "divergence"];

    /// <inheritdoc/>
    protected override IEnumerable<(string Prefix, ParameterSet Set)> Beside =>
        [("encoder.", encoder.Parameters), ("adam.generator.", generatorSteps.State), ("adam.encoder.", encoderSteps.State)];

    /// <inheritdoc/>
    protected override double[] Advance(long number, Tensor pictures, Tensor? classes, double rate, RandomKey key)
    {
        int batch = (int)pictures.shape[0];
        int latent = Trained.Shape.Latent;
        Tensor[] halves = encoder.Apply(pictures, classes).chunk(2, 1);
        Tensor mean = halves[0];
        Tensor logVariance = halves[1].clamp(Number.Of(-12), Number.Of(6));
        Tensor codes = mean + (logVariance.mul(Number.Of(0.5)).exp() * Draws.Gaussian(key.Child("codes"), batch, latent));
        Tensor error = (Trained.Apply(Draws.Inputs(codes, classes), training: true) - pictures).pow(Number.Of(2)).sum().div(Number.Of(batch));
        Tensor divergence = ((mean.pow(Number.Of(2)) + logVariance.exp()).sub(Number.Of(1)) - logVariance).sum().mul(Number.Of(0.5)).div(Number.Of(batch));
        Tensor loss = error.mul(Number.Of(0.5)) + divergence.mul(Number.Of(variance));

        Trained.Parameters.ClearGradients();
        encoder.Parameters.ClearGradients();
        loss.backward();
        generatorSteps.Step(rate);
        encoderSteps.Step(rate);
        return [error.item<float>(), divergence.item<float>()];
    }
}
