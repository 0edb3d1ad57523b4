using FsCheck.Xunit;
using Inversion.Randomness;
using Xunit;

namespace Inversion.Tests.Randomness;

public sealed class RandomKeyTests
{
    // From an independent transcription in Python of the formulas in RandomKey's remarks. They may never change: every recorded
    // key would then replay something else.
    [Fact]
    public void Children_OfAKnownKey_HaveFrozenBits()
    {
        RandomKey root = RandomKey.Parse("2a9");
        Assert.Equal("6ec8d5bf2aaa51a2", root.Child("weights").ToString());
        Assert.Equal("0ac47315576f190b", root.Child(3).ToString());
        Assert.Equal("a8ce51a473ac8e98", root.Child("network").Child(-1).Child("θ°").ToString());
    }

    [Fact]
    public void NextBits_OfAKnownKey_AreFrozen()
    {
        RandomStream stream = RandomKey.Parse("2a9").Open();
        Assert.Equal([0x9E58437FB7861A41UL, 0x3F27E1C9C55523DFUL, 0xBC5CD60C35F2137FUL, 0x3F28DFAF0709797CUL], Enumerable.Range(0, 4).Select(_ => stream.NextBits()));
    }

    // Published with Java's SplittableRandom and by Vigna (prng.di.unimi.it/splitmix64.c): the outputs for seed 1234567.
    [Fact]
    public void NextBits_FromSplitMixsPublishedSeed_AreThePublishedOnes()
    {
        RandomStream stream = new RandomKey(1234567).Open();
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL],
            Enumerable.Range(0, 5).Select(_ => stream.NextBits()));
    }

    [Property]
    public void Child_IsTheSameWhateverElseWasDerivedOrDrawn(ulong value, string? name, long number)
    {
        RandomKey key = new(value);
        RandomKey first = key.Child(name ?? string.Empty).Child(number);
        key.Child(number).Open().NextBits();
        key.Open().NextGaussian();
        Assert.Equal(first, key.Child(name ?? string.Empty).Child(number));
        Assert.Equal(first.Open().NextBits(), first.Open().NextBits());
    }

    [Fact]
    public void Children_ByNamesAndNumbers_AreAllDifferent()
    {
        RandomKey root = new(0);
        RandomKey[] keys =
        [
            root, .. Enumerable.Range(-500, 1000).Select(i => root.Child(i)), .. Enumerable.Range(-500, 1000).Select(i => root.Child($"{i}")),
            .. Enumerable.Range(0, 100).Select(i => root.Child(i).Child(i)), root.Child("a").Child("b"), root.Child("b").Child("a"), root.Child("ab"),
        ];

        // 2,104 keys of 64 bits: two agree by chance with probability 1.2e-13.
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Property]
    public void Parse_OfWhatToStringWrote_GivesTheKeyBack(ulong value)
    {
        string text = new RandomKey(value).ToString();
        Assert.Equal(16, text.Length);
        Assert.Equal(new RandomKey(value), RandomKey.Parse(text));
        Assert.Equal(new RandomKey(value), RandomKey.Parse(text.ToUpperInvariant()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("0x1")]
    [InlineData("-1")]
    [InlineData("g")]
    [InlineData("1\0")]
    [InlineData("00000000000000001")]
    [InlineData("１")]
    [InlineData(null)]
    public void TryParse_OfAnythingButOneToSixteenHexDigits_Fails(string? text)
    {
        Assert.False(RandomKey.TryParse(text, out RandomKey key));
        Assert.Equal(default, key);
        Assert.Throws<FormatException>(() => RandomKey.Parse(text!));
    }
}
