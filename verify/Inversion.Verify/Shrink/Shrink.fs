namespace Inversion.Verify.Shrinking

open System
open System.Threading
open Inversion.Verify

/// A refutation and the smallest one that was found from it.
type Shrunk =
    {
        Subject: Subject
        Witness: Witness
        Before: ShrinkSize
        After: ShrinkSize
        /// Candidates that were judged.
        Replays: int
        /// Why it ended before nothing helped any more.
        IsCancelled: bool
        IsExhausted: bool
    }

    /// True when something smaller was found.
    member shrunk.IsSmaller = ShrinkSize.isSmaller shrunk.After shrunk.Before

/// Shrinks refutations: to the smallest network and the shortest decimals that still refute.
[<RequireQualifiedAccess>]
module Shrink =
    /// Candidates that one refutation may cost.
    let defaultBudget = 4000

    /// The moves in stages, cheap before dear: a stage starts when those before it help no more.
    let private stages (witness: Witness) : (Reduction -> unit) list list =
        let parts =
            [
                Parts.layers
                Parts.positions
                Parts.channels
                Parts.kernels
                Parts.observations
            ]

        let numbers = [ Numbers.weights; Numbers.codes ]

        match Carry.about witness with
        | Carry.About.Codes
        | Carry.About.Block
        | Carry.About.Structure -> [ parts; numbers; [ Numbers.singly ] ]
        | Carry.About.Opaque -> [ numbers; [ Numbers.singly ] ]
        | Carry.About.Weights -> []

    /// Goes through the stages from the first again whenever one of them helped.
    let private exhaust (reduction: Reduction) stages =
        let rec go left =
            match left with
            | stage :: rest when not reduction.IsOver ->
                let before = reduction.Size

                for move in stage do
                    if not reduction.IsOver then
                        move reduction

                go (
                    if ShrinkSize.isSmaller reduction.Size before then
                        stages
                    else
                        rest
                )
            | _ -> ()

        go stages

    /// Greedy reduction in rounds, the largest moves first, until none helps: a candidate replaces the refutation when it is smaller
    /// (`ShrinkSize`) and the claim's replay confirms it. The same input and budget give the same result unless it is cancelled; then the
    /// best so far is returned. What comes out is a local minimum: smaller refutations may exist.
    /// Error: how the witness failed to replay; nothing is shrunk then.
    let run
        (claim: Claim)
        budget
        (progress: IProgress<ShrinkProgress> | null)
        (cancellation: CancellationToken)
        (subject: Subject)
        (witness: Witness)
        : Result<Shrunk, Replay> =
        let first = claim.Replay subject witness

        if not (first.Confirmed && Verdict.breaks witness.Side witness.Allowed first.Measured) then
            Error first
        else
            let reduction = Reduction(claim, budget, progress, cancellation, subject, witness)
            let before = reduction.Size

            try
                exhaust reduction (stages witness)
            with :? OperationCanceledException when cancellation.IsCancellationRequested ->
                ()

            Ok
                {
                    Subject = reduction.Subject
                    Witness =
                        if ShrinkSize.isSmaller reduction.Size before then
                            Facts.restated reduction.Subject reduction.Witness
                        else
                            witness
                    Before = before
                    After = reduction.Size
                    Replays = reduction.Replays
                    IsCancelled = reduction.IsCancelled
                    IsExhausted = reduction.Replays >= budget
                }
