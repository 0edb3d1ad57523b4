using Inversion.Networks;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Randomness;

namespace Inversion.Measurements;

/// <summary>
/// The m outputs that an adversary leaves who knows the network but not the code: for some code z and direction v, those that move least.
/// </summary>
/// <remarks>
/// <para>
/// E(z, v) = min over sets S of m outputs of ‖(DG(z) v)_S‖²/‖v‖², with DG(z) v the one-sided derivative: the least that a measurement of m outputs
/// can tell z from z + tv. The best S are the m least entries in size. E is searched for its least value from random codes z, first with
/// v = z (where G is positively homogeneous DG(z) z = G(z): the outputs that z itself lights least), then with changes of z, of v and of both, in
/// steps that shrink. A set found is an upper bound on the least E; nothing says that no other is worse.
/// </para>
/// <para>Cost: 512 forward passes and derivatives, each with a sort of n entries. Ties go to the lower index.</para>
/// </remarks>
internal static class AdversarialRows
{
    private const int Starts = 64;
    private const int Followed = 4;
    private const int Steps = 112;

    /// <summary>The outputs that are left, ascending.</summary>
    /// <param name="network">G.</param>
    /// <param name="count">m, from 0 to the number of outputs.</param>
    /// <param name="key">Address of the search's random draws.</param>
    public static int[] Choose(GenerativeNetwork network, int count, RandomKey key)
    {
        int outputs = network.OutputDimension;
        if (count == 0 || count == outputs)
        {
            return [.. Enumerable.Range(0, count)];
        }

        Probe probe = new(new NetworkEngine<double>(network), count);
        List<Candidate> candidates = [];
        for (int start = 0; start < Starts; start++)
        {
            double[] code = Normalized(Gaussian(network.LatentDimension, key.Child("start").Child(start)));
            candidates.Add(new Candidate(probe.Energy(code, code), code, code));
        }

        // A stable order: of two equal energies the earlier start is followed.
        Candidate best = candidates.OrderBy(candidate => candidate.Energy).Take(Followed)
            .Select((candidate, number) => Descend(probe, candidate, key.Child("steps").Child(number)))
            .MinBy(candidate => candidate.Energy)!;
        return probe.Least(best.Code, best.Direction);
    }

    private static Candidate Descend(Probe probe, Candidate from, RandomKey key)
    {
        double length = 0.5;
        for (int step = 0; step < Steps && from.Energy > 0; step++)
        {
            // In turn: both together, the direction alone, the code alone.
            bool movesCode = step % 3 != 1;
            bool movesDirection = step % 3 != 2;
            bool together = step % 3 == 0 && ReferenceEquals(from.Code, from.Direction);
            double[] code = movesCode ? Moved(from.Code, length, key.Child(step).Child("code")) : from.Code;
            double[] direction = together ? code : movesDirection ? Moved(from.Direction, length, key.Child(step).Child("direction")) : from.Direction;
            double energy = probe.Energy(code, direction);
            if (energy < from.Energy)
            {
                from = new Candidate(energy, code, direction);
            }
            else
            {
                length *= 0.97;
            }
        }

        return from;
    }

    private static double[] Moved(double[] from, double length, RandomKey key)
    {
        double[] step = Normalized(Gaussian(from.Length, key));
        Vectors.Scale(length, step);
        Vectors.AddScaled(1, from, step);
        return Normalized(step);
    }

    private static double[] Gaussian(int length, RandomKey key)
    {
        double[] values = new double[length];
        key.Open().FillGaussian(values);
        return values;
    }

    private static double[] Normalized(double[] values)
    {
        Vectors.Scale(1 / Vectors.Norm<double>(values), values);
        return values;
    }

    private sealed record Candidate(double Energy, double[] Code, double[] Direction);

    private sealed class Probe(NetworkEngine<double> engine, int count)
    {
        private readonly NetworkWorkspace<double> workspace = new();
        private readonly double[] signal = new double[engine.Network.OutputDimension];
        private readonly double[] derivative = new double[engine.Network.OutputDimension];

        // An energy that is no number orders last.
        public double Energy(double[] code, double[] direction)
        {
            Derive(code, direction);
            for (int i = 0; i < derivative.Length; i++)
            {
                derivative[i] = Math.Abs(derivative[i]);
            }

            Array.Sort(derivative);
            double energy = Vectors.SquaredNorm<double>(derivative.AsSpan(0, count));
            return double.IsNaN(energy) || double.IsNaN(derivative[0]) ? double.PositiveInfinity : energy;
        }

        public int[] Least(double[] code, double[] direction)
        {
            Derive(code, direction);
            return [.. Enumerable.Range(0, derivative.Length).OrderBy(i => Math.Abs(derivative[i])).Take(count).Order()];
        }

        private void Derive(double[] code, double[] direction)
        {
            engine.Forward(workspace, code, signal, 1);
            engine.Tangent(workspace, direction, derivative, 1);
        }
    }
}
