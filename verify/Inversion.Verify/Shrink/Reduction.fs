namespace Inversion.Verify.Shrinking

open System
open System.Threading
open Inversion.Measurements
open Inversion.Networks
open Inversion.Verify

/// How far a shrinking is.
[<Struct>]
type ShrinkProgress =
    {
        /// Candidates judged.
        Replays: int
        /// Candidates that may be judged.
        Budget: int
        /// The smallest so far.
        Size: ShrinkSize
    }

/// The smallest refutation so far, and what it cost. A candidate replaces it when it is smaller and its claim's replay confirms it.
type internal Reduction
    (
        claim: Claim,
        budget: int,
        progress: IProgress<ShrinkProgress> | null,
        cancellation: CancellationToken,
        subject: Subject,
        witness: Witness
    ) =
    let mutable subject = subject
    let mutable witness = witness
    let mutable size = ShrinkSize.measure subject witness
    let mutable replays = 0

    let first = Telling.signs subject witness

    let report () =
        match progress with
        | null -> ()
        | listener ->
            listener.Report
                {
                    Replays = replays
                    Budget = budget
                    Size = size
                }

    let isAsTelling fresh changed =
        List.forall2 (fun was is -> is || not was) first (Telling.signs fresh changed)

    member _.Subject = subject
    member _.Witness = witness
    member _.Size = size
    member _.Replays = replays
    member _.IsCancelled = cancellation.IsCancellationRequested
    member _.IsOver = replays >= budget || cancellation.IsCancellationRequested
    member _.Cancellation = cancellation

    /// Judges one candidate; a part that does not fit is no candidate.
    member this.Judge(make: unit -> (Subject * Witness) option) =
        if this.IsOver then
            false
        else
            try
                match make () with
                | Some(fresh, changed) ->
                    let changed = Carry.tied fresh.Network changed
                    let measured = ShrinkSize.measure fresh changed

                    if ShrinkSize.isSmaller measured size then
                        replays <- replays + 1
                        let again = claim.Replay fresh changed

                        let stands =
                            again.Confirmed
                            && Verdict.breaks changed.Side changed.Allowed again.Measured
                            && isAsTelling fresh changed

                        if stands then
                            subject <- fresh

                            witness <-
                                { changed with
                                    Measured = again.Measured
                                }

                            size <- measured

                        report ()
                        stands
                    else
                        false
                | None -> false
            with
            | :? NetworkException
            | :? MeasurementException
            | :? FormatException
            | :? ArgumentException
            | :? IndexOutOfRangeException -> false

    /// Judges a candidate, and where it does not stand, the same network with other witnesses.
    member this.Try(make: unit -> (Subject * Witness) option) =
        let other change () =
            make ()
            |> Option.bind (fun (fresh, changed) -> change fresh changed |> Option.map (fun found -> fresh, found))

        this.Judge make
        || (Alternatives.ofClaim cancellation claim.Id
            |> List.exists (fun change -> this.Judge(other change)))

    /// Removes parts in ever smaller runs, as delta debugging does (Zeller and Hildebrandt, IEEE TSE 28, 2002): `count` tells how many
    /// there are now, `remove` makes the candidate without the parts from..from + length − 1. At least `least` stay.
    member this.Remove least (count: unit -> int) (remove: int -> int -> (Subject * Witness) option) =
        let mutable length = max 1 (count () - least)

        while length > 0 && not this.IsOver do
            let mutable from = 0

            while from < count () && count () > least && not this.IsOver do
                let taken = min length (min (count () - from) (count () - least))

                if not (this.Try(fun () -> remove from taken)) then
                    from <- from + taken

            length <- if length = 1 then 0 else (length + 1) / 2
