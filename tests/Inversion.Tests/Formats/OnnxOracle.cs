using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Inversion.Tests.Formats;

/// <summary>Compares imported networks with what the ONNX runtime makes of the same bytes.</summary>
internal static class OnnxOracle
{
    private const double SinglePrecision = 2e-5;

    /// <summary>Fails unless the imported network agrees with the runtime on random codes.</summary>
    public static GenerativeNetwork AssertAgrees(byte[] model, string latent = "z", IReadOnlyDictionary<string, double[]>? bindings = null, int codes = 4)
    {
        GenerativeNetwork network = OnnxReader.Parse(model, "model.onnx", bindings);
        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(model, options);
        RandomStream stream = new RandomKey(0x0a).Child("onnx").Open();
        for (int i = 0; i < codes; i++)
        {
            double[] code = new double[network.LatentDimension];
            stream.FillGaussian(code);
            code = [.. code.Select(c => (double)(float)c)];
            NamedOnnxValue[] inputs = [.. session.InputMetadata.Select(input => Value(input.Key, input.Value, input.Key == latent ? code : bindings![input.Key]))];
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
            double[] expected = [.. results[0].AsTensor<float>().Select(v => (double)v)];
            ReferenceFileTests.AssertClose(expected, ReferenceFileTests.Evaluate(network, code), SinglePrecision, $"code {i}");
        }

        return network;
    }

    private static NamedOnnxValue Value(string name, NodeMetadata metadata, double[] values)
    {
        int[] dims = [.. metadata.Dimensions.Select(d => Math.Max(d, 1))];
        return metadata.ElementType == typeof(long)
            ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values.Select(v => (long)v).ToArray(), dims))
            : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values.Select(v => (float)v).ToArray(), dims));
    }
}
