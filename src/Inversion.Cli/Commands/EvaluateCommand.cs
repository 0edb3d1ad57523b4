using System.CommandLine;
using System.Numerics;
using System.Text.Json.Nodes;
using Inversion.Cli.Options;
using Inversion.Cli.Output;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Randomness;
using Inversion.Risk;

namespace Inversion.Cli.Commands;

/// <summary>evaluate: G, J and their derivatives at one code, for comparison with other code.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string?> Latent = CommonOptions.One("--z", "ARRAY|FILE", "Latent code, flattened row-major");
    private static readonly Option<string?> Target = CommonOptions.One("--target", "ARRAY|FILE", "Measurements y (m numbers), or a whole signal (n numbers) to be measured");
    private static readonly Option<string?> Direction = CommonOptions.One("--direction", "ARRAY|FILE", "Latent direction v");
    private static readonly Option<string?> Cotangent = CommonOptions.One("--cotangent", "ARRAY|FILE", "Output direction w, whole output");
    private static readonly Option<bool> Single = new("--float") { Description = "Compute in single precision" };

    public static Command Create()
    {
        Command command = new("evaluate", """
            Prints, as JSON: output G(z), value J(z) = 1/2 |y - A G(z)|^2, its gradient and one-sided directional derivative, jvp (of G along
            the direction) and vjp (of G, whole output).

            Example: inversion evaluate --input 2x1 --layers 4k2 --z [1,-1] --direction [0,1]
            """);
        command.WithNetwork().WithMeasurement();
        foreach (Option option in (Option[])[Latent, Target, Direction, Cotangent, Single, CommonOptions.Seed])
        {
            command.Add(option);
        }

        command.SetAction(parsed => parsed.GetValue(Single) ? Run<float>(parsed) : Run<double>(parsed));
        return command;
    }

    private static int Run<T>(ParseResult parsed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Arguments arguments = new(parsed);
        RandomKey seed = arguments.Seed();
        GenerativeNetwork network = NetworkSource.Single(arguments).Network(seed, 0);
        Measurement measurement = MeasurementChoice.Single(arguments).For(network, seed.Child("measurement").Child(0));
        T[] z = Vector<T>(arguments, Latent, network.LatentDimension, "the latent code")
            ?? throw new UsageException("evaluate needs a code: --z [..] or --z FILE");
        T[]? v = Vector<T>(arguments, Direction, network.LatentDimension, "the latent code");
        T[]? w = Vector<T>(arguments, Cotangent, network.OutputDimension, "the output");
        NetworkEngine<T> engine = new(network);
        NetworkWorkspace<T> workspace = new();
        T[] output = new T[network.OutputDimension];
        engine.Forward(workspace, z, output, 1);
        JsonObject result = new() { ["output"] = JsonText.Array<T>(output), ["value"] = null, ["gradient"] = null, ["directionalDerivative"] = null, ["jvp"] = null, ["vjp"] = null };
        if (arguments.Text(Target) is { } text)
        {
            EmpiricalRisk<T> risk = new(engine, measurement, Observed<T>(text, measurement));
            T[] gradient = new T[z.Length];
            result["value"] = JsonText.Number(risk.ValueAndGradient(z, gradient));
            result["gradient"] = JsonText.Array<T>(gradient);
            result["directionalDerivative"] = v is null ? null : JsonText.Number(risk.DirectionalDerivative(z, v));
        }

        if (v is not null)
        {
            T[] product = new T[output.Length];
            engine.Tangent(workspace, v, product, 1);
            result["jvp"] = JsonText.Array<T>(product);
        }

        if (w is not null)
        {
            T[] product = new T[z.Length];
            engine.Backward(workspace, w, product);
            result["vjp"] = JsonText.Array<T>(product);
        }

        Console.Out.WriteLine(JsonText.Compact(result));
        return ExitCode.Success;
    }

    private static T[]? Vector<T>(Arguments arguments, Option<string?> option, int length, string what)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        arguments.Text(option) is { } text ? Array.ConvertAll(JsonArrays.Parse(text, option.Name, length, what), T.CreateTruncating) : null;

    private static T[] Observed<T>(string text, Measurement measurement)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] target = Array.ConvertAll(JsonArrays.Parse(text, Target.Name), T.CreateTruncating);
        if (target.Length == measurement.SignalLength)
        {
            T[] observed = new T[measurement.Count];
            measurement.Apply<T>(target, observed);
            return observed;
        }

        return target.Length == measurement.Count
            ? target
            : throw new UsageException($"--target: {target.Length} numbers; the measurement has {measurement.Count}, the whole output {measurement.SignalLength}");
    }
}
