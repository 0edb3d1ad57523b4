using System.Globalization;

namespace Inversion.Networks;

/// <summary>Applies one nonlinearity to every unit.</summary>
public sealed class ActivationLayer : Layer
{
    /// <summary>The slope that PyTorch's leaky ReLU has when none is named.</summary>
    public const double DefaultSlope = 0.01;

    /// <summary>A layer of this activation.</summary>
    /// <param name="activation">Which nonlinearity.</param>
    /// <param name="slope">Slope of a leaky ReLU below zero; ignored otherwise. Must be finite.</param>
    public ActivationLayer(Activation activation, double slope = DefaultSlope)
    {
        if (!Enum.IsDefined(activation))
        {
            throw new NetworkException($"{activation} is not an activation");
        }

        if (activation == Activation.LeakyRelu && !double.IsFinite(slope))
        {
            throw new NetworkException($"leaky_relu: slope {slope} is not finite");
        }

        Activation = activation;
        Slope = activation == Activation.LeakyRelu ? slope : 0;
    }

    /// <summary>The names that <see cref="Parse"/> reads.</summary>
    public static IReadOnlyList<string> Names { get; } = ["relu", "leaky-relu", "sigmoid", "tanh"];

    /// <summary>Which nonlinearity.</summary>
    public Activation Activation { get; }

    /// <summary>Slope below zero: that of a leaky ReLU, 0 for every other activation.</summary>
    public double Slope { get; }

    /// <summary>True for ReLU and leaky ReLU: linear on each side of zero.</summary>
    public bool IsPiecewiseLinear => Activation is Activation.Relu or Activation.LeakyRelu;

    /// <inheritdoc/>
    public override string Kind => Activation switch
    {
        Activation.Relu => "relu",
        Activation.LeakyRelu => "leaky_relu",
        Activation.Sigmoid => "sigmoid",
        _ => "tanh",
    };

    /// <summary>Reads "relu", "leaky-relu", "leaky-relu:0.2", "sigmoid" or "tanh".</summary>
    /// <exception cref="NetworkException">The text names no activation.</exception>
    public static ActivationLayer Parse(string text)
    {
        string[] parts = text.Split(':');
        double slope = DefaultSlope;
        bool read = parts.Length == 1
            || (parts.Length == 2 && parts[0] == "leaky-relu"
                && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out slope));
        return (read ? parts[0] : null) switch
        {
            "relu" => new ActivationLayer(Activation.Relu),
            "leaky-relu" => new ActivationLayer(Activation.LeakyRelu, slope),
            "sigmoid" => new ActivationLayer(Activation.Sigmoid),
            "tanh" => new ActivationLayer(Activation.Tanh),
            _ => throw new NetworkException($"'{text}' is not an activation: relu, leaky-relu, leaky-relu:SLOPE, sigmoid or tanh"),
        };
    }

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;
}
