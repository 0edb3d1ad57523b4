using System.CommandLine;
using Inversion.Networks;

namespace Inversion.Cli.Options;

/// <summary>The options that several commands share, in one spelling; a plan file uses the same keys without the dashes.</summary>
internal static class CommonOptions
{
    public static Option<string[]> Network { get; } = Many("--network", "FILE|PRESET", $"Network file (safetensors, ONNX), preset ({string.Join(", ", (string[])[.. Presets.Names, .. ShippedModels.Names])}) or INPUT:LAYERS (8x1:64k8,64k8); may be repeated").Offering([.. Presets.Names, .. ShippedModels.Names]);

    public static Option<string?> Input { get; } = One("--input", "SHAPE", "Shape of the latent code of a drawn network: 8x1 (channels x positions), 2x1x1 (2-D), 10 (dense)");

    public static Option<string?> Layers { get; } = One("--layers", "LIST", "Layers of a drawn network: 64k8,64k8 (channels, kernel; optional sSTRIDE pPADDING oOUTPUTPADDING) or dense250");

    public static Option<string?> Weights { get; } = One("--weights", "LAW", "Law of drawn weights: gaussian, uniform, rademacher, laplace, uniform01, bernoulli01, constant [gaussian]").Offering(WeightLaws.ByName.Keys);

    public static Option<string?> Variance { get; } = One("--variance", "1|2", "Numerator of the weights' variance v/(channels x taps): 1 as in the paper, 2 to keep the size of signals [1]");

    public static Option<string?> Activation { get; } = One("--activation", "NAME", "Activation of a drawn network: relu, leaky-relu[:SLOPE], sigmoid, tanh [relu]").Offering([.. ActivationLayer.Names, "leaky-relu:"]);

    public static Option<string?> LastActivation { get; } = One("--last-activation", "NAME", "Activation after the last layer [as --activation]").Offering([.. ActivationLayer.Names, "leaky-relu:"]);

    public static Option<string[]> Bind { get; } = Many("--bind", "NAME=VALUE", "Fix a second ONNX input, such as a class label: NAME=0.5 or NAME=[0,1,0]; an entry of the only one: NAME[0]=0.5; the class of a conditional generator: class=3");

    public static Option<string?> OutputNode { get; } = One("--output-node", "NAME", "Stop an ONNX graph at this node or tensor");

    public static Option<string[]> Mask { get; } = Many("--mask", "PATTERN", "What is observed: all, random:RATE, contiguous:RATE (a run of outputs), blocks:RATE (of the last layer), offsets:RATE (the same in each block), adversarial:RATE (chosen against this network), top, bottom, left, right, center, border (each with :SHARE), rows:FILE, block:P, joined with +, or picture:FILE (its white pixels) [all]").OfferingJoined('+', MeasurementChoice.Words);

    public static Option<string?> Measure { get; } = One("--measure", "gaussian:M", "Sense what the mask lets through by M random Gaussian rows").Offering(["gaussian:"]);

    public static Option<string?> Noise { get; } = One("--noise", "S", "Add Gaussian noise of expected norm S to the measurements [0]");

    public static Option<string?> Seed { get; } = One("--seed", "HEX", "Address of all randomness, up to 16 hex digits [2a9]");

    public static Option<string?> Threads { get; } = One("--threads", "N", "Worker threads; results do not depend on it [all processors]");

    public static Option<string?> Out { get; } = One("--out", "DIR", "Folder for the results [runs/COMMAND-TIME]");

    public static Option<string?> Plan { get; } = One("--plan", "FILE", "JSON file with these options as keys; values given on the command line win").Offering(Arguments.Plans);

    public static Option<bool> Json { get; } = new("--json") { Description = "Print the summary as JSON alone" };

    /// <summary>An option of the root, so that every command has it.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet") { Description = "No progress on standard error: results, warnings and errors alone", Recursive = true };

    public static Option<string?> One(string name, string value, string description) =>
        new Option<string?>(name) { Description = description, HelpName = value }.Offering(Completions.Literal(value));

    public static Option<string[]> Many(string name, string value, string description) =>
        new Option<string[]>(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] }.Offering(Completions.Literal(value));

    /// <summary>Adds the options that choose a network.</summary>
    public static Command WithNetwork(this Command command)
    {
        foreach (Option option in (Option[])[Network, Input, Layers, Weights, Variance, Activation, LastActivation, Bind, OutputNode])
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>Adds the options that choose what is observed.</summary>
    public static Command WithMeasurement(this Command command)
    {
        command.Add(Mask);
        command.Add(Measure);
        return command;
    }
}
