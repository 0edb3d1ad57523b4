using System.Numerics;
using Inversion.Measurements;
using Inversion.Networks.Engine;
using Inversion.Numerics;
using Inversion.Numerics.Lanes;

namespace Inversion.Risk;

/// <summary>
/// A and Aᵀ on signals as the engine holds them. Of a row subset, a residual is kept as a whole signal with zeros at hidden entries, so that
/// it is its own image under Aᵀ and nothing is gathered or scattered between the two passes of a gradient.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class ResidualMap<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] places;
    private readonly T[]? shown;
    private readonly PackedMatrix<T>? sensing;
    private readonly PackedMatrix<T>? adjoint;

    public ResidualMap(NetworkEngine<T> engine, Measurement measurement)
    {
        Guard.Length(measurement.SignalLength, engine.Network.OutputDimension, nameof(measurement));
        Measurement = measurement;
        int n = measurement.SignalLength;
        Subsampling mask = measurement switch
        {
            Subsampling subsampling => subsampling,
            GaussianSensing gaussian => gaussian.Mask,
            _ => throw new ArgumentException($"no residual for {measurement.GetType().Name}", nameof(measurement)),
        };
        places = [.. mask.Indices.Select(i => engine.OutputOrder?[i] ?? i)];
        Width = measurement is Subsampling ? n : measurement.Count;
        if (measurement is Subsampling && places.Length < n)
        {
            shown = new T[n];
            foreach (int place in places)
            {
                shown[place] = T.One;
            }
        }

        if (measurement is GaussianSensing dense)
        {
            double[] matrix = new double[dense.Count * places.Length];
            for (int row = 0; row < dense.Count; row++)
            {
                dense.Row(row).CopyTo(matrix.AsSpan(row * places.Length));
            }

            sensing = PackedMatrix<T>.Transposed(dense.Count, places.Length, matrix);
            adjoint = new PackedMatrix<T>(dense.Count, places.Length, matrix);
        }
    }

    /// <summary>A.</summary>
    public Measurement Measurement { get; }

    /// <summary>Entries of a residual as it is kept: n for a row subset, m otherwise.</summary>
    public int Width { get; }

    /// <summary>Entries of the scratch that <see cref="Subtract"/>, <see cref="Pull"/> and <see cref="Measure"/> need.</summary>
    public int ScratchLength => sensing is null ? 0 : places.Length;

    /// <summary>kept ← y as a residual is kept.</summary>
    public void Keep(ReadOnlySpan<T> observed, Span<T> kept)
    {
        if (sensing is not null)
        {
            observed.CopyTo(kept);
            return;
        }

        kept[..Width].Clear();
        for (int i = 0; i < places.Length; i++)
        {
            kept[places[i]] = observed[i];
        }
    }

    /// <summary>residual ← A signal − y, both as they are kept. Returns ‖residual‖².</summary>
    public T Subtract(ReadOnlySpan<T> signal, ReadOnlySpan<T> kept, Span<T> residual, Span<T> scratch)
    {
        residual = residual[..Width];
        if (sensing is not null)
        {
            Gather(signal, scratch);
            MatrixKernel.Multiply(1, scratch[..places.Length], sensing, residual);
            ElementLoop.Run<T, Difference>(residual, kept, T.Zero, residual);
        }
        else
        {
            ElementLoop.Run<T, Difference>(signal, kept, T.Zero, residual);
            if (shown is not null)
            {
                ElementLoop.Run<T, Shown>(residual, shown, T.Zero, residual);
            }
        }

        return Vectors.SquaredNorm<T>(residual);
    }

    /// <summary>cotangent ← Aᵀ residual in the engine's order, the residual as it is kept.</summary>
    public void Pull(ReadOnlySpan<T> residual, Span<T> cotangent, Span<T> scratch)
    {
        if (adjoint is null)
        {
            residual[..Width].CopyTo(cotangent);
            return;
        }

        MatrixKernel.Multiply(1, residual[..Width], adjoint, scratch);
        cotangent[..Measurement.SignalLength].Clear();
        for (int i = 0; i < places.Length; i++)
        {
            cotangent[places[i]] = scratch[i];
        }
    }

    /// <summary>cotangent ← Aᵀ w in the engine's order, w in the measurement's.</summary>
    public void PullObserved(ReadOnlySpan<T> w, Span<T> cotangent, Span<T> scratch)
    {
        if (adjoint is null)
        {
            Keep(w, cotangent);
        }
        else
        {
            Pull(w, cotangent, scratch);
        }
    }

    /// <summary>observed ← what is kept, in the measurement's order.</summary>
    public void Deliver(ReadOnlySpan<T> kept, Span<T> observed)
    {
        if (sensing is not null)
        {
            kept[..Width].CopyTo(observed);
            return;
        }

        Gather(kept, observed);
    }

    /// <summary>observed ← A signal, in the measurement's order.</summary>
    public void Measure(ReadOnlySpan<T> signal, Span<T> observed, Span<T> scratch)
    {
        if (sensing is null)
        {
            Gather(signal, observed);
            return;
        }

        Gather(signal, scratch);
        MatrixKernel.Multiply(1, scratch[..places.Length], sensing, observed);
    }

    private void Gather(ReadOnlySpan<T> signal, Span<T> to)
    {
        for (int i = 0; i < places.Length; i++)
        {
            to[i] = signal[places[i]];
        }
    }
}
