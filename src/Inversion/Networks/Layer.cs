namespace Inversion.Networks;

/// <summary>One layer of a network: parameters only. <see cref="Engine.NetworkEngine{T}"/> computes.</summary>
/// <threadsafety>Immutable: nobody writes the parameter arrays after construction.</threadsafety>
public abstract class Layer
{
    /// <summary>The layer's type, in PyTorch's name: conv_transpose2d, linear, relu, …</summary>
    public abstract string Kind { get; }

    /// <summary>The shape that this layer makes of <paramref name="input"/>.</summary>
    /// <exception cref="NetworkException">The layer does not accept that shape.</exception>
    public abstract Shape OutputShape(Shape input);
}
