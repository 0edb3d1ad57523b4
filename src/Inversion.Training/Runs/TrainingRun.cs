using System.Text.Json.Nodes;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Training.Data;
using Inversion.Training.Methods;
using Inversion.Training.Nets;
using Inversion.Training.Output;
using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Training.Runs;

/// <summary>A run in a folder: steps, losses, samples and a checkpoint after each epoch, and the model at the end.</summary>
/// <param name="settings">What is trained.</param>
/// <param name="pictures">What it is trained on.</param>
/// <param name="folder">Where everything is written; it exists.</param>
/// <param name="licence">The licence that the model file names.</param>
internal sealed class TrainingRun(TrainSettings settings, PictureSet pictures, string folder, string licence)
{
    private const int SampleColumns = 10;
    private const int SampleRows = 8;
    private const int LossesShown = 100;
    private readonly RandomKey key = RandomKey.Parse(settings.Seed);

    /// <summary>The model file in the folder.</summary>
    public string Model => Path.Combine(folder, "model.safetensors");

    /// <summary>Trains to the end.</summary>
    /// <param name="resume">True to go on from the folder's checkpoint.</param>
    /// <param name="cancellation">Stops after the running step; a checkpoint is kept.</param>
    /// <returns>True at the end, false when cancelled.</returns>
    /// <exception cref="TrainingException">A loss is not finite, or the checkpoint is another run's.</exception>
    public bool Train(bool resume, CancellationToken cancellation)
    {
        int perEpoch = pictures.Count / settings.Batch;
        long steps = (long)perEpoch * settings.Epochs;
        JsonObject record = Provenance.Record(settings, pictures, steps, get_num_threads());
        using Method method = Method.Create(settings, key.Child("weights"));
        long step = resume ? Checkpoint.Load(folder, method, record) : 0;
        LossLog log = new(folder, method.Losses, step);
        Progress progress = new(step, steps);
        long kept = step;
        int[] order = [];
        for (; step < steps; step++)
        {
            int place = (int)(step % perEpoch);
            if (place == 0 || order.Length == 0)
            {
                order = key.Child("order").Child(step / perEpoch).Open().Permutation(pictures.Count);
            }

            double[] losses = Step(method, step, steps, order.AsSpan(place * settings.Batch, settings.Batch));
            if (Array.FindIndex(losses, loss => !double.IsFinite(loss)) is int bad and >= 0)
            {
                log.Flush();
                string last = kept > 0 ? $"the checkpoint after step {kept} is kept" : "there is no checkpoint yet";
                throw new TrainingException(
                    $"stopped: the loss '{method.Losses[bad]}' is {losses[bad]} at step {step + 1} of {steps}; {last}; try a smaller --rate than {settings.Rate:R}",
                    TrainingException.Diverged);
            }

            log.Add(losses);
            progress.Report(step + 1, () => log.Recent(LossesShown));
            bool cancelled = cancellation.IsCancellationRequested;
            if (place == perEpoch - 1 || cancelled)
            {
                kept = step + 1;
                log.Flush();
                log.Draw();
                Checkpoint.Save(folder, method, kept, record);
                Sample(method.Averaged, Path.Combine(folder, "samples.png"));
            }

            if (cancelled && step + 1 < steps)
            {
                return false;
            }
        }

        Write(method.Averaged, record);
        return true;
    }

    private double[] Step(Method method, long step, long steps, ReadOnlySpan<int> indices)
    {
        using DisposeScope scope = NewDisposeScope();
        RandomKey draws = key.Child("step").Child(step);
        Tensor batch = pictures.Batch(indices, settings.Mirrors ? draws.Child("mirrors").Open() : null);
        Tensor? classes = settings.Shape.Classes > 0 ? Draws.OneHot(pictures.Labels(indices), settings.Shape.Classes) : null;
        double[] losses = method.Step(step, batch, classes, settings.RateAt(step, steps), draws);
        Number.Release();
        return losses;
    }

    // Conditional generators: a class in each column.
    private void Sample(ImageGenerator generator, string path)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        GeneratorShape shape = settings.Shape;
        int count = SampleColumns * SampleRows;
        Tensor codes = Draws.Gaussian(key.Child("samples"), count, shape.Latent);
        Tensor? classes = shape.Classes == 0 ? null : Draws.OneHot([.. Enumerable.Range(0, count).Select(i => i % SampleColumns % shape.Classes)], shape.Classes);
        Tensor made = generator.Apply(Draws.Inputs(codes, classes), training: false).contiguous();
        PictureGrid.Write(path, made.data<float>().ToArray(), shape.Channels, shape.Size, SampleColumns, settings.Range);
    }

    private void Write(ImageGenerator generator, JsonObject record)
    {
        GenerativeNetwork network = generator.Export(Path.GetFileNameWithoutExtension(Model));
        if (network.FirstNonFinite() is string place)
        {
            throw new TrainingException($"stopped: the trained weights are not finite: {place}", TrainingException.Diverged);
        }

        NetworkFile.Write(network, Model, singlePrecision: true, Provenance.Metadata(settings, record, licence));
    }
}
