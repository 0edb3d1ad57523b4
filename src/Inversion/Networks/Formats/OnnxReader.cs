using System.Collections.Immutable;
using System.IO.Compression;
using Inversion.Networks.Formats.Onnx;

namespace Inversion.Networks.Formats;

/// <summary>
/// Reads networks from ONNX files: a chain of the operators that generators use becomes a chain of layers; constants are folded.
/// Nothing in the file is executed, and no other file is opened.
/// </summary>
/// <remarks>
/// Operators: ConvTranspose, Conv, Gemm, MatMul, BatchNormalization, Relu, LeakyRelu, Sigmoid, Tanh, Reshape, Flatten, Add, Sub, Mul, Div,
/// Unsqueeze, Squeeze, Identity, Constant, Concat with constants, Upsample and Resize (nearest); on constants also Shape, Gather, Cast and
/// Transpose. Anything else is refused by name and node. The first axis of every tensor is the batch, of size 1 or open.
/// Source: the ONNX operator descriptions.
/// </remarks>
public static class OnnxReader
{
    /// <summary>The most bytes that a compressed file may unpack to.</summary>
    public const int LargestUnpacked = 1 << 30;

    /// <summary>Reads a file, .onnx or .onnx.gz.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bindings">Values of inputs that are fixed, such as a class label, row-major; every input but the latent code.</param>
    /// <param name="output">The tensor or node that makes the signal; null for the graph's only output.</param>
    /// <exception cref="NetworkFileException">The file cannot be read, is damaged, or holds something that is not a chain of known layers; the message names the node.</exception>
    public static GenerativeNetwork Read(string path, IReadOnlyDictionary<string, double[]>? bindings = null, string? output = null) =>
        Parse(FileBytes.Read(path), path, bindings, output);

    /// <summary>Reads a stream to its end. The stream stays open.</summary>
    /// <exception cref="NetworkFileException">As for a file.</exception>
    public static GenerativeNetwork Read(
        Stream stream, string name = "stream", IReadOnlyDictionary<string, double[]>? bindings = null, string? output = null) =>
        Parse(FileBytes.Read(stream, name, Array.MaxLength), name, bindings, output);

    /// <summary>Reads bytes, packed with gzip or not.</summary>
    /// <exception cref="NetworkFileException">As for a file.</exception>
    public static GenerativeNetwork Parse(
        byte[] bytes, string name = "bytes", IReadOnlyDictionary<string, double[]>? bindings = null, string? output = null) =>
        new OnnxImporter(Graph(bytes, name), name).Import(bindings ?? ImmutableDictionary<string, double[]>.Empty, output, NetworkLoader.DisplayName(name));

    /// <summary>What the file holds: its constants without their values, and what goes in and out.</summary>
    internal static NetworkFileInfo Inspect(byte[] bytes, string name)
    {
        OnnxGraph graph = Graph(bytes, name);
        try
        {
            Dictionary<string, string> texts = new()
            {
                ["inputs"] = string.Join(", ", graph.Inputs.Select(input => $"{input.Name} [{string.Join(", ", input.Dims.Select(size => size == 0 ? "?" : $"{size}"))}]")),
                ["outputs"] = string.Join(", ", graph.Outputs),
                ["nodes"] = string.Join(", ", graph.Nodes.Select(node => $"{node.Name} ({node.Operator}) → {string.Join(' ', node.Outputs)}")),
            };
            return new NetworkFileInfo("onnx", texts, [.. graph.Constants.Select(pair => OnnxTensor.Describe(pair.Key, pair.Value))]);
        }
        catch (Exception problem) when (OnnxImporter.IsProblem(problem))
        {
            throw new NetworkFileException(name, problem.Message, problem);
        }
    }

    private static OnnxGraph Graph(byte[] bytes, string name)
    {
        try
        {
            return OnnxGraph.Parse(NetworkLoader.IsPacked(bytes) ? Unpack(bytes, name) : bytes);
        }
        catch (Exception problem) when (OnnxImporter.IsProblem(problem))
        {
            throw new NetworkFileException(name, problem.Message, problem);
        }
    }

    private static byte[] Unpack(byte[] bytes, string name)
    {
        using MemoryStream packed = new(bytes, writable: false);
        using GZipStream unpacked = new(packed, CompressionMode.Decompress);
        return FileBytes.Read(unpacked, name, LargestUnpacked);
    }
}
