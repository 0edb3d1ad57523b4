using System.IO.Compression;
using Inversion.Networks;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Formats;

public sealed class OnnxReaderTests
{
    private readonly RandomStream stream = new RandomKey(0x0b).Child("weights").Open();

    [Fact]
    public void Read_CompressedGeneratorWithDiscriminator_AgreesWithTheRuntime() => OnnxOracle.AssertAgrees(ConditionalGan(), "X", codes: 5);

    [Fact]
    public void Read_GeneratorBeforeItsDiscriminator_AgreesWithTheRuntimeUnderEveryCondition()
    {
        Assert.Equal(1024, OnnxOracle.AssertAgrees(ConditionalGan(), "X", output: "input.27").OutputDimension);
        foreach (double condition in (double[])[0, 0.5, 1])
        {
            GenerativeNetwork network = OnnxOracle.AssertAgrees(ConditionalGan(), "X", Bind("X[0]", condition), output: "input.27");
            Assert.Equal(Shape.Flat(4), network.InputShape);
        }
    }

    [Theory]
    [InlineData("input.27")]
    [InlineData("ConvTranspose_13")]
    public void Load_OutputNode_StopsAtTheGenerator(string output)
    {
        string path = SharedData.Require("data/generators/cgan-vnncomp-32.onnx.gz");

        GenerativeNetwork network = NetworkLoader.Load(path, outputNode: output);

        Assert.Equal(Shape.Flat(5), network.InputShape);
        Assert.Equal(Shape.Image(1, 32, 32), network.OutputShape);
        Assert.Equal("cgan-vnncomp-32", network.Name);
    }

    [Fact]
    public void Parse_BoundLabelBeforeGemm_BecomesABias()
    {
        byte[] model = new OnnxBuilder().Input("z", 0, 3).Input("c", 0, 2).Output("y")
            .Constant("w", [4, 5], Random(20)).Constant("b", [4], Random(4))
            .Node("Concat", ["c", "z"], "zc", ("axis", 1L))
            .Node("Gemm", ["zc", "w", "b"], "h", ("transB", 1L), ("alpha", 0.5f), ("beta", 2f))
            .Node("Tanh", ["h"], "y").Build();

        GenerativeNetwork network = OnnxOracle.AssertAgrees(model, bindings: Bind("c", 0.25, -2));

        Assert.Equal(["linear", "tanh"], network.Layers.Select(layer => layer.Kind));
        Assert.Equal(3, network.LatentDimension);
    }

    [Fact]
    public void Parse_LabelEmbeddedThenJoinedBeforeConvTranspose_AgreesWithTheRuntime()
    {
        byte[] model = new OnnxBuilder().Input("z", 0, 3).IntegerInput("label", 0).Output("y")
            .Constant("table", [10, 2], Random(20)).Constant("w", [5, 4, 3, 3], Random(180)).Constant("b", [4], Random(4)).Constant("axes", 2, 3)
            .Node("Gather", ["table", "label"], "e")
            .Node("LeakyRelu", ["e"], "f", ("alpha", 0.2f))
            .Node("Concat", ["z", "f"], "zf", ("axis", -1L))
            .Node("Unsqueeze", ["zf", "axes"], "image")
            .Node("ConvTranspose", ["image", "w", "b"], "h", ("strides", new long[] { 2, 2 }), ("kernel_shape", new long[] { 3, 3 }))
            .Node("Relu", ["h"], "y").Build();

        GenerativeNetwork network = OnnxOracle.AssertAgrees(model, bindings: Bind("label", 7));

        Assert.Contains(network.Layers, layer => layer is ConvolutionLayer { InputChannels: 3 });
    }

