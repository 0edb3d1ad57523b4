using Inversion.Networks;

namespace Inversion.Benchmarks.Walks;

/// <summary>Networks of one kind with ever more cones.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Dimension">n0.</param>
/// <param name="Sizes">Shapes in the notation of networks, from few cones to many.</param>
/// <param name="Goal">Cones a second and core that every size should reach.</param>
internal sealed record ConeFamily(string Name, int Dimension, string[] Sizes, double Goal)
{
    /// <summary>Least cones a second in the plane.</summary>
    public const double PlaneGoal = 1e5;

    /// <summary>Least cones a second in three dimensions.</summary>
    public const double SpaceGoal = 2e4;

    /// <summary>The most that a cone may cost at the most cones, in units of its cost at the fewest.</summary>
    public const double MostGrowth = 2;

    /// <summary>What is measured, in the order of the table.</summary>
    public static IReadOnlyList<ConeFamily> All { get; } =
    [
        // m lines through 0 make 2m wedges, m planes m(m − 1) + 2 cones.
        new("one layer", 2, ["dense500", "dense5000", "dense50000", "dense500000"], PlaneGoal),
        new("one layer", 3, ["dense32", "dense100", "dense317", "dense1000"], SpaceGoal),
        new("two layers, the second wider", 2, ["8k4,32k4", "8k4,256k4", "8k4,2560k4", "8k4,25600k4"], PlaneGoal),
        new("two layers, the second wider", 3, ["4k2,8k2", "4k2,32k2", "4k2,110k2", "4k2,360k2"], SpaceGoal),
        new("two layers, both wider", 3, ["6k2,6k2", "16k2,16k2", "16k4,12k4", "64k4,48k4"], SpaceGoal),
        new("two layers, both wider", 2, ["16k4,16k4", "32k4,32k4", "64k4,64k4", "64k8,64k8"], PlaneGoal),
    ];

    /// <summary>The network of a size.</summary>
    public GenerativeNetwork Draw(string size) =>
        Subjects.BenchmarkNetworks.Drawn(size.StartsWith("dense", StringComparison.Ordinal) ? $"{Dimension}" : $"{Dimension}x1", size);
}
