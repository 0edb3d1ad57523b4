/// The counts that refute a rate of recovery, and how they are judged again.
module internal Inversion.Verify.Claims.RecoveryCounts

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Exact
open RecoveryRuns

let claimId = "recovery"

/// The rate that is claimed.
let rate = 0.95

/// The fewest trials that can support the claimed rate: all of them recovered.
let leastTrials confidence =
    // At a confidence of 1 no number of them does.
    if confidence >= 1.0 then
        Int32.MaxValue
    else

        Seq.initInfinite (fun index -> index + 1)
        |> Seq.find (fun trials -> Statistics.rateLower trials trials confidence >= rate)

/// Pr(at most so many of the runs are recovered), if each is with the claimed rate.
let private chance recovered trials =
    let tail = BinomialTail.atMost recovered trials rate

    {
        Lower = tail.Lower
        Upper = tail.Upper
    }

let private missed (runs: Run[]) =
    runs |> Array.indexed |> Array.filter (snd >> isMissed)

/// The witness of runs of which too few are recovered: the address that draws them again, the counts, and which codes were missed.
let witnessOf level (key: RandomKey) (runs: Run[]) =
    let missed = missed runs
    let recovered = runs.Length - missed.Length

    let example =
        match Array.tryHead missed with
        | Some(_, run) -> [ "truth", run.Truth; "found", run.Found ]
        | None -> []

    {
        Claim = claimId
        Kind = "rate"
        Layer = None
        Vectors = ("missed", missed |> Array.map (fst >> float)) :: example
        Scalars =
            [
                "keyHigh", float (key.Value >>> 32)
                "keyLow", float (key.Value &&& 0xffffffffUL)
                "trials", float runs.Length
                "recovered", float recovered
                "rate", rate
            ]
        Measured = chance recovered runs.Length
        Side = Side.AtLeast
        Allowed = level
        Fact =
            $"{missed.Length} of {runs.Length} drawn codes were not recovered to within {radius:G1} in {budget:G4} gradient evaluations; at a rate of recovery of {rate} so many are missed with a chance below {level:G3}"
    }

/// Most runs that a replay repeats.
let private most = 1_000_000.0

/// Draws the codes again, searches for them again, and compares the counts.
let replay (subject: Subject) (witness: Witness) : Replay =
    let unconfirmed note =
        {
            Confirmed = false
            Measured = Enclosure.Point nan
            Note = note
        }

    let isWhole limit value =
        value >= 0.0 && value <= limit && floor value = value

    match Subject.defect subject with
    | Some reason -> unconfirmed reason
    | None when witness.Claim <> claimId || witness.Kind <> "rate" -> unconfirmed "the witness is of another claim"
    | None when witness.Side <> Side.AtLeast || witness.Scalar "rate" <> rate ->
        unconfirmed "the limit is not the claim's"
    | None when not (witness.Allowed > 0.0 && witness.Allowed < 1.0) -> unconfirmed "the level is no probability"
    | None ->
        let high, low, trials, recovered =
            witness.Scalar "keyHigh", witness.Scalar "keyLow", witness.Scalar "trials", witness.Scalar "recovered"

        let isCounted =
            isWhole 4294967295.0 high
            && isWhole 4294967295.0 low
            && isWhole most trials
            && isWhole trials recovered
            && trials > 0.0

        if not isCounted then
            unconfirmed "the witness holds no key, or counts that do not fit"
        else
            let key = RandomKey((uint64 high <<< 32) ||| uint64 low)

            let missed =
                runs subject key (int trials) CancellationToken.None
                |> missed
                |> Array.map (fst >> float)

            let again = int trials - missed.Length
            let measured = chance again (int trials)
            let isSame = again = int recovered && missed = witness.Vector "missed"

            {
                Confirmed = isSame && Verdict.breaks witness.Side witness.Allowed measured
                Measured = measured
                Note =
                    if isSame then
                        $"{missed.Length} of {trials:F0} codes were not recovered again"
                    else
                        $"{missed.Length} of {trials:F0} codes were not recovered, not those of the witness"
            }
