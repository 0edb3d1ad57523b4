using Inversion.Randomness;
using Inversion.Training.Nets;
using static TorchSharp.torch;

namespace Inversion.Training.Methods;

/// <summary>
/// DCGAN (Radford, Metz, Chintala, 2016), conditional after Mirza and Osindero (2014) where the pictures have classes: the generator minimizes
/// −log D(G(z)), the critic the cross entropy with real pictures labelled 0.9 (Salimans et al., 2016, section 3.4).
/// </summary>
internal sealed class AdversarialMethod : Method
{
    private const float RealLabel = 0.9f;
    private const double Beta1 = 0.5;
    private const double Beta2 = 0.999;
    private readonly Ladder critic;
    private readonly Adam generatorSteps;
    private readonly Adam criticSteps;

    /// <summary>The method with drawn critic.</summary>
    public AdversarialMethod(TrainSettings settings, ImageGenerator generator, RandomKey key)
        : base(generator, settings.Averaging)
    {
        critic = Ladder.Draw(settings.Shape, 1, normalizes: true, key.Child("critic"));
        generatorSteps = new Adam(generator.Parameters, Beta1, Beta2);
        criticSteps = new Adam(critic.Parameters, Beta1, Beta2);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Losses { get; } = ["generator", "critic"];

    /// <inheritdoc/>
    protected override IEnumerable<(string Prefix, ParameterSet Set)> Beside =>
        [("critic.", critic.Parameters), ("adam.generator.", generatorSteps.State), ("adam.critic.", criticSteps.State)];

    /// <inheritdoc/>
    protected override double[] Advance(long number, Tensor pictures, Tensor? classes, double rate, RandomKey key)
    {
        int batch = (int)pictures.shape[0];
        Tensor codes = Draws.Gaussian(key.Child("codes"), batch, Trained.Shape.Latent);
        Tensor? drawn = Draws.Classes(key.Child("classes"), batch, Trained.Shape.Classes);
        Tensor made = Trained.Apply(Draws.Inputs(codes, drawn), training: true);

        critic.Parameters.ClearGradients();
        Tensor criticLoss = Entropy(critic.Apply(pictures, classes), RealLabel) + Entropy(critic.Apply(made.detach(), drawn), 0);
        criticLoss.backward();
        criticSteps.Step(rate);

        Trained.Parameters.ClearGradients();
        Tensor generatorLoss = Entropy(critic.Apply(made, drawn), 1);
        generatorLoss.backward();
        generatorSteps.Step(rate);
        return [generatorLoss.item<float>(), criticLoss.item<float>()];
    }

    private static Tensor Entropy(Tensor logits, float label) =>
        nn.functional.binary_cross_entropy_with_logits(logits, full_like(logits, Number.Of(label)));
}
