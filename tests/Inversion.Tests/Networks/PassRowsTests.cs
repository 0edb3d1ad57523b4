using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Xunit;

namespace Inversion.Tests.Networks;

public sealed class PassRowsTests
{
    // A product of rows and entries that an int does not hold would ask for too little memory.
    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData(1 << 25)]
    [InlineData(1 << 28)]
    public void Of_AWideSignal_FitsOneArray(int length)
    {
        GenerativeNetwork network = new(
            Shape.Sequence(1, 1), [new ConvolutionLayer(true, 1, 1, new KernelGeometry([1]), [1.0]), new UpsampleLayer(1, length)]);
        int rows = PassRows.Of(network, sizeof(double));
        Assert.InRange(rows, 1, 64);
        Assert.True((long)rows * length <= Capacity.Entries);
    }
}
