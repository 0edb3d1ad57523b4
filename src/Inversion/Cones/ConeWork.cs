using System.Collections.Immutable;
using System.Numerics;

namespace Inversion.Cones;

/// <summary>A cell of the tree of cuts whose units are being decided, layer after layer.</summary>
internal sealed class ConeWork
{
    private readonly PiecewiseLinearMap map;
    private readonly double[]? measured;
    private readonly Cell cell;
    private readonly sbyte[][] signs;

    // ΛᵀΛ row-major, then Λᵀy: grows with each observed unit that is decided.
    private readonly double[] quadratic;
    private FormLayer forms;
    private int stage;
    private int[] conflicts;

    /// <summary>A root: nothing is decided yet.</summary>
    public ConeWork(PiecewiseLinearMap map, Cell cell, FormLayer forms, int stage, double[]? measured, double share)
    {
        (this.map, this.cell, this.forms, this.stage, this.measured, Share) = (map, cell, forms, stage, measured, share);
        signs = new sbyte[map.KinkUnits.Length][];
        int n = map.LatentDimension;
        quadratic = new double[(n * n) + (measured is null ? 0 : n)];
        conflicts = [];
        if (stage < map.Stages.Length)
        {
            Classify();
        }
        else
        {
            AddAll();
        }
    }

    private ConeWork(ConeWork whole, Cell half, int unit, sbyte sign)
    {
        (map, measured, forms, stage, cell) = (whole.map, whole.measured, whole.forms, whole.stage, half);
        Share = whole.Share / 2;
        signs = [.. whole.signs];
        signs[Kink] = [.. whole.signs[Kink]];
        quadratic = [.. whole.quadratic];
        Decide(unit, sign);
        int count = 0;
        int[] left = new int[whole.conflicts.Length - 1];
        foreach (int other in whole.conflicts)
        {
            if (other != unit && !TryDecide(other))
            {
                left[count++] = other;
            }
        }

        conflicts = left[..count];
    }

    public double Share { get; }

    /// <summary>After <see cref="Advance"/>: no unit changes its sign on the cell.</summary>
    public bool IsLeaf => conflicts.Length == 0;

    private int Kink => map.Stages[stage].Kink;

    /// <summary>Goes up the layers until a unit changes its sign on the cell, or to the top.</summary>
    public void Advance()
    {
        while (conflicts.Length == 0 && stage < map.Stages.Length)
        {
            MapStage kink = map.Stages[stage];
            sbyte[]? below = kink.Matrix is null ? signs[kink.Kink] : null;
            if (++stage == map.Stages.Length)
            {
                return;
            }

            do
            {
                forms = new FormLayer(map.Stages[stage].Matrix!, map.LatentDimension, forms, below, kink.Slope);
                below = null;
                stage++;
            }
            while (stage < map.Stages.Length && map.Stages[stage].Matrix is not null);

            if (stage == map.Stages.Length)
            {
                AddAll();
                return;
            }

            Classify();
        }
    }

    /// <summary>Cuts the cell by a unit that changes its sign on it.</summary>
    public (ConeFacet Unit, ConeWork Positive, ConeWork Negative) Cut()
    {
        int unit = conflicts[conflicts.Length / 2];
        Span<int> sides = cell.Rays.Length <= 64 ? stackalloc int[cell.Rays.Length] : new int[cell.Rays.Length];
        for (int k = 0; k < sides.Length; k++)
        {
            sides[k] = forms.Sign(unit, cell.Rays[k]);
        }

        ConeFacet facet = new(Kink, map.Stages[stage].Units[unit]);
        (Cell positive, Cell negative) = cell.Cut(facet, forms.Exact(unit), sides);
        return (facet, new ConeWork(this, positive, unit, 1), new ConeWork(this, negative, unit, -1));
    }

    public LinearCone ToCone(ImmutableArray<ImmutableArray<BigInteger>> lines) => new(cell, signs, lines, quadratic);

    private void Classify()
    {
        signs[Kink] = new sbyte[forms.Count];
        List<int> open = [];
        for (int unit = 0; unit < forms.Count; unit++)
        {
            if (!TryDecide(unit))
            {
                open.Add(unit);
            }
        }

        conflicts = [.. open];
    }

    // False when the unit has both signs on the cell.
    private bool TryDecide(int unit)
    {
        int sign = 0;
        foreach (ConeRay ray in cell.Rays)
        {
            int here = forms.Sign(unit, ray);
            if (here * sign < 0)
            {
                return false;
            }

            sign |= here;
        }

        Decide(unit, (sbyte)sign);
        return true;
    }

    private void Decide(int unit, sbyte sign)
    {
        signs[Kink][unit] = sign;
        if (stage == map.Stages.Length - 1 && sign != 0)
        {
            Add(unit, sign > 0 ? 1 : map.Stages[stage].Slope);
        }
    }

    private void AddAll()
    {
        for (int row = 0; row < forms.Count; row++)
        {
            Add(row, 1);
        }
    }

    private void Add(int row, double slope)
    {
        if (slope == 0)
        {
            return;
        }

        ReadOnlySpan<double> form = forms.Form(row);
        for (int i = 0; i < form.Length; i++)
        {
            for (int j = 0; j < form.Length; j++)
            {
                quadratic[(i * form.Length) + j] += slope * slope * form[i] * form[j];
            }

            if (measured is not null)
            {
                quadratic[(form.Length * form.Length) + i] += slope * measured[map.ObservedAs[row]] * form[i];
            }
        }
    }
}
