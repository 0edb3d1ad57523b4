using System.Collections.Immutable;
using System.Numerics;

namespace Inversion.Cones;

/// <summary>A cell of the tree of cuts whose units are being decided, layer after layer. Cells are worked on in preorder.</summary>
internal sealed class ConeWork
{
    private readonly PiecewiseLinearMap map;
    private readonly double[]? measured;
    private readonly Cell cell;

    // The signs found last, by kink: one set for the whole walk. Each cell writes those of the units that were open when it was cut off, and
    // what it takes from the others was written by the cells that it is a part of.
    private readonly sbyte[][] signs;

    // The forms of each kink that was entered.
    private readonly FormLayer[] layers;

    // ΛᵀΛ row-major, then Λᵀy: grows with each observed unit that is decided.
    private double[] quadratic;
    private FormLayer forms;
    private int stage;
    private int[] undecided;

    /// <summary>A root: nothing is decided yet.</summary>
    public ConeWork(PiecewiseLinearMap map, Cell cell, FormLayer forms, int stage, double[]? measured, double share)
    {
        (this.map, this.cell, this.forms, this.stage, this.measured, Share) = (map, cell, forms, stage, measured, share);
        signs = [.. map.KinkUnits.Select(units => new sbyte[units.Length])];
        layers = new FormLayer[signs.Length];
        int n = map.LatentDimension;
        quadratic = new double[(n * n) + (measured is null ? 0 : n)];
        undecided = [];
        if (stage < map.Stages.Length)
        {
            Enter();
        }
        else
        {
            AddAll();
        }
    }

    private ConeWork(ConeWork whole, Cell half)
    {
        (map, measured, forms, stage, cell) = (whole.map, whole.measured, whole.forms, whole.stage, half);
        (signs, quadratic, undecided) = (whole.signs, whole.quadratic, whole.undecided);
        layers = [.. whole.layers];
        Share = whole.Share / 2;
    }

    public double Share { get; }

    /// <summary>After <see cref="Advance"/>: no unit changes its sign on the cell.</summary>
    public bool IsLeaf => undecided.Length == 0;

    private int Kink => map.Stages[stage].Kink;

    /// <summary>Decides what the cell decides, layer after layer, until a unit changes its sign on it.</summary>
    public void Advance()
    {
        while (stage < map.Stages.Length)
        {
            Decide();
            if (undecided.Length > 0)
            {
                return;
            }

            MapStage kink = map.Stages[stage];
            if (++stage == map.Stages.Length)
            {
                return;
            }

            sbyte[]? below = [.. signs[kink.Kink]];
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

            Enter();
        }
    }

    /// <summary>Cuts the cell by a unit that changes its sign on it. Both halves find the unit decided.</summary>
    public (ConeFacet Unit, ConeWork Positive, ConeWork Negative) Cut()
    {
        int unit = undecided[undecided.Length / 2];
        Span<int> sides = cell.Rays.Length <= 64 ? stackalloc int[cell.Rays.Length] : new int[cell.Rays.Length];
        for (int k = 0; k < sides.Length; k++)
        {
            sides[k] = forms.Sign(unit, cell.Rays[k]);
        }

        ConeFacet facet = new(Kink, map.Stages[stage].Units[unit]);
        (Cell positive, Cell negative) = cell.Cut(facet, forms.Exact(unit), sides);
        return (facet, new ConeWork(this, positive), new ConeWork(this, negative));
    }

    public LinearCone ToCone(ImmutableArray<ImmutableArray<BigInteger>> lines) => new(cell, layers, lines, quadratic);

    private void Enter()
    {
        layers[Kink] = forms;
        undecided = new int[forms.Count];
        for (int unit = 0; unit < undecided.Length; unit++)
        {
            undecided[unit] = unit;
        }
    }

    // Leaves those that have both signs on the cell.
    private void Decide()
    {
        quadratic = [.. quadratic];
        int[] left = new int[undecided.Length];
        int count = 0;
        foreach (int unit in undecided)
        {
            if (forms.SignOn(unit, cell.Rays) is not { } sign)
            {
                left[count++] = unit;
                continue;
            }

            signs[Kink][unit] = sign;
            if (stage == map.Stages.Length - 1 && sign != 0)
            {
                Add(unit, sign > 0 ? 1 : map.Stages[stage].Slope);
            }
        }

        undecided = left[..count];
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
