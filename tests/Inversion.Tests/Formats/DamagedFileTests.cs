using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Formats;

public sealed class DamagedFileTests
{
    private const string OneTensor = """{"w":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]}}""";

    [Fact]
    public void Read_FileCutOffAnywhere_IsAnError()
    {
        byte[] whole = Valid();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Throws<NetworkFileException>(() => NetworkFile.Read(SafetensorsFile.Parse(cut)));
        }
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F64","shape":[2,1],"data_offsets":[0,17]}}""", "needs 16 bytes, but data_offsets span 17")]
    [InlineData("""{"w":{"dtype":"F64","shape":[3,1],"data_offsets":[0,24]}}""", "ends at byte 24 of the data, but the file holds 16")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", "8 bytes after its last tensor")]
    [InlineData("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""", "bytes between belong to no tensor")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"v":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""", "they overlap")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[-16,0]}}""", "must be a whole number from 0")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[16,0]}}""", "begin no larger than end")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[0]}}""", "must be two numbers")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[0,1e1]}}""", "must be a whole number")]
    [InlineData("""{"w":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,16]}}""", "more entries than a file holds")]
    [InlineData("""{"w":{"dtype":"F64","shape":[9223372036854775807],"data_offsets":[0,16]}}""", "more entries than a file holds")]
    [InlineData("""{"w":{"dtype":"F64","shape":[99999999999999999999],"data_offsets":[0,16]}}""", "must be a whole number")]
    [InlineData("""{"w":{"dtype":"F128","shape":[1],"data_offsets":[0,16]}}""", "unknown dtype 'F128'")]
    [InlineData("""{"w":{"dtype":"F64","data_offsets":[0,16]}}""", "tensor 'w': field 'shape' is missing")]
    [InlineData("""{"w":{"dtype":7,"shape":[2],"data_offsets":[0,16]}}""", "field 'dtype': must be a string, not a number")]
    [InlineData("""{"w":5}""", "tensor 'w': must be an object, not a number")]
    [InlineData("""[1]""", "the header: must be an object, not a list")]
    [InlineData("""{"w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}""", "not valid JSON")]
    [InlineData("""{"__metadata__":{"a":1},"w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}""", "metadata 'a': must be a string, not a number")]
    [InlineData("""{"__metadata__":{"a":"\ud800"},"w":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}""", "surrogate")]
    [InlineData("""{"\ud800":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}""", "")]
    [InlineData("""{"w":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}""", "not valid JSON")]
    [InlineData("""{"w":""", "not valid JSON")]
    public void Parse_HeaderThatLies_SaysWhere(string header, string message)
    {
        NetworkFileException problem = Assert.Throws<NetworkFileException>(() => SafetensorsFile.Parse(File(header, new byte[16]), "f"));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Parse_WellFormedHeader_IsRead() => Assert.Equal([0, 0], SafetensorsFile.Parse(File(OneTensor, new byte[16])).ReadDoubles("w"));

    [Fact]
    public void Parse_HalfPrecisionTypes_AreWidenedExactly()
    {
        byte[] file = File("""{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]},"i":{"dtype":"I64","shape":[1],"data_offsets":[6,14]}}""", [0x00, 0x3C, 0x01, 0x00, 0x20, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0]);
        SafetensorsFile read = SafetensorsFile.Parse(file);

        Assert.Equal([1, Math.Pow(2, -24)], read.ReadDoubles("h"));
        Assert.Equal([-2.5], read.ReadDoubles("b"));
        Assert.Contains("'i' has dtype I64", Assert.Throws<NetworkFileException>(() => read.ReadDoubles("i")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(100_000_001UL)]
    [InlineData(1000UL)]
    public void Parse_HeaderLengthBeyondTheFile_IsRefusedBeforeItIsRead(ulong length)
    {
        byte[] bytes = File(OneTensor, new byte[16]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("claims a header of", Assert.Throws<NetworkFileException>(() => SafetensorsFile.Parse(bytes)).Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsAnError()
    {
        byte[] bytes = File(OneTensor, new byte[16]);
        bytes[10] = 0xFF;

        Assert.Contains("UTF-8", Assert.Throws<NetworkFileException>(() => SafetensorsFile.Parse(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schema":"inversion.network/9","input":[1],"layers":[]}""", "field 'schema' is 'inversion.network/9'; this version reads 'inversion.network/1'")]
    [InlineData("""{"input":[1],"layers":[]}""", "field 'schema' is missing")]
    [InlineData("""{"schema":"inversion.network/1","input":[1,1,1,1],"layers":[]}""", "field 'input': a shape has 1 to 3 axes")]
    [InlineData("""{"schema":"inversion.network/1","input":[0],"layers":[]}""", "field 'input'[0]: must be a whole number from 1")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[]}""", "at least one layer")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[{"type":"relu"},{"type":"gru"}]}""", "layer 1 (gru): 'gru' is no layer type")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[{}]}""", "layer 0: field 'type' is missing")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[{"type":"linear","in_features":1,"out_features":2,"weight":"x"}]}""", "layer 0 (linear): field 'weight': tensor 'x' is not in the file")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[{"type":"linear","in_features":2,"out_features":1,"weight":"w"}]}""", "tensor 'w' has shape [2, 1], but the layer's fields need [1, 2]")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[{"type":"linear","in_features":"1","out_features":2,"weight":"w"}]}""", "layer 0 (linear): field 'in_features': must be a number, not a string")]
    [InlineData("""{"schema":"inversion.network/1","input":[2],"layers":[{"type":"linear","in_features":1,"out_features":2,"weight":"w"}]}""", "layer 0 (linear): linear: reads 1 features, but the layer below makes 2")]
    [InlineData("""{"schema":"inversion.network/1","input":[1],"layers":[{"type":"leaky_relu","slope":"NaN"}]}""", "layer 0 (leaky_relu)")]
    [InlineData("""{"schema":"inversion.network/1","input":[2,1],"layers":[{"type":"conv_transpose1d","in_channels":2,"out_channels":1,"kernel":[1,1],"weight":"w"}]}""", "field 'kernel': has 2 entries; 1 is needed")]
    [InlineData("""{"schema":"inversion.network/1","input":[2,1],"layers":[{"type":"conv1d","in_channels":2,"out_channels":1,"kernel":1,"groups":3,"weight":"w"}]}""", "field 'groups': 3 does not divide")]
    [InlineData("""{"schema":"inversion.network/1","input":[2,9],"layers":[{"type":"upsample_nearest","factor":2000000000}]}""", "layer 0 (upsample_nearest): its output is too large")]
    [InlineData("""{"schema":"inversion.network/1","input":[2],"layers":[{"type":"batch_norm","running_mean":"w"}]}""", "tensor 'w' has shape [2, 1], but the layer's fields need [2]")]
    [InlineData("""{"schema":"inversion.network/1","input":[2],"layers":{"type":"relu"}}""", "field 'layers': must be a list, not an object")]
    public void Read_DescriptionThatDoesNotFit_NamesLayerAndField(string network, string message)
    {
        byte[] bytes = File($$$"""{"__metadata__":{"inversion.network":{{{System.Text.Json.JsonSerializer.Serialize(network)}}}},{{{OneTensor[1..]}}}""", new byte[16]);

        NetworkFileException problem = Assert.Throws<NetworkFileException>(() => NetworkFile.Read(SafetensorsFile.Parse(bytes, "f")));

        Assert.StartsWith("f: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OptionalFieldsLeftOut_HaveTheirDefaults()
    {
        const string Network = """{\"schema\":\"inversion.network/1\",\"input\":[2,3],\"layers\":[{\"type\":\"conv_transpose1d\",\"in_channels\":2,\"out_channels\":1,\"kernel\":1,\"weight\":\"w\"},{\"type\":\"upsample_nearest\",\"scale_factor\":2.0}]}""";
        byte[] bytes = File($$$"""{"__metadata__":{"inversion.network":"{{{Network}}}"},"w":{"dtype":"F64","shape":[2,1,1],"data_offsets":[0,16]}}""", new byte[16]);

        GenerativeNetwork network = NetworkFile.Read(SafetensorsFile.Parse(bytes));

        Assert.Equal(Shape.Sequence(1, 6), network.OutputShape);
        ConvolutionLayer layer = Assert.IsType<ConvolutionLayer>(network.Layers[0]);
        Assert.Equal((1, 0, 1, 1), (layer.Geometry.StrideWidth, layer.Geometry.PaddingWidth, layer.Geometry.DilationWidth, layer.Groups));
        Assert.Null(layer.Bias);
    }

    [Fact]
    public void Read_PlainSafetensors_SaysWhatIsMissing() => Assert.Contains(
        "no metadata key 'inversion.network'", Assert.Throws<NetworkFileException>(() => NetworkFile.Read(SafetensorsFile.Parse(File(OneTensor, new byte[16])))).Message, StringComparison.Ordinal);

    [Property(MaxTest = 4000)]
    public void Read_RandomDamageToANetworkFile_IsReadOrReported(DoNotSize<ulong> seed)
    {
        byte[] bytes = Damage(Valid(), new RandomKey(seed.Item).Open());
        ReadOrReport(() => NetworkFile.Read(SafetensorsFile.Parse(bytes)));
    }

    [Property(MaxTest = 4000)]
    public void Read_RandomDamageToAnOnnxFile_IsReadOrReported(DoNotSize<ulong> seed)
    {
        byte[] bytes = Damage(ValidOnnx, new RandomKey(seed.Item).Open());
        ReadOrReport(() => OnnxReader.Parse(bytes));
    }

    [Property(MaxTest = 500)]
    public void Read_RandomDamageToAPackedFile_IsReadOrReported(DoNotSize<ulong> seed)
    {
        using MemoryStream packed = new();
        using (System.IO.Compression.GZipStream zip = new(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(ValidOnnx);
        }

        byte[] bytes = Damage(packed.ToArray(), new RandomKey(seed.Item).Open());
        ReadOrReport(() => OnnxReader.Parse(bytes));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'P', (byte)'K', 3, 4 }, "pickle or zip")]
    [InlineData(new byte[] { 0x80, 2 }, "pickle or zip")]
    [InlineData(new byte[0], "no graph")]
    [InlineData(new byte[] { 1, 2, 3 }, "")]
    public void Load_FileOfAnotherKind_IsReported(byte[] bytes, string message)
    {
        string path = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(path, bytes);
            Assert.Contains(message, Assert.Throws<NetworkFileException>(() => NetworkLoader.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    private static byte[] ValidOnnx { get; } = new OnnxBuilder().Input("z", 0, 2).Output("y")
        .Constant("w", [2, 4], new float[8]).Constant("k", [1, 2, 2, 2], new float[8]).Constant("shape", -1, 1, 2, 2).Constant("s", [4], [1, 1, 2, 2])
        .Node("MatMul", ["z", "w"], "a").Node("Add", ["a", "s"], "b").Node("Reshape", ["b", "shape"], "c")
        .Node("ConvTranspose", ["c", "k"], "d", ("strides", new long[] { 2, 2 }), ("pads", new long[] { 0, 0, 0, 0 }))
        .Node("LeakyRelu", ["d"], "e", ("alpha", 0.1f)).Node("Upsample", ["e", "s"], "y").Build();

    private static byte[] Valid()
    {
        using MemoryStream stream = new();
        NetworkFile.Write(new NetworkBuilder { Input = Shape.Sequence(2, 1), Layers = "2k2,dense3" }.Draw(new RandomKey(3)), stream);
        return stream.ToArray();
    }

    private static byte[] Damage(byte[] whole, RandomStream stream)
    {
        byte[] bytes = [.. whole];
        int changes = 1 + stream.NextBelow(3);
        for (int i = 0; i < changes; i++)
        {
            int at = stream.NextBelow(bytes.Length);
            bytes = stream.NextBelow(4) switch
            {
                0 => [.. bytes[..at], (byte)stream.NextBits(), .. bytes[at..]],
                1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1)..], 0],
                2 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << stream.NextBelow(8))), .. bytes[(at + 1)..]],
                _ => [.. bytes[..at], (byte)stream.NextBits(), .. bytes[(at + 1)..]],
            };
        }

        return bytes;
    }

    private static void ReadOrReport(Func<GenerativeNetwork> read)
    {
        try
        {
            Assert.NotEmpty(read().Layers);
        }
        catch (NetworkFileException problem)
        {
            Assert.DoesNotContain(problem.Message, char.IsControl);
        }
    }

    private static byte[] File(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + text.Length);
        return bytes;
    }
}
