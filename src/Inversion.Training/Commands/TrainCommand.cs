using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Inversion.Randomness;
using Inversion.Training.Data;
using Inversion.Training.Nets;
using Inversion.Training.Runs;

namespace Inversion.Training.Commands;

/// <summary>train: a generator from pictures.</summary>
internal static class TrainCommand
{
    private const int Cancelled = 130;
    private static readonly Option<string> Method = With("--method", "dcgan", "dcgan, wgan-gp or vae (a decoder trained by least squares)");
    private static readonly Option<string> Data = new("--data") { Description = "IDX file (.gz too) or folder of PNG and JPEG files, folders below included", Required = true };
    private static readonly Option<string?> Labels = new("--labels") { Description = "IDX file of classes: trains a conditional generator" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder for the model, checkpoint, losses and samples", Required = true };
    private static readonly Option<int> Latent = With("--latent", 10, "Entries of the latent code");
    private static readonly Option<string> Widths = With("--widths", "128,64,32", "Channels between the layers; n widths make pictures of size 4 x 2^n (--start x 2^n): three 32, four 64");
    private static readonly Option<int> Start = With("--start", GeneratorShape.Kernel, "Size after the first layer; 7 and two widths make 28 x 28");
    private static readonly Option<double> Slope = With("--slope", GeneratorShape.LeakySlope, "Slope of the generator's activations below zero; 0 for ReLU");
    private static readonly Option<int> Epochs = With("--epochs", 10, "Times that every picture is seen");
    private static readonly Option<int> Batch = With("--batch", 64, "Pictures a step");
    private static readonly Option<double> Rate = With("--rate", 0.0002, "Adam's step size; falls to zero over the second half");
    private static readonly Option<int> CriticSteps = With("--critic-steps", 5, "wgan-gp: steps of the critic for each of the generator");
    private static readonly Option<double> Variance = With("--variance", 0.1, "vae: variance of a picture's entry about the decoder's; smaller follows the pictures closer");
    private static readonly Option<double> Averaging = With("--averaging", 0.998, "Weight of the past in the running average of the generator, which is what is written; 0 for the last weights");
    private static readonly Option<double> Range = With("--range", 1.0, "What white is trained as, black its negative; below 1, tanh is kept from its ends");
    private static readonly Option<bool> Scale = new("--scale") { Description = "Scale pictures that are smaller than the output (default: pad them with black)" };
    private static readonly Option<bool> Mirror = new("--mirror") { Description = "Turn half of the pictures left to right" };
    private static readonly Option<bool> Colour = new("--colour") { Description = "Three channels (default: grey)" };
    private static readonly Option<int> Limit = With("--limit", int.MaxValue, "Most pictures that are read");
    private static readonly Option<string> Seed = With("--seed", "2a9", "Address of all randomness, up to 16 hex digits");
    private static readonly Option<int> Threads = With("--threads", 1, "libtorch's threads; the same seed gives the same bits on one");
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the checkpoint in --out" };
    private static readonly Option<string> Licence = With("--licence", "own weights; training data: see inversion.training", "What the model file says under 'licence'");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Command command = new("train", """
            Trains a generator and writes it as a network file, with its provenance in the metadata.

            Example: train --data train-images-idx3-ubyte.gz --out runs/digits
            Example: train --data celeba --widths 256,128,64,32 --latent 100 --colour --out runs/celeba
            """);
        foreach (Option option in (Option[])[Data, Labels, Out, Method, Latent, Widths, Start, Slope, Epochs, Batch, Rate, CriticSteps, Variance, Averaging,
            Range, Scale, Mirror, Colour, Limit, Seed, Threads, Resume, Licence])
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string method = parsed.GetRequiredValue(Method);
        Require(TrainSettings.Methods.Contains(method), $"--method {method}: the methods are {string.Join(", ", TrainSettings.Methods)}");
        int[] widths = ReadWidths(parsed.GetRequiredValue(Widths));
        string seed = parsed.GetRequiredValue(Seed);
        Require(RandomKey.TryParse(seed, out RandomKey address), $"--seed {seed}: write up to 16 hexadecimal digits");
        TorchSetup.Prepare(AtLeastOne(parsed, Threads));
        double range = Between(parsed, Range, 0, 1);
        Require(range > 0, "--range must be positive");
        int start = AtLeastOne(parsed, Start);
        Require(start <= 64, $"--start {start}: must be at most 64");
        PictureFit fit = new(start << widths.Length, !parsed.GetValue(Scale), range);
        PictureSet pictures = PictureSet.Read(
            parsed.GetRequiredValue(Data), parsed.GetValue(Labels), fit, parsed.GetValue(Colour), AtLeastOne(parsed, Limit));
        TrainSettings settings = new()
        {
            Method = method,
            Shape = new GeneratorShape(AtLeastOne(parsed, Latent), pictures.Classes, widths, pictures.Channels) { Start = start, Slope = Between(parsed, Slope, 0, 1) },
            Epochs = AtLeastOne(parsed, Epochs),
            Batch = AtLeastOne(parsed, Batch),
            Rate = Between(parsed, Rate, 0, 1),
            CriticSteps = AtLeastOne(parsed, CriticSteps),
            Variance = Between(parsed, Variance, 0, 1e6),
            Averaging = Between(parsed, Averaging, 0, 1),
            Range = range,
            Pads = fit.Pads,
            Mirrors = parsed.GetValue(Mirror),
            Seed = address.ToString(),
        };
        Require(settings.Batch > 1 && settings.Batch <= pictures.Count, $"--batch {settings.Batch}: must be from 2 to the number of pictures, {pictures.Count}");
        string folder = parsed.GetRequiredValue(Out);
        Directory.CreateDirectory(folder);
        TrainingRun run = new(settings, pictures, folder, parsed.GetRequiredValue(Licence));
        using CancellationTokenSource source = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        if (!run.Train(parsed.GetValue(Resume), source.Token))
        {
            Console.Error.WriteLine("cancelled; --resume goes on");
            return Cancelled;
        }

        Console.Out.WriteLine($"{run.Model}: {settings.Shape.Input}x1x1 -> {settings.Shape.Channels}x{settings.Shape.Size}x{settings.Shape.Size}, {pictures.Count} pictures, {settings.Epochs} epochs");
        return 0;

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            source.Cancel();
        }
    }

    private static int[] ReadWidths(string text)
    {
        string[] parts = text.Split(',');
        int[] widths = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            Require(
                int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out widths[i]) && widths[i] > 0 && parts.Length <= 6,
                $"--widths {text}: write one to six positive numbers, as 128,64,32");
        }

        return widths;
    }

    private static int AtLeastOne(ParseResult parsed, Option<int> option)
    {
        int value = parsed.GetValue(option);
        Require(value >= 1, $"{option.Name} {value}: must be at least 1");
        return value;
    }

    private static double Between(ParseResult parsed, Option<double> option, double low, double high)
    {
        double value = parsed.GetValue(option);
        Require(value >= low && value <= high, string.Create(CultureInfo.InvariantCulture, $"{option.Name} {value:R}: must be from {low:R} to {high:R}"));
        return value;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new TrainingException(otherwise, TrainingException.Usage);
        }
    }

    private static Option<T> With<T>(string name, T value, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
    };
}
