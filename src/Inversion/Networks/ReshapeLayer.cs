namespace Inversion.Networks;

/// <summary>Reads the same entries, in PyTorch's flattened order, as another shape.</summary>
public sealed class ReshapeLayer(Shape target) : Layer
{
    /// <summary>The shape made.</summary>
    public Shape Target { get; } = target;

    /// <inheritdoc/>
    public override string Kind => "reshape";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Length == Target.Length
        ? Target
        : throw new NetworkException($"reshape: {input} has {input.Length} entries, {Target} has {Target.Length}");
}
