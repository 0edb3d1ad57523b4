using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Inversion.Tests.Formats;

/// <summary>Compares imported networks with what the ONNX runtime makes of the same bytes.</summary>
internal static class OnnxOracle
{
    private const double SinglePrecision = 1e-5;

    /// <summary>Fails unless the imported network agrees with the runtime on random codes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="latent">The input that is the latent code.</param>
    /// <param name="bindings">Inputs, or entries of the code, that are fixed.</param>
    /// <param name="codes">How many codes are tried.</param>
    /// <param name="output">The tensor at which the network ends; null for the graph's output.</param>
    public static GenerativeNetwork AssertAgrees(byte[] model, string latent = "z", IReadOnlyDictionary<string, double[]>? bindings = null, int codes = 4, string? output = null)
    {
        GenerativeNetwork network = OnnxReader.Parse(model, "model.onnx", bindings, output);
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(output is null ? model : WithOutput(model, output), options);
        RandomStream stream = new RandomKey(0x0a).Child("onnx").Open();
        for (int i = 0; i < codes; i++)
        {
            double[] code = new double[network.LatentDimension];
            stream.FillGaussian(code);
            code = [.. code.Select(c => (double)(float)c)];
            NamedOnnxValue[] inputs = [.. session.InputMetadata.Select(input => Value(input.Key, input.Value, input.Key == latent ? Whole(latent, code, bindings) : bindings![input.Key]))];
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
            double[] expected = [.. results.Single(result => output is null || result.Name == output).AsTensor<float>().Select(v => (double)v)];
            ReferenceFileTests.AssertClose(expected, ReferenceFileTests.Evaluate(network, code), SinglePrecision, $"code {i}");
        }

        return network;
    }

    // Messages that follow each other are merged: one more output.
    private static byte[] WithOutput(byte[] model, string name) => [.. model, .. OnnxBuilder.Message((7, OnnxBuilder.Message((12, OnnxBuilder.Message((1, name))))))];

    private static double[] Whole(string latent, double[] code, IReadOnlyDictionary<string, double[]>? bindings)
    {
        List<double> whole = [.. code];
        for (int i = 0; i <= whole.Count; i++)
        {
            if (bindings is not null && bindings.TryGetValue($"{latent}[{i}]", out double[]? fixedEntry))
            {
                whole.Insert(i, fixedEntry[0]);
            }
        }

        return [.. whole];
    }

    private static NamedOnnxValue Value(string name, NodeMetadata metadata, double[] values)
    {
        int[] dims = [.. metadata.Dimensions.Select(d => Math.Max(d, 1))];
        return metadata.ElementType == typeof(long)
            ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values.Select(v => (long)v).ToArray(), dims))
            : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values.Select(v => (float)v).ToArray(), dims));
    }
}
