namespace Inversion.Networks.Formats;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name in the file: not empty, used once.</param>
/// <param name="Shape">The sizes, outermost first; their product is the number of values.</param>
/// <param name="Values">The entries, row-major. Not modified.</param>
public sealed record NamedTensor(string Name, IReadOnlyList<int> Shape, double[] Values);
