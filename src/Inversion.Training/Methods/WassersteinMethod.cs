using Inversion.Randomness;
using Inversion.Training.Nets;
using static TorchSharp.torch;

namespace Inversion.Training.Methods;

/// <summary>
/// WGAN-GP (Gulrajani et al., 2017, algorithm 1): the critic maximizes E D(x) − E D(G(z)) − 10 E (‖∇D(x̂)‖ − 1)², x̂ between a real and a
/// generated picture; every few steps the generator maximizes E D(G(z)).
/// </summary>
internal sealed class WassersteinMethod : Method
{
    private const double Penalty = 10;
    private const double Beta1 = 0;
    private const double Beta2 = 0.9;
    private readonly Ladder critic;
    private readonly Adam generatorSteps;
    private readonly Adam criticSteps;
    private readonly int criticPerGenerator;

    /// <summary>The method with drawn critic.</summary>
    public WassersteinMethod(TrainSettings settings, ImageGenerator generator, RandomKey key)
        : base(generator, settings.Averaging)
    {
        criticPerGenerator = settings.CriticSteps;
        critic = Ladder.Draw(settings.Shape, 1, normalizes: false, key.Child("critic"));
        generatorSteps = new Adam(generator.Parameters, Beta1, Beta2);
        criticSteps = new Adam(critic.Parameters, Beta1, Beta2);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["generator", "critic", "penalty"];

    /// <inheritdoc/>
    protected override IEnumerable<(string Prefix, ParameterSet Set)> Beside =>
        [("critic.", critic.Parameters), ("adam.generator.", generatorSteps.State), ("adam.critic.", criticSteps.State)];

    /// <inheritdoc/>
    protected override double[] Advance(long number, Tensor pictures, Tensor? classes, double rate, RandomKey key)
    {
        int batch = (int)pictures.shape[0];
        Tensor codes = Draws.Gaussian(key.Child("codes"), batch, Trained.Shape.Latent);

        // Made for the classes of the real pictures, so that both ends of the line that the penalty looks at have one class.
        bool stepsGenerator = (number + 1) % criticPerGenerator == 0;
        Tensor made;
        using (stepsGenerator ? null : no_grad())
        {
            made = Trained.Apply(Draws.Inputs(codes, classes), training: true);
        }

        Tensor fixedMade = made.detach();
        Tensor share = Draws.Uniform(key.Child("shares"), batch);
        Tensor between = (fixedMade + ((pictures - fixedMade) * share)).detach().requires_grad_();

        critic.Parameters.ClearGradients();
        Tensor judged = critic.Apply(between, classes);
        Tensor slope = autograd.grad([judged], [between], [ones_like(judged)], retain_graph: true, create_graph: true)[0];
        Tensor length = slope.reshape(batch, -1).pow(Number.Of(2)).sum(1).add(Number.Of(1e-12)).sqrt();
        Tensor penalty = length.sub(Number.Of(1)).pow(Number.Of(2)).mean().mul(Number.Of(Penalty));
        Tensor distance = critic.Apply(fixedMade, classes).mean() - critic.Apply(pictures, classes).mean();
        Tensor criticLoss = distance + penalty;
        criticLoss.backward();
        criticSteps.Step(rate);

        Tensor generatorLoss = -critic.Apply(made, classes).mean();
        if (stepsGenerator)
        {
            Trained.Parameters.ClearGradients();
            generatorLoss.backward();
            generatorSteps.Step(rate);
        }

        return [generatorLoss.item<float>(), distance.item<float>(), penalty.item<float>()];
    }
}
