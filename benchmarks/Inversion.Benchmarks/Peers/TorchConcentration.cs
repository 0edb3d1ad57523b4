using Inversion.Benchmarks.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace Inversion.Benchmarks.Peers;

/// <summary>The norms of a <see cref="ConcentrationCase"/> in libtorch, some hundred pairs a batch.</summary>
internal sealed class TorchConcentration : IDisposable
{
    private const int PairsAtOnce = 500;
    private readonly DisposeScope owned = NewDisposeScope();
    private readonly long pairs;
    private readonly Tensor weights;
    private readonly Tensor squares;
    private readonly Tensor xs;
    private readonly Tensor ys;
    private readonly Tensor identity;

    // Held, because TorchSharp does not hold a number that becomes a Scalar by itself while libtorch reads it.
    private readonly Scalar zero = 0.0.ToScalar();
    private readonly Scalar two = 2.0.ToScalar();
    private readonly Scalar straight = Math.PI.ToScalar();
    private readonly Scalar perTurn = (1 / (2 * Math.PI)).ToScalar();

    public TorchConcentration(ConcentrationCase subject)
    {
        pairs = subject.Pairs;
        weights = tensor(subject.Weights).view(ConcentrationCase.Rows, ConcentrationCase.Inputs);
        xs = tensor(subject.Xs).view(pairs, -1);
        ys = tensor(subject.Ys).view(pairs, -1);
        identity = eye(ConcentrationCase.Inputs, dtype: ScalarType.Float64);
        squares = weights.unsqueeze(2).mul(weights.unsqueeze(1)).reshape(ConcentrationCase.Rows, -1);
    }

    /// <summary>The norms, pair by pair.</summary>
    /// <param name="oneProduct">True for one product of the masks with the rows' outer squares, false for batched products of masked rows.</param>
    /// <param name="singular">True for singular values, false for eigenvalues.</param>
    /// <param name="most">Only the first pairs; all if null.</param>
    public double[] Norms(bool oneProduct, bool singular, long? most = null)
    {
        long count = Math.Min(most ?? pairs, pairs);
        List<double> norms = [];
        for (long done = 0; done < count; done += PairsAtOnce)
        {
            using DisposeScope scope = NewDisposeScope();
            using (no_grad())
            {
                long block = Math.Min(PairsAtOnce, count - done);
                Tensor x = xs.narrow(0, done, block);
                Tensor y = ys.narrow(0, done, block);
                Tensor deviation = Gram(x, y, oneProduct).sub_(Mean(x, y));
                Tensor norm = singular
                    ? linalg.matrix_norm(deviation, 2)
                    : linalg.eigvalsh(deviation).abs_().amax([-1]);
                norms.AddRange(norm.data<double>().ToArray());
            }
        }

        return [.. norms];
    }

    /// <inheritdoc/>
    public void Dispose() => owned.Dispose();

    private Tensor Gram(Tensor x, Tensor y, bool oneProduct)
    {
        Tensor active = x.mm(weights.t()).gt(zero).logical_and_(y.mm(weights.t()).gt(zero)).to(ScalarType.Float64);
        return oneProduct
            ? active.mm(squares).view(-1, ConcentrationCase.Inputs, ConcentrationCase.Inputs)
            : weights.t().unsqueeze(0).mul(active.unsqueeze(1)).matmul(weights);
    }

    // ((π − θ)/2π) I + (sin θ/2π)(m mᵀ − a aᵀ), m and a the unit vectors along x + y and x − y.
    private Tensor Mean(Tensor x, Tensor y)
    {
        Tensor middle = x.add(y);
        Tensor across = x.sub(y);
        Tensor s = middle.norm(1, keepdim: true, p: 2);
        Tensor d = across.norm(1, keepdim: true, p: 2);
        Tensor theta = atan2(d, s).mul_(two).unsqueeze(2);
        middle = middle.div_(s);
        across = across.div_(d);
        Tensor reflection = middle.unsqueeze(2).mul(middle.unsqueeze(1)).sub_(across.unsqueeze(2).mul(across.unsqueeze(1)));
        return identity.mul(theta.neg().add_(straight)).add_(reflection.mul_(theta.sin())).mul_(perTurn);
    }
}
