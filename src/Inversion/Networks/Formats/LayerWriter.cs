using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inversion.Networks.Formats;

/// <summary>Describes a network's layers in JSON and collects the tensors that the description names.</summary>
internal sealed class LayerWriter
{
    /// <summary>Utf8JsonWriter options of every text that goes into a network file.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tensors of the layers written so far.</summary>
    public List<NamedTensor> Tensors { get; } = [];

    /// <summary>The description, schema <see cref="NetworkFile.NetworkSchema"/>.</summary>
    public string Write(GenerativeNetwork network)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", NetworkFile.NetworkSchema);
            WriteList(json, "input", network.InputShape.ToAxes());
            json.WriteStartArray("layers");
            for (int i = 0; i < network.Layers.Length; i++)
            {
                json.WriteStartObject();
                json.WriteString("type", network.Layers[i].Kind);
                WriteFields(json, network.Layers[i], network.Shapes[i], $"layer{i}");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>A list of numbers.</summary>
    public static void WriteList(Utf8JsonWriter json, string name, ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteFields(Utf8JsonWriter json, Layer layer, Shape input, string name)
    {
        switch (layer)
        {
            case ConvolutionLayer convolution:
                WriteConvolution(json, convolution, name);
                break;
            case LinearLayer linear:
                json.WriteNumber("in_features", linear.InputChannels);
                json.WriteNumber("out_features", linear.OutputChannels);
                WriteTensor(json, "weight", name, [linear.OutputChannels, linear.InputChannels], linear.Weight);
                WriteBias(json, linear, name);
                break;
            case ChannelAffineLayer channel:
                double[] ones = new double[channel.Scale.Length];
                Array.Fill(ones, 1);
                json.WriteNumber("eps", 0);
                WriteTensor(json, "weight", name, [channel.Scale.Length], channel.Scale);
                WriteTensor(json, "bias", name, [channel.Scale.Length], channel.Shift);
                WriteTensor(json, "running_mean", name, [channel.Scale.Length], new double[channel.Scale.Length]);
                WriteTensor(json, "running_var", name, [channel.Scale.Length], ones);
                break;
            case ActivationLayer { Activation: Activation.LeakyRelu } leaky:
                json.WriteNumber("slope", leaky.Slope);
                break;
            case UpsampleLayer upsample:
                WriteList(json, "factor", input.SpatialRank == 1 ? [upsample.FactorWidth] : [upsample.FactorHeight, upsample.FactorWidth]);
                break;
            case ReshapeLayer reshape:
                WriteList(json, "shape", reshape.Target.ToAxes());
                break;
        }
    }

    private void WriteConvolution(Utf8JsonWriter json, ConvolutionLayer layer, string name)
    {
        KernelGeometry geometry = layer.Geometry;
        json.WriteNumber("in_channels", layer.InputChannels);
        json.WriteNumber("out_channels", layer.OutputChannels);
        int[] kernel = geometry.AxisList(geometry.KernelHeight, geometry.KernelWidth);
        WriteList(json, "kernel", kernel);
        WriteList(json, "stride", geometry.AxisList(geometry.StrideHeight, geometry.StrideWidth));
        WriteList(json, "padding", geometry.AxisList(geometry.PaddingHeight, geometry.PaddingWidth));
        WriteList(json, "output_padding", geometry.AxisList(geometry.OutputPaddingHeight, geometry.OutputPaddingWidth));
        WriteList(json, "dilation", geometry.AxisList(geometry.DilationHeight, geometry.DilationWidth));
        json.WriteNumber("groups", layer.Groups);
        int[] channels = layer.Transposed
            ? [layer.InputChannels, layer.OutputChannels / layer.Groups]
            : [layer.OutputChannels, layer.InputChannels / layer.Groups];
        WriteTensor(json, "weight", name, [.. channels, .. kernel], layer.Weight);
        WriteBias(json, layer, name);
    }

    private void WriteBias(Utf8JsonWriter json, AffineLayer layer, string name)
    {
        if (layer.Bias is null)
        {
            json.WriteNull("bias");
        }
        else
        {
            WriteTensor(json, "bias", name, [layer.OutputChannels], layer.Bias);
        }
    }

    private void WriteTensor(Utf8JsonWriter json, string parameter, string layer, int[] shape, double[] values)
    {
        string tensor = $"{layer}.{parameter}";
        json.WriteString(parameter, tensor);
        Tensors.Add(new NamedTensor(tensor, shape, values));
    }
}