    [Fact]
    public void Parse_ConstantChannelBeforePaddedConv_AgreesWithTheRuntime()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2, 4, 5).Output("y")
            .Constant("plane", [1, 1, 4, 5], Random(20)).Constant("w", [3, 3, 3, 3], Random(81)).Constant("b", [3], Random(3))
            .Node("Concat", ["z", "plane"], "zp", ("axis", 1L))
            .Node("Conv", ["zp", "w", "b"], "y", ("pads", new long[] { 1, 1, 1, 1 }), ("strides", new long[] { 1, 2 })).Build();

        OnnxOracle.AssertAgrees(model);
    }

    [Fact]
    public void Parse_JoinedThenActivated_AgreesWithTheRuntime()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2, 3).Output("y")
            .Constant("more", [1, 2, 2], Random(4))
            .Node("Concat", ["more", "z"], "joined", ("axis", 2L))
            .Node("Sigmoid", ["joined"], "y").Build();

        Assert.Equal(Shape.Sequence(2, 5), OnnxOracle.AssertAgrees(model).OutputShape);
    }

    [Fact]
    public void Parse_ShapeArithmeticOnTheBatch_IsFolded()
    {
        byte[] model = new OnnxBuilder().Input("z", 0, 6).Output("y")
            .Constant("w", [6, 8], Random(48)).Constant("zero", 0).Constant("rest", 2, 2, -1).Constant("axis", 0)
            .Raw(OnnxBuilder.Integers("first", [], [0]))
            .Node("MatMul", ["z", "w"], "h")
            .Node("Shape", ["h"], "s").Node("Gather", ["s", "first"], "n").Node("Unsqueeze", ["n", "axis"], "n1")
            .Node("Concat", ["n1", "rest"], "shape", ("axis", 0L))
            .Node("Reshape", ["h", "shape"], "y").Build();

        Assert.Equal(Shape.Image(2, 2, 2), OnnxOracle.AssertAgrees(model).OutputShape);
    }

    [Theory]
    [InlineData("Add", true)]
    [InlineData("Add", false)]
    [InlineData("Sub", true)]
    [InlineData("Sub", false)]
    [InlineData("Mul", true)]
    [InlineData("Mul", false)]
    [InlineData("Div", true)]
    public void Parse_ArithmeticWithConstants_AgreesWithTheRuntime(string name, bool signalFirst)
    {
        foreach (long[] dims in (long[][])[[], [1], [3, 1, 1], [2, 4], [1, 3, 2, 4], [4]])
        {
            byte[] model = new OnnxBuilder().Input("z", 0, 3, 2, 4).Output("y")
                .Constant("c", dims, Random((int)dims.Aggregate(1L, (a, b) => a * b)))
                .Node("Relu", ["z"], "h").Node(name, signalFirst ? ["h", "c"] : ["c", "h"], "y").Build();

            OnnxOracle.AssertAgrees(model);
        }
    }

    [Theory]
    [InlineData("asymmetric", "floor", true)]
    [InlineData("half_pixel", "round_prefer_floor", true)]
    [InlineData("half_pixel", "round_prefer_ceil", true)]
    [InlineData("pytorch_half_pixel", "round_prefer_floor", true)]
    [InlineData("asymmetric", "ceil", false)]
    [InlineData("half_pixel", "floor", false)]
    [InlineData("align_corners", "round_prefer_floor", false)]
    public void Parse_ResizeNearest_IsReadExactlyWhereItRepeats(string coordinates, string rounding, bool repeats)
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2, 3, 5).Output("y")
            .Constant("scales", [4], [1, 1, 2, 3])
            .Node("Resize", ["z", "", "scales"], "y", ("mode", "nearest"), ("coordinate_transformation_mode", coordinates), ("nearest_mode", rounding)).Build();

        if (repeats)
        {
            Assert.Equal(Shape.Image(2, 6, 15), OnnxOracle.AssertAgrees(model).OutputShape);
        }
        else
        {
            Assert.Contains("neighbors", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parse_ResizeBySizes_AgreesWithTheRuntime()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2, 3).Output("y").Constant("sizes", 1, 2, 6)
            .Node("Resize", ["z", "", "", "sizes"], "y", ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")).Build();

        Assert.Equal(Shape.Sequence(2, 6), OnnxOracle.AssertAgrees(model).OutputShape);
    }

    [Fact]
    public void Parse_UpsampleByAttributeAndByOperand_AgreesWithTheRuntime()
    {
        byte[] old = new OnnxBuilder().Opset(7).Input("z", 1, 2, 3, 3).Output("y")
            .Node("Upsample", ["z"], "y", ("mode", "nearest"), ("scales", new float[] { 1, 1, 2, 2 })).Build();
        byte[] later = new OnnxBuilder().Opset(9).Input("z", 1, 2, 3, 3).Output("y").Constant("s", [4], [1, 1, 3, 1])
            .Node("Upsample", ["z", "s"], "y").Build();

        OnnxOracle.AssertAgrees(old);
        OnnxOracle.AssertAgrees(later);
    }

    [Theory]
    [InlineData(new long[] { 1, 1, 1, 1 }, new long[] { 0, 0 })]
    [InlineData(new long[] { 2, 1, 1, 0 }, new long[] { 0, 0 })]
    [InlineData(new long[] { 0, 1, 1, 1 }, new long[] { 1, 0 })]
    public void Parse_TransposedConvolution_AgreesWithTheRuntime(long[] pads, long[] outputPadding)
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 4, 3, 2).Output("y")
            .Constant("w", [4, 3, 3, 4], Random(144)).Constant("b", [6], Random(6))
            .Node("ConvTranspose", ["z", "w", "b"], "y", ("pads", pads), ("output_padding", outputPadding), ("strides", new long[] { 3, 2 }), ("group", 2L), ("dilations", new long[] { 2, 1 }))
            .Build();

        OnnxOracle.AssertAgrees(model);
    }

    [Fact]
    public void Parse_ConstantStoredTwice_IsRefused()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2).Output("y").Constant("v", 0).Constant("v", 1).Node("Relu", ["z"], "y").Build();

        Assert.Contains("'v' is there twice", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SequenceOfConvolutions_AgreesWithTheRuntime()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2, 5).Output("y")
            .Constant("w", [2, 4, 3], Random(24)).Constant("v", [3, 4, 2], Random(24))
            .Constant("s", [4], Random(4)).Constant("t", [4], Random(4)).Constant("m", [4], Random(4)).Constant("q", [4], [0.5f, 1, 2, 3])
            .Node("ConvTranspose", ["z", "w"], "h", ("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 }))
            .Node("Relu", ["h"], "r")
            .Node("BatchNormalization", ["r", "s", "t", "m", "q"], "n", ("epsilon", 0.1f))
            .Node("Identity", ["n"], "i")
            .Node("Conv", ["i", "v"], "c", ("dilations", new long[] { 2 }), ("auto_pad", "VALID"))
            .Node("Flatten", ["c"], "y").Build();

        Assert.Equal(1, OnnxOracle.AssertAgrees(model).OutputShape.Positions);
    }

    [Fact]
    public void Parse_UnknownOperator_IsRefusedByNameAndNodeWithTheWayOut()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 3).Output("y")
            .Node("Tanh", ["z"], "h").Node("Softmax", ["h"], "y").Build();

        NetworkFileException problem = Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model, "m.onnx"));

        Assert.StartsWith("m.onnx: node 'Softmax_y' (Softmax): this operator is not read", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("--output-node h loads the part before it", problem.Message, StringComparison.Ordinal);
        Assert.Equal("tanh", OnnxReader.Parse(model, output: "h").Layers.Single().Kind);
    }

    [Theory]
    [InlineData("Add", "joins two branches")]
    [InlineData("Mul", "joins two branches")]
    [InlineData("Concat", "joins two branches")]
    [InlineData("MatMul", "depends on the latent code")]
    public void Parse_TwoBranches_AreRefused(string name, string message)
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 3).Output("y").Node("Tanh", ["z"], "h").Node("Relu", ["z"], "g")
            .Node(name, ["h", "g"], "y", ("axis", 1L)).Build();

        Assert.Contains(message, Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ExternalData_AreNeverLoaded()
    {
        byte[] entry = OnnxBuilder.Message((1, "location"), (2, "/etc/hostname"));
        byte[] weight = OnnxBuilder.Message((1, 3L), (1, 3L), (2, 1L), (8, "w"), (13, entry), (14, 1L));
        byte[] model = new OnnxBuilder().Input("z", 1, 3).Output("y").Raw(weight).Node("MatMul", ["z", "w"], "y").Build();

        Assert.Contains("tensor 'w': its data lie in another file", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OpenInputs_AreListedWithTheOption()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 3).Input("c", 1, 3).Output("y").Node("Add", ["z", "c"], "y").Build();

        Assert.Contains("'z', 'c' are open", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
        Assert.Contains("2 values", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model, bindings: Bind("c", 1, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("no such input", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model, bindings: Bind("d", 1))).Message, StringComparison.Ordinal);
        OnnxOracle.AssertAgrees(model, bindings: Bind("c", 1, 2, 3));
    }

    [Fact]
    public void Parse_EntriesOfTheCodeBound_BecomeABias()
    {
        byte[] dense = new OnnxBuilder().Input("z", 0, 5).Output("y")
            .Constant("w", [4, 5], Random(20)).Constant("b", [4], Random(4))
            .Node("Gemm", ["z", "w", "b"], "h", ("transB", 1L)).Node("Tanh", ["h"], "y").Build();
        byte[] image = new OnnxBuilder().Input("z", 1, 4, 1, 1).Output("y")
            .Constant("w", [4, 2, 3, 3], Random(72)).Node("ConvTranspose", ["z", "w"], "h").Node("Relu", ["h"], "y").Build();
        byte[] sequence = new OnnxBuilder().Input("z", 1, 2, 3).Output("y")
            .Constant("w", [2, 2, 3], Random(12)).Node("ConvTranspose", ["z", "w"], "y").Build();

        GenerativeNetwork network = OnnxOracle.AssertAgrees(dense, bindings: new Dictionary<string, double[]> { ["z[0]"] = [0.5], ["z[3]"] = [-2] });
        Assert.Equal(["linear", "tanh"], network.Layers.Select(layer => layer.Kind));
        Assert.Equal(3, network.LatentDimension);
        network = OnnxOracle.AssertAgrees(image, bindings: Bind("z[2]", 1.5));
        Assert.Equal(Shape.Image(3, 1, 1), network.InputShape);
        Assert.Contains(network.Layers, layer => layer is ConvolutionLayer { InputChannels: 3 });
        Assert.Equal(Shape.Flat(5), OnnxOracle.AssertAgrees(sequence, bindings: Bind("z[4]", 1.5)).InputShape);
    }

    [Theory]
    [InlineData("z[3]", "numbered from 0 to 2")]
    [InlineData("z[-1]", "numbered from 0 to 2")]
    [InlineData("z[]", "numbered from 0 to 2")]
    [InlineData("q[0]", "no such input")]
    [InlineData("c[0]", "not the latent code")]
    public void Parse_EntriesThatAreNone_AreRefused(string entry, string message)
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 3).Input("c", 1, 3).Output("y").Node("Add", ["z", "c"], "y").Build();
        Dictionary<string, double[]> bindings = new() { ["c"] = [1, 2, 3], [entry] = [1] };

        Assert.Contains(message, Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model, bindings: bindings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EntriesBoundTwiceOrAll_AreRefused()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 2).Output("y").Node("Relu", ["z"], "y").Build();

        foreach ((string message, Dictionary<string, double[]> bindings) in ((string, Dictionary<string, double[]>)[])[
            ("twice", new() { ["z[0]"] = [1], ["z[00]"] = [2] }), ("2 values", Bind("z[1]", 1, 2)), ("none is left", new() { ["z[0]"] = [1], ["z[1]"] = [2] })])
        {
            Assert.Contains(message, Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model, bindings: bindings)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Parse_ConstantNodesAndTypedData_AgreeWithTheRuntime()
    {
        byte[] packed = [.. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(-2f)];
        byte[] typed = OnnxBuilder.Message((1, 2L), (2, 1L), (4, packed), (8, "typed"));
        byte[] model = new OnnxBuilder().Input("z", 1, 2).Output("y").Raw(typed)
            .Node("Constant", [], "two", ("value_float", 2f)).Node("Constant", [], "shape", ("value_ints", new long[] { -1, 2, 1 }))
            .Node("Constant", [], "third", ("value", OnnxBuilder.Tensor("", [2], [3, 4])))
            .Node("Mul", ["typed", "third"], "c").Node("Div", ["c", "two"], "d")
            .Node("Add", ["z", "d"], "s").Node("Mul", ["two", "s"], "t").Node("Reshape", ["t", "shape"], "y").Build();

        Assert.Equal(Shape.Sequence(2, 1), OnnxOracle.AssertAgrees(model).OutputShape);
    }

    [Theory]
    [InlineData(6, "operator set 6")]
    [InlineData(0, "operator set 0")]
    public void Parse_OldOperatorSet_IsRefused(int version, string message)
    {
        byte[] model = new OnnxBuilder().Opset(version).Input("z", 1, 2).Output("y").Node("Relu", ["z"], "y").Build();

        Assert.Contains(message, Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_ShowsWhatCanBeBoundAndCutAt()
    {
        NetworkFileInfo info = NetworkLoader.Inspect(SharedData.Require("data/generators/cgan-vnncomp-32.onnx.gz"));

        Assert.Equal("X [1, 5]", info.Metadata["inputs"]);
        Assert.Contains("ConvTranspose_13 (ConvTranspose) → input.27", info.Metadata["nodes"], StringComparison.Ordinal);
        Assert.Equal("[512, 5]", info.Tensors[0].ShapeText);
    }

    [Fact]
    public void Parse_BatchOfTwo_IsRefused()
    {
        byte[] model = new OnnxBuilder().Input("z", 2, 3).Output("y").Node("Relu", ["z"], "y").Build();

        Assert.Contains("batch axis", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ConstantThatClaimsMoreThanItHolds_IsRefused()
    {
        byte[] weight = OnnxBuilder.Message((1, 1L << 30), (1, 1L << 30), (2, 1L), (8, "w"), (9, new byte[8]));
        byte[] model = new OnnxBuilder().Input("z", 1, 3).Output("y").Raw(weight).Node("MatMul", ["z", "w"], "y").Build();

        Assert.Contains("tensor 'w'", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_FoldThatWouldFillTheMemory_IsRefused()
    {
        byte[] model = new OnnxBuilder().Input("z", 1, 1, 1).Output("y").Constant("one", [1], [1])
            .Constant("scales", [3], [1, 1, 1 << 29])
            .Node("Upsample", ["z", "scales"], "u").Node("Add", ["u", "one"], "y").Build();

        Assert.Contains("at most", Assert.Throws<NetworkFileException>(() => OnnxReader.Parse(model)).Message, StringComparison.Ordinal);
    }

    private static byte[] ConditionalGan()
    {
        using GZipStream unpacked = new(File.OpenRead(SharedData.Require("data/generators/cgan-vnncomp-32.onnx.gz")), CompressionMode.Decompress);
        using MemoryStream model = new();
        unpacked.CopyTo(model);
        return model.ToArray();
    }

    private float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)stream.NextGaussian())];

    private static Dictionary<string, double[]> Bind(string name, params double[] values) => new() { [name] = values };
}
