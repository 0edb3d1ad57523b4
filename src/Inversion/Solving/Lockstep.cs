using System.Numerics;
using Inversion.Numerics;
using Inversion.Risk;

namespace Inversion.Solving;

/// <summary>
/// Answers the requests of many instances together, on one thread: whatever of the same kind they wait for goes through the network in one
/// batch. A finished instance leaves its place to the next, so that the batch stays full; what one instance gets does not depend on the others.
/// </summary>
/// <remarks>
/// The loaded codes of all instances are the rows of the last forward pass. Requests at a loaded code are answered until only forward
/// passes are wanted; then one serves everybody, and nobody's row is lost before its time.
/// </remarks>
internal sealed class Lockstep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly BatchRun<T> run;
    private readonly RiskBatch<T> risk;
    private readonly Setting setting;
    private readonly Arithmetic<T> arithmetic;
    private readonly int[] numbers;
    private readonly Routine?[] routines;
    private readonly bool[] loads;
    private readonly int[] chosen;
    private readonly int[] owners;
    private readonly int[] candidates;

    /// <param name="run">Hands out the instances.</param>
    /// <param name="places">Most instances at once.</param>
    public Lockstep(BatchRun<T> run, int places)
    {
        this.run = run;
        risk = new RiskBatch<T>(run.Engine, run.Measurement, places);
        arithmetic = new Arithmetic<T>(run.Engine.Network.LatentDimension);
        setting = new Setting(run.Engine.Network, run.Measurement, arithmetic);
        numbers = new int[places];
        routines = new Routine?[places];
        loads = new bool[places];
        chosen = new int[places];
        owners = new int[places];
        candidates = new int[places];
    }

    /// <summary>Takes instances from the run and runs them until it has no more.</summary>
    public void Run()
    {
        for (int place = 0; place < routines.Length; place++)
        {
            Fill(place);
        }

        while (Array.Exists(routines, routine => routine is not null))
        {
            while (AnswerResiduals() | AnswerProducts() || AnswerGradients())
            {
            }

            AnswerValues();
            Load();
        }
    }

    private bool AnswerResiduals()
    {
        bool any = false;
        foreach (int place in Waiting(Evaluation.Residual))
        {
            Arithmetic<T>.Widen(risk.ResidualOf(place), routines[place]!.Wanted.Results);
            Resume(place);
            any = true;
        }

        foreach (int place in Waiting(Evaluation.ResidualNorm))
        {
            routines[place]!.Objective.Answer = double.CreateTruncating(risk.ResidualNormOf(place));
            Resume(place);
            any = true;
        }

        return any;
    }

    private bool AnswerProducts()
    {
        ReadOnlySpan<int> places = Waiting(Evaluation.JacobianProducts);
        bool together = 2 * places.Length >= risk.Rows && IsOneDirectionEach(places);
        if (together)
        {
            foreach (int place in places)
            {
                Arithmetic<T>.Narrow(routines[place]!.Wanted.Directions, risk.DirectionOf(place));
            }

            risk.ProductOfEach();
        }

        foreach (int place in places)
        {
            Routine routine = routines[place]!;
            Request wanted = routine.Wanted;
            Span<T> products = arithmetic.Out(wanted.Results);
            if (together)
            {
                risk.ProductOf(place, products);
            }
            else
            {
                risk.Products(place, arithmetic.In(wanted.Directions), products, wanted.Count);
            }

            Arithmetic<T>.Deliver(products, wanted.Results);
            routine.Objective.Counter.AddTangent(wanted.Count);
            Resume(place);
        }

        return places.Length > 0;
    }

    private bool IsOneDirectionEach(ReadOnlySpan<int> places)
    {
        foreach (int place in places)
        {
            if (routines[place]!.Wanted.Count != 1)
            {
                return false;
            }
        }

        return places.Length > 0;
    }

    private bool AnswerGradients() => AnswerGradients(Evaluation.Gradient) || AnswerGradients(Evaluation.UnmaskedGradient);

    private bool AnswerGradients(Evaluation kind)
    {
        ReadOnlySpan<int> places = Waiting(kind);
        if (places.Length == 0)
        {
            return false;
        }

        risk.Gradients(places, masked: kind == Evaluation.Gradient);
        foreach (int place in places)
        {
            Routine routine = routines[place]!;
            Arithmetic<T>.Widen(risk.GradientOf(place), routine.Wanted.Results);
            routine.Objective.Counter.AddBackward(1);
            Resume(place);
        }

        return true;
    }

    // Rows that nobody comes back to, so they go first and in as many batches as they need.
    private void AnswerValues()
    {
        ReadOnlySpan<int> places = Waiting(Evaluation.Values);
        int rows = 0;
        foreach (int place in places)
        {
            Request wanted = routines[place]!.Wanted;
            int n = routines[place]!.Objective.Dimension;
            for (int i = 0; i < wanted.Count; i++)
            {
                Arithmetic<T>.Narrow(wanted.Latents.AsSpan(i * n, n), risk.CodeAt(rows));
                (owners[rows], candidates[rows]) = (place, i);
                if (++rows == owners.Length)
                {
                    DeliverValues(rows);
                    rows = 0;
                }
            }
        }

        DeliverValues(rows);
        foreach (int place in places)
        {
            Objective objective = routines[place]!.Objective;
            objective.Unload();
            objective.Counter.AddForward(routines[place]!.Wanted.Count);
            Resume(place);
        }
    }

    private void DeliverValues(int rows)
    {
        if (rows == 0)
        {
            return;
        }

        risk.Forward(owners.AsSpan(0, rows));
        for (int row = 0; row < rows; row++)
        {
            routines[owners[row]]!.Wanted.Results[candidates[row]] = double.CreateTruncating(risk.ValueAt(row));
        }
    }

    private void Load()
    {
        int rows = 0;
        for (int place = 0; place < routines.Length; place++)
        {
            if (routines[place] is { } routine && loads[place])
            {
                Arithmetic<T>.Narrow(routine.Wanted.Latents, risk.CodeAt(rows));
                owners[rows++] = place;
            }
        }

        if (rows == 0)
        {
            return;
        }

        risk.Forward(owners.AsSpan(0, rows));
        for (int row = 0; row < rows; row++)
        {
            int place = owners[row];
            Objective objective = routines[place]!.Objective;
            Request wanted = routines[place]!.Wanted;
            objective.Load(wanted.Latents);
            objective.Counter.AddForward(1);
            loads[place] = false;
            if (wanted.Kind == Evaluation.Value)
            {
                objective.Answer = double.CreateTruncating(risk.ValueAt(row));
                Resume(place);
            }
        }
    }

    private void Fill(int place)
    {
        routines[place] = null;
        while (run.Next() is int number)
        {
            ReadOnlySpan<T> observed = run.Observed(number);
            risk.Observe(place, observed);
            Objective objective = new(setting, double.CreateTruncating(Vectors.Norm(observed)), new EvaluationCount());
            Routine routine = run.Begin(number, objective);
            if (Proceed(place, routine))
            {
                (routines[place], numbers[place]) = (routine, number);
                return;
            }

            run.Finish(number, routine);
        }
    }

    private void Resume(int place)
    {
        Routine routine = routines[place]!;
        if (!Proceed(place, routine))
        {
            run.Finish(numbers[place], routine);
            Fill(place);
        }
    }

    private bool Proceed(int place, Routine routine)
    {
        bool waits = routine.Proceed();
        loads[place] = waits && routine.Objective.NeedsLoading(routine.Wanted);
        return waits;
    }

    // The places that wait for this kind and need no forward pass before, in the order of their rows.
    private ReadOnlySpan<int> Waiting(Evaluation kind)
    {
        int count = 0;
        for (int place = 0; place < routines.Length; place++)
        {
            if (routines[place] is { } routine && routine.Wanted.Kind == kind && !loads[place])
            {
                chosen[count++] = place;
            }
        }

        return chosen.AsSpan(0, count);
    }
}
