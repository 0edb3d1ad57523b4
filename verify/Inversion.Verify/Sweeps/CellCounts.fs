namespace Inversion.Verify

/// What the trials of one cell of a sweep came to. `Hits` have the outcome that is counted, `Undecided` nobody knows of.
type CellCounts =
    {
        /// Number of the cell in its plan.
        Cell: int
        /// Where the cell lies: a share observed, a size.
        X: float
        Hits: int
        Undecided: int
        Trials: int
    }

/// How much evidence the findings of a sweep need.
type SweepEvidence =
    {
        /// Of the finding, after the error budget was split.
        Confidence: float
        /// True when trials stopped by what they showed: limits have to hold at all times.
        IsStopped: bool
    }

[<RequireQualifiedAccess>]
module CellCounts =
    /// The level of each of 2n tests, a lower and an upper limit for each of n cells, that all hold together with the finding's confidence.
    let level evidence cells =
        (1.0 - evidence.Confidence) / float (2 * max 1 cells)

    /// Limits of one cell's rate, each wrong with probability at most `level`. Undecided trials count as misses below and as hits above. 0 and 1
    /// without trials.
    let limits isStopped level counts : Enclosure =
        let upTo = counts.Hits + counts.Undecided

        if counts.Trials = 0 then
            { Lower = 0.0; Upper = 1.0 }
        elif isStopped then
            let struct (lower, _) =
                ConfidenceSequence.rate counts.Hits counts.Trials (1.0 - level)

            let struct (_, upper) = ConfidenceSequence.rate upTo counts.Trials (1.0 - level)
            { Lower = lower; Upper = upper }
        else
            {
                Lower = Statistics.rateLower counts.Hits counts.Trials (1.0 - level)
                Upper = Statistics.rateUpper upTo counts.Trials (1.0 - level)
            }

    /// The limits of all cells, which hold together with the finding's confidence.
    let together evidence (cells: CellCounts[]) =
        cells |> Array.map (limits evidence.IsStopped (level evidence cells.Length))

    /// The cells as the fits take them: undecided trials are left out of the hits.
    let tallies (cells: CellCounts[]) =
        cells
        |> Array.map (fun cell ->
            {
                Tally.X = cell.X
                Hits = cell.Hits
                Trials = cell.Trials
            })

    /// Sorted by x, those without trials left out.
    let ordered (cells: CellCounts seq) =
        cells
        |> Seq.filter (fun cell -> cell.Trials > 0)
        |> Seq.sortBy (fun cell -> struct (cell.X, cell.Cell))
        |> Seq.toArray
