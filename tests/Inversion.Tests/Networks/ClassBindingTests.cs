using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Randomness;
using Inversion.Tests.Cli;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class ClassBindingTests
{
    [Theory]
    [InlineData("5x1x1", "6k4,1k4s2p1")]
    [InlineData("5x1", "6k3,2k2")]
    [InlineData("5", "dense7,dense9")]
    public void ABoundNetwork_IsTheWholeOneWithItsClass(string input, string layers)
    {
        GenerativeNetwork whole = new NetworkBuilder { Input = Shape.Parse(input), Layers = layers, Activation = "leaky-relu", LastActivation = "tanh" }.Draw(new RandomKey(3));
        foreach (int label in (int[])[0, 1])
        {
            GenerativeNetwork bound = new ConditionRecord(3, 2).Bind(whole, label);
            Assert.Equal(3, bound.LatentDimension);
            Assert.Equal(whole.OutputShape, bound.OutputShape);
            double[] code = [0.3, -1.2, 0.7];
            double[] expected = Forward(whole, [.. code, label == 0 ? 1 : 0, label == 1 ? 1 : 0]);
            double[] actual = Forward(bound, code);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        }
    }

    [Fact]
    public void TheBiasOfTheFirstLayer_StaysWithItsChannel()
    {
        ConvolutionLayer layer = new(true, 2, 2, new KernelGeometry([2, 2]), [1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40, 50, 60, 70, 80], [0.5, -0.5]);
        GenerativeNetwork bound = ClassBinding.Bind(new GenerativeNetwork(Shape.Image(2, 1, 1), [layer]), 1, [2]);
        Assert.Equal([21.5, 42.5, 63.5, 84.5, 104.5, 125.5, 146.5, 167.5], Forward(bound, [1]));
    }

    [Fact]
    public void WhatCannotBeBound_IsRefused()
    {
        GenerativeNetwork Drawn(string input, string layers) => new NetworkBuilder { Input = Shape.Parse(input), Layers = layers }.Draw(new RandomKey(3));
        ConditionRecord condition = new(3, 2);
        Assert.Throws<NetworkException>(() => condition.Bind(Drawn("5", "dense4"), 2));
        Assert.Throws<NetworkException>(() => condition.Bind(Drawn("5", "dense4"), -1));
        Assert.Throws<NetworkException>(() => condition.Bind(Drawn("6", "dense4"), 0));
        Assert.Throws<NetworkException>(() => condition.Bind(Drawn("5x2", "4k2"), 0));
        Assert.Throws<NetworkException>(() => condition.Bind(Drawn("5x1x1", "4k4p1"), 0));
    }

    [Fact]
    public void AFile_SaysHowItsInputSplits()
    {
        using TemporaryFolder folder = new();
        GenerativeNetwork whole = new NetworkBuilder { Input = Shape.Parse("5x1x1"), Layers = "6k4,1k4s2p1" }.Draw(new RandomKey(3));
        string Written(string name, string record)
        {
            NetworkFile.Write(whole, folder.File(name), metadata: new Dictionary<string, string> { [ConditionRecord.Key] = record });
            return folder.File(name);
        }

        string file = Written("c.safetensors", """{"schema":"inversion.condition/1","latent":3,"classes":2,"encoding":"one-hot"}""");
        Assert.Equal(new ConditionRecord(3, 2), ConditionRecord.Find(file));
        GenerativeNetwork bound = NetworkLoader.Load(file, new Dictionary<string, double[]> { ["class"] = [1] });
        Assert.Equal(Forward(new ConditionRecord(3, 2).Bind(whole, 1), [1, 2, 3]), Forward(bound, [1, 2, 3]));
        foreach (double[] label in (double[][])[[2], [-1], [0.5], [double.NaN], [0, 1]])
        {
            Assert.Throws<NetworkFileException>(() => NetworkLoader.Load(file, new Dictionary<string, double[]> { ["class"] = label }));
        }

        Assert.Throws<NetworkFileException>(() => ConditionRecord.Find(Written("d.safetensors", """{"schema":"inversion.condition/2","latent":3,"classes":2}""")));
        Assert.Throws<NetworkFileException>(() => ConditionRecord.Find(Written("e.safetensors", """{"schema":"inversion.condition/1","latent":0,"classes":2}""")));

        // At the command line.
        Assert.Equal(0, CommandLine.Run(folder.Path, "invert", "--network", "c.safetensors", "--class", "1", "--codes", "2", "--out", "a").Exit);
        CommandLine.Outcome searched = CommandLine.Run(folder.Path, "invert", "--network", "c.safetensors", "--class", "search", "--codes", "6", "--out", "b");
        Assert.True(searched.Exit == 0, searched.Error);
        Assert.Contains("6 of 6", searched.Output, StringComparison.Ordinal);
        Assert.Equal(64, CommandLine.Run(folder.Path, "invert", "--network", "c.safetensors", "--out", "x").Exit);
        Assert.Equal(64, CommandLine.Run(folder.Path, "invert", "--network", "c.safetensors", "--class", "2", "--out", "x").Exit);
        Assert.Equal(64, CommandLine.Run(folder.Path, "invert", "--network", "theorem", "--class", "1", "--out", "x").Exit);
    }

    private static double[] Forward(GenerativeNetwork network, double[] code)
    {
        double[] output = new double[network.OutputDimension];
        new NetworkEngine<double>(network).Forward(new NetworkWorkspace<double>(), code, output, 1);
        return output;
    }
}
