using System.Numerics;
using System.Text.Json;
using Inversion.Measurements;
using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Networks.Formats;
using Inversion.Risk;
using Inversion.Tests.Formats;
using Xunit;

namespace Inversion.Tests.Risk;

/// <summary>Values that PyTorch computed in double precision, from the folder beside this checkout.</summary>
public sealed class OracleTests
{
    public static TheoryData<string> Cases => SharedData.Root is null
        ? ["none"]
        : [.. Directory.GetFiles(Path.Combine(SharedData.Root, "oracle"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Core_InDouble_AgreesWithPyTorchTo12Digits(string name) => Agrees<double>(name, 1e-12);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Core_InFloat_AgreesWithPyTorchTo5Digits(string name) => Agrees<float>(name, 1e-5);

    private static void Agrees<T>(string name, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(SharedData.Require($"oracle/{name}.json")));
        JsonElement oracle = document.RootElement;
        double[] Read(string field) => SharedData.Numbers(oracle.GetProperty(field));
        T[] Input(string field) => Array.ConvertAll(Read(field), T.CreateTruncating);

        GenerativeNetwork network = NetworkFile.Read(SharedData.Require($"oracle/{name}.safetensors"));
        NetworkEngine<T> engine = new(network);
        (T[] z, T[] v, T[] w) = (Input("z"), Input("v"), Input("w"));
        Subsampling mask = new(network.OutputDimension, Read("mask_indices").Select(index => (int)index));
        EmpiricalRisk<T> risk = EmpiricalRisk<T>.OfCode(engine, mask, Input("z_star"));

        // The file holds the whole G(z_star), hidden entries included.
        double[] whole = Read("y_star");
        Near([.. mask.Indices.Select(i => whole[i])], risk.Observed.ToArray(), tolerance, "y_star");

        NetworkWorkspace<T> workspace = new();
        T[] signal = new T[network.OutputDimension];
        engine.Forward(workspace, z, signal, 1);
        Near(Read("G_z"), signal, tolerance, "G_z");
        engine.Tangent(workspace, v, signal, 1);
        Near(Read("Jv"), signal, tolerance, "Jv");
        T[] latent = new T[z.Length];
        engine.Backward(workspace, w, latent);
        Near(Read("JTw"), latent, tolerance, "JTw");

        Near(Read("J"), [risk.ValueAndGradient(z, latent)], tolerance, "J");
        Near(Read("grad"), latent, tolerance, "grad");

        // D_v J = ⟨∇J, v⟩, since PyTorch's codes are off the kinks.
        double slope = Read("grad").Zip(Read("v"), (a, b) => a * b).Sum();
        double size = Networks.Close.Norm(Read("grad")) * Networks.Close.Norm(Read("v"));
        Assert.Equal(slope, double.CreateTruncating(risk.DirectionalDerivative(z, v)), tolerance * size);

        T[] product = new T[mask.Count];
        risk.JacobianProducts(z, v, product, 1);
        risk.JacobianTransposedProduct(z, product, latent);
        Near(Read("gauss_newton_v"), latent, tolerance, "gauss_newton_v");
    }

    private static void Near<T>(double[] expected, T[] actual, double tolerance, string what)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Networks.Close.Assert(expected, Array.ConvertAll(actual, double.CreateTruncating), tolerance, because: what);
}
