using System.Collections.Immutable;

namespace Inversion.Networks.Formats;

/// <summary>What a network file holds beside the network itself.</summary>
/// <param name="Format">"safetensors" or "onnx".</param>
/// <param name="Metadata">The strings of a safetensors file (licence, origin, the network's description); for ONNX "inputs", "outputs" and "nodes", to choose bindings and an output node from.</param>
/// <param name="Tensors">The stored tensors.</param>
public sealed record NetworkFileInfo(string Format, IReadOnlyDictionary<string, string> Metadata, ImmutableArray<TensorInfo> Tensors);
