using System.Diagnostics;
using System.Threading.Channels;

namespace Inversion.Sweeps;

/// <summary>Does the trials of a plan that a store does not hold yet.</summary>
public static class SweepRun
{
    // A batch is written after so many outcomes, or so long after the first of them.
    private const int Batch = 8192;
    private const int Waiting = 65_536;

    // Trials that a worker fetches at a time: as many as take about so long.
    private const int MostTogether = 256;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs until nothing is left, the time is up, or it is cancelled.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="store">Open for writing; holds what earlier runs did. Outcomes go into it in batches as they come.</param>
    /// <param name="shard">The part to do.</param>
    /// <param name="threads">Worker threads; the outcomes do not depend on them.</param>
    /// <param name="progress">Told after every few trials, by the thread that did them; may be null.</param>
    /// <param name="cancellation">Trials in flight are dropped; all others are kept.</param>
    /// <returns>True when the part is complete.</returns>
    /// <exception cref="SweepException">The store cannot be written. What it holds stays.</exception>
    public static bool Run(SweepPlan plan, TrialStore store, Shard shard, int threads, IProgress<SweepProgress>? progress, CancellationToken cancellation)
    {
        CellProgress[] cells = [.. Enumerable.Range(0, plan.Cells.Length).Select(cell => new CellProgress(plan, cell, shard))];
        foreach (TrialOutcome outcome in store.Outcomes())
        {
            cells[outcome.Cell].Note(outcome);
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<TrialOutcome> outcomes = Channel.CreateBounded<TrialOutcome>(new BoundedChannelOptions(Waiting) { SingleReader = true });
        Board board = new(plan, cells, progress, stop.Token);
        Exception? failure = null;
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(plan, board, outcomes.Writer, Fail), 16 * 1024 * 1024))];
        int running = workers.Length;
        Array.ForEach(workers, worker => worker.Start());
        Thread closing = new(() =>
        {
            Array.ForEach(workers, worker => worker.Join());
            outcomes.Writer.Complete();
        });
        closing.Start();
        try
        {
            Write(outcomes.Reader, store, board);
        }
        catch (SweepException problem)
        {
            Fail(problem);

            // Nobody may wait for room in the channel.
            while (outcomes.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (outcomes.Reader.TryRead(out _))
                {
                }
            }
        }

        closing.Join();
        if (failure is SweepException told)
        {
            throw told;
        }

        if (failure is not null)
        {
            throw new InvalidOperationException($"a trial failed: {failure.Message}", failure);
        }

        // Of trials that were cut short.
        store.Add([], board.Spent());
        return Array.TrueForAll(cells, cell => cell.IsOver);

        void Fail(Exception problem)
        {
            Interlocked.CompareExchange(ref failure, problem, null);
            stop.Cancel();
        }
    }

    private static void Work(SweepPlan plan, Board board, ChannelWriter<TrialOutcome> writer, Action<Exception> fail)
    {
        try
        {
            List<int> trials = [];
            List<TrialOutcome> done = [];
            int most = 1;
            while (board.Take(trials, most) is { } cell)
            {
                long begin = Stopwatch.GetTimestamp();
                try
                {
                    foreach (int trial in trials)
                    {
                        (TrialResult result, double value, double work) = plan.Cells[cell].Trial.Run(plan.KeyOf(cell, trial), board.Stop);
                        done.Add(new TrialOutcome(cell, trial, result, value, work));
                    }
                }
                finally
                {
                    // Noted before they are written, so that their time is written no later than they are.
                    board.Note(cell, done, Stopwatch.GetElapsedTime(begin).TotalSeconds);
                    foreach (TrialOutcome outcome in done)
                    {
                        if (!writer.TryWrite(outcome))
                        {
                            writer.WriteAsync(outcome, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                        }
                    }

                    done.Clear();
                }

                // Short trials are fetched together, so that workers seldom wait for each other.
                TimeSpan taken = Stopwatch.GetElapsedTime(begin);
                most = taken < Short ? Math.Min(2 * most, MostTogether) : taken > 4 * Short ? Math.Max(most / 2, 1) : most;
            }
        }
        catch (OperationCanceledException)
        {
            // The trial in flight is dropped; a resumed run does it again.
        }
        catch (Exception problem)
        {
            fail(problem);
        }
    }

    private static void Write(ChannelReader<TrialOutcome> reader, TrialStore store, Board board)
    {
        List<TrialOutcome> batch = new(Batch);
        while (reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            long begin = Stopwatch.GetTimestamp();
            while (batch.Count < Batch && Stopwatch.GetElapsedTime(begin) < Patience)
            {
                if (reader.TryRead(out TrialOutcome outcome))
                {
                    batch.Add(outcome);
                }
                else if (reader.Completion.IsCompleted)
                {
                    break;
                }
                else
                {
                    Thread.Sleep(5);
                }
            }

            store.Add(batch, board.Spent());
            batch.Clear();
        }
    }

    /// <summary>Hands out trials to workers, cell after cell.</summary>
    private sealed class Board(SweepPlan plan, CellProgress[] cells, IProgress<SweepProgress>? progress, CancellationToken stop)
    {
        private readonly Lock gate = new();
        private readonly ManualResetEventSlim changed = new(false);
        private readonly Dictionary<int, double> spent = [];
        private int first;
        private long done = cells.Sum(cell => (long)cell.Done);
        private long total = cells.Sum(cell => (long)cell.Most);

        public CancellationToken Stop => stop;

        /// <summary>Fetches at most so many trials of one cell. Null when there are none left.</summary>
        public int? Take(List<int> trials, int most)
        {
            trials.Clear();
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                lock (gate)
                {
                    while (first < cells.Length && cells[first].IsOver)
                    {
                        first++;
                    }

                    if (first == cells.Length)
                    {
                        changed.Set();
                        return null;
                    }

                    bool isOpen = false;
                    for (int cell = first; cell < cells.Length; cell++)
                    {
                        while (trials.Count < most && cells[cell].Take() is { } trial)
                        {
                            trials.Add(trial);
                        }

                        if (trials.Count > 0)
                        {
                            return cell;
                        }

                        isOpen |= !cells[cell].IsOver;
                    }

                    if (!isOpen || !plan.Stop.IsActive)
                    {
                        return null;
                    }

                    changed.Reset();
                }

                // The last trials of all open blocks are in flight elsewhere: they decide how it goes on.
                changed.Wait(stop);
            }
        }

        /// <summary>Notes what a worker has done of one cell, and how long it took; it may have been cut short.</summary>
        public void Note(int number, List<TrialOutcome> outcomes, double taken)
        {
            SweepProgress told;
            lock (gate)
            {
                CellProgress cell = cells[number];
                done -= cell.Done;
                total -= cell.Most;
                outcomes.ForEach(cell.Note);
                done += cell.Done;
                total += cell.Most;
                spent[number] = spent.GetValueOrDefault(number) + taken;
                changed.Set();
                told = new SweepProgress(done, total, plan.Cells[number].Name, cell.Done, cell.Most)
                {
                    Number = number,
                    Successes = cell.Successes,
                    Undecided = cell.Undecided,
                    IsOver = cell.IsOver,
                };
            }

            progress?.Report(told);
        }

        /// <summary>The time that cells took since this was asked before, in seconds of one thread.</summary>
        public IReadOnlyDictionary<int, double> Spent()
        {
            lock (gate)
            {
                Dictionary<int, double> since = new(spent);
                spent.Clear();
                return since;
            }
        }
    }
}
