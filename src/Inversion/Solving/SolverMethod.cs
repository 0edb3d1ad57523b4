namespace Inversion.Solving;

/// <summary>An algorithm and its own settings. Steps scale with the network: no setting depends on its normalization.</summary>
/// <threadsafety>Immutable.</threadsafety>
public abstract record SolverMethod
{
    private protected SolverMethod()
    {
    }

    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The names that <see cref="Parse"/> reads.</summary>
    public static IReadOnlyList<string> Names { get; } = ["gradient-descent", "adam", "l-bfgs", "gauss-newton", "plugin"];

    /// <summary>The method with this name, its settings at their defaults.</summary>
    /// <exception cref="ArgumentException">No method has that name.</exception>
    public static SolverMethod Parse(string name) => name switch
    {
        "gradient-descent" => new GradientDescent(),
        "adam" => new Adam(),
        "l-bfgs" => new LBfgs(),
        "gauss-newton" => new GaussNewton(),
        "plugin" => new Plugin(),
        _ => throw new ArgumentException($"'{name}' is not a solver: {string.Join(", ", Names)}", nameof(name)),
    };

    /// <summary>The algorithm on a network and a measurement. Each call of what is returned gives it memory of its own, for one run.</summary>
    /// <exception cref="ArgumentException">The method does not fit the network.</exception>
    internal abstract Func<Objective, Stepper> On(Setting setting);
}
