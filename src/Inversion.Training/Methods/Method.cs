using Inversion.Randomness;
using Inversion.Training.Nets;
using static TorchSharp.torch;

namespace Inversion.Training.Methods;

/// <summary>A way to train a generator: networks beside it, losses, and one step of all of them.</summary>
internal abstract class Method : IDisposable
{
    private readonly double averaging;

    private protected Method(ImageGenerator generator, double averaging)
    {
        this.averaging = averaging;
        Trained = generator;
        Averaged = new ImageGenerator(generator.Shape, generator.Parameters.Copy());
    }

    /// <summary>What the losses are called.</summary>
    public abstract IReadOnlyList<string> Losses { get; }

    /// <summary>The running average of the generator's weights: what is sampled and written.</summary>
    public ImageGenerator Averaged { get; }

    /// <summary>The generator whose weights are stepped.</summary>
    protected ImageGenerator Trained { get; }

    /// <summary>Everything a checkpoint must hold, with the prefix of its names.</summary>
    public IEnumerable<(string Prefix, ParameterSet Set)> State =>
        [("generator.", Trained.Parameters), ("averaged.", Averaged.Parameters), .. Beside];

    /// <summary>The networks and moments beside the generator.</summary>
    protected abstract IEnumerable<(string Prefix, ParameterSet Set)> Beside { get; }

    /// <summary>The method of this name.</summary>
    public static Method Create(TrainSettings settings, RandomKey key)
    {
        ImageGenerator generator = ImageGenerator.Draw(settings.Shape, key.Child("generator"));
        RandomKey beside = key.Child("beside");
        return settings.Method switch
        {
            "dcgan" => new AdversarialMethod(settings, generator, beside),
            "wgan-gp" => new WassersteinMethod(settings, generator, beside),
            "vae" => new AutoencoderMethod(settings, generator, beside),
            string other => throw new TrainingException($"--method {other}: the methods are {string.Join(", ", TrainSettings.Methods)}", TrainingException.Usage),
        };
    }

    /// <summary>One step on a batch; the losses before it.</summary>
    /// <param name="number">Steps taken before.</param>
    /// <param name="pictures">batch × channels × size × size.</param>
    /// <param name="classes">Their classes, one-hot, or null.</param>
    /// <param name="rate">The step size of this step.</param>
    /// <param name="key">Where this step's draws come from.</param>
    public double[] Step(long number, Tensor pictures, Tensor? classes, double rate, RandomKey key)
    {
        double[] losses = Advance(number, pictures, classes, rate, key);

        // The first steps count for less, so that the drawn weights are forgotten.
        Averaged.Parameters.Approach(Trained.Parameters, Math.Min(averaging, (number + 1.0) / (number + 10.0)));
        return losses;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, ParameterSet set) in State)
        {
            set.Dispose();
        }
    }

    /// <summary>One step of the method itself.</summary>
    protected abstract double[] Advance(long number, Tensor pictures, Tensor? classes, double rate, RandomKey key);
}
