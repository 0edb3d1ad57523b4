module Inversion.Laws.SweepClaimLaws

open System
open Expecto
open Inversion.Randomness
open Inversion.Verify

let private key = RandomKey 77UL

let private fixedN confidence =
    {
        Confidence = confidence
        IsStopped = false
    }

let private cell number x hits trials =
    {
        Cell = number
        X = x
        Hits = hits
        Undecided = 0
        Trials = trials
    }

let private drawn (stream: RandomStream) trials (rates: (float * float) list) =
    rates
    |> List.mapi (fun number (x, rate) ->
        let hits =
            Seq.init trials (fun _ -> if stream.NextUniform() < rate then 1 else 0)
            |> Seq.sum

        cell number x hits trials)

let private word (finding: Finding) = finding.Verdict.Word

let private witnessOf (finding: Finding) =
    match finding.Verdict with
    | Verdict.Refuted witness -> witness
    | verdict -> failtest $"not refuted: {verdict.Word} {finding.Reason}"

let private transition evidence counts =
    PhaseTransitionClaim.judge evidence key "law" counts

let private failing evidence behavior counts =
    FailureProbability.judge evidence key "law" "C_0" behavior [||] counts

/// How often `happens` in `runs` runs is no more than its level allows, by a binomial test at 10⁻⁶.
let private atMost level runs happens =
    let count =
        Seq.init runs (fun run -> key.Child("runs").Child(int64 run).Open())
        |> Seq.filter happens
        |> Seq.length

    Expect.isLessThan (Statistics.rateLower count runs 0.999999) level $"{count} of {runs} runs at level {level}"

[<Tests>]
let laws =
    testList
        "SweepClaims"
        [
            test "a rate that rises through one half is supported, with r50 between the sides" {
                let finding =
                    transition
                        (fixedN 0.95)
                        [ cell 0 0.1 1 100; cell 1 0.2 40 100; cell 2 0.3 90 100; cell 3 0.4 100 100 ]

                Expect.equal (word finding) "supported" finding.Reason
                Expect.isTrue (finding.Number "r50" > 0.15 && finding.Number "r50" < 0.3) "r50"

                Expect.isTrue
                    (finding.Number "r50Lower" < finding.Number "r50"
                     && finding.Number "r50" < finding.Number "r50Upper")
                    "interval"
            }
            test "a rate that falls is refuted, and the witness replays" {
                let finding =
                    transition (fixedN 0.95) [ cell 0 0.1 90 100; cell 1 0.2 40 100; cell 2 0.3 99 100 ]

                let witness = witnessOf finding
                let again = SweepClaims.replay witness
                Expect.isTrue (Verdict.breaks witness.Side witness.Allowed again) "replays"
                Expect.equal (witness.Vector "lower").[0] 1.0 "the cell that observes more"
                Expect.equal (witness.Vector "higher").[0] 0.0 "the cell that observes less"
                Expect.equal finding.Arithmetic Arithmetic.Interval "its arithmetic"
            }
            test "a forged witness does not replay" {
                let witness =
                    witnessOf (transition (fixedN 0.95) [ cell 0 0.1 90 100; cell 1 0.2 40 100 ])

                let changed name at value =
                    { witness with
                        Vectors =
                            witness.Vectors
                            |> List.map (fun (key, numbers) ->
                                key,
                                (if key = name then
                                     Array.updateAt at value numbers
                                 else
                                     numbers))
                    }

                let isConfirmed witness =
                    Verdict.breaks witness.Side witness.Allowed (SweepClaims.replay witness)

                Expect.isTrue (isConfirmed witness) "as it was"
                Expect.isFalse (isConfirmed (changed "lower" 2 60.0)) "a count that is not so low"
                Expect.isFalse (isConfirmed (changed "higher" 2 70.0)) "a count that is not so high"
                Expect.isFalse (isConfirmed (changed "lower" 4 0.99)) "rates in the wrong order"
                Expect.isFalse (isConfirmed (changed "higher" 4 nan)) "no rate"

                Expect.isFalse
                    (isConfirmed (changed "higher" 1 0.3))
                    "fewer recovered where less is observed: no contradiction"

                Expect.isFalse
                    (isConfirmed
                        { witness with
                            Claim = "failure-probability"
                        })
                    "the smaller size fails more often: no contradiction"

                Expect.isFalse
                    (isConfirmed
                        { witness with
                            Kind = RateOrder.HalfKind
                        })
                    "rates that are not at one half"

                Expect.throwsT<FormatException>
                    (fun () -> SweepClaims.replay (changed "lower" 2 40.5) |> ignore)
                    "no count"

                Expect.throwsT<FormatException>
                    (fun () -> SweepClaims.replay { witness with Vectors = [] } |> ignore)
                    "no numbers"
            }
            test "without evidence nothing is said" {
                for counts in
                    [
                        []
                        [ cell 0 0.1 0 0 ]
                        [ cell 0 0.1 3 5 ]
                        [ cell 0 0.1 100 100; cell 1 0.2 100 100 ]
                        [ cell 0 0.1 0 100; cell 1 0.2 0 100 ]
                    ] do
                    Expect.equal (word (transition (fixedN 0.95) counts)) "undecided" $"{counts}"

                    for behavior in [ RateBehavior.Falls; RateBehavior.GrowsAtMost 1 ] do
                        let finding = failing (fixedN 0.95) behavior (counts |> List.truncate 1)
                        Expect.equal (word finding) "undecided" $"{behavior} {counts}"

                let none =
                    failing (fixedN 0.95) RateBehavior.Falls [ cell 0 1.0 0 50; cell 1 2.0 0 50 ]

                Expect.stringContains none.Reason "no network failed" "its reason"
            }
            test "undecided trials are evidence for neither side" {
                let counts unknown =
                    [
                        { cell 0 0.1 60 100 with
                            Undecided = unknown
                        }
                        { cell 1 0.2 0 100 with
                            Undecided = unknown
                        }
                    ]

                Expect.equal (word (transition (fixedN 0.95) (counts 0))) "refuted" "all known"

                Expect.equal
                    (word (transition (fixedN 0.95) (counts 40)))
                    "undecided"
                    "40 unknown: 60 against at most 40"
            }
            test "rising rates are seldom refuted, whichever they are" {
                for rates in
                    [
                        [ 0.1, 0.5; 0.2, 0.5; 0.3, 0.5; 0.4, 0.5 ]
                        [ 0.1, 0.05; 0.2, 0.06; 0.3, 0.9 ]
                    ] do
                    for isStopped in [ false; true ] do
                        atMost 0.1 1500 (fun stream ->
                            let evidence =
                                {
                                    Confidence = 0.9
                                    IsStopped = isStopped
                                }

                            let cells = drawn stream 40 rates |> CellCounts.ordered
                            let limits = CellCounts.together evidence cells

                            let orders =
                                [
                                    for more in 0 .. cells.Length - 1 do
                                        for less in 0 .. more - 1 do
                                            {
                                                RateOrder.Lower = more
                                                RateOrder.Higher = less
                                                RateOrder.Factor = 1.0
                                            }
                                ]

                            (RateOrder.contradicted limits orders).IsSome)
            }
            test "masks whose rates are equal are seldom told apart" {
                atMost 0.1 800 (fun stream ->
                    let rates = [ 0.1, 0.2; 0.2, 0.5; 0.3, 0.8 ]

                    let finding =
                        PhaseTransitionClaim.compare
                            (fixedN 0.9)
                            key
                            "law"
                            (drawn stream 60 rates)
                            (drawn stream 60 rates)

                    word finding <> "undecided")
            }
            test "masks are told apart in both directions" {
                let early = [ cell 0 0.1 90 100; cell 1 0.2 100 100 ]
                let late = [ cell 2 0.1 5 100; cell 3 0.2 95 100 ]
                let compare = PhaseTransitionClaim.compare (fixedN 0.95) key "law"
                Expect.equal (word (compare early late)) "supported" "fewer are enough"
                let witness = witnessOf (compare late early)
                Expect.equal witness.Kind RateOrder.HalfKind "on the wrong sides of one half"
                Expect.isTrue (Verdict.breaks witness.Side witness.Allowed (SweepClaims.replay witness)) "replays"
                Expect.equal (word (compare early early)) "undecided" "the same"
            }
            test "an exponential fall is supported, and no other" {
                let counts rate =
                    [
                        for n in 1..6 -> cell n (float n) (int (round (1000.0 * rate (float n)))) 1000
                    ]

                let judge = failing (fixedN 0.99) RateBehavior.Falls
                let exponential = judge (counts (fun n -> 0.8 * exp (-0.7 * n)))
                Expect.equal (word exponential) "supported" exponential.Reason

                Expect.isTrue
                    (exponential.Number "exponentLower" <= 0.7
                     && 0.7 <= exponential.Number "exponentUpper")
                    "its exponent"

                let flat = judge (counts (fun _ -> 0.3))
                Expect.equal (word flat) "undecided" flat.Reason
                // It falls, but as a step.
                let step = judge (counts (fun n -> if n < 3.5 then 0.9 else 0.05))
                Expect.equal (word step) "undecided" step.Reason
                Expect.equal (word (judge (counts (fun n -> 0.1 * n)))) "refuted" "it rises"
            }
            test "growth is held against its power" {
                let counts rate =
                    [
                        for n in [ 1.0; 2.0; 4.0; 8.0 ] -> cell (int n) n (int (round (4000.0 * rate n))) 4000
                    ]

                let judge power =
                    failing (fixedN 0.99) (RateBehavior.GrowsAtMost power)

                Expect.equal (word (judge 2 (counts (fun n -> 0.02 * n)))) "supported" "in proportion, 2 allowed"
                Expect.equal (word (judge 1 (counts (fun n -> 0.01 * n * n)))) "refuted" "as the square, 1 allowed"
                Expect.equal (word (judge 1 (counts (fun n -> 0.02 * n)))) "undecided" "in proportion, just allowed"
                let witness = witnessOf (judge 1 (counts (fun n -> 0.01 * n * n)))
                Expect.isTrue (Verdict.breaks witness.Side witness.Allowed (SweepClaims.replay witness)) "replays"
            }
            test "a constant rate is seldom found to fall" {
                atMost 0.2 60 (fun stream ->
                    let cells = drawn stream 40 [ 1.0, 0.3; 2.0, 0.3; 3.0, 0.3; 4.0, 0.3 ]
                    word (failing (fixedN 0.8) RateBehavior.Falls cells) <> "undecided")
            }
            test "trials that stopped by what they showed are never fitted" {
                let stopped = { Confidence = 0.95; IsStopped = true }

                let finding =
                    failing stopped RateBehavior.Falls [ cell 0 1.0 90 100; cell 1 2.0 50 100; cell 2 3.0 20 100 ]

                Expect.equal (word finding) "undecided" "a fit needs a fixed number of trials"

                let witness =
                    witnessOf (failing stopped RateBehavior.Falls [ cell 0 1.0 5 100; cell 1 2.0 90 100 ])

                Expect.equal (witness.Scalar "stopped") 1.0 "by the martingale"
                let error = (SweepClaims.replay witness).Upper
                Expect.isTrue (error < witness.Allowed) "replays"

                let asFixed =
                    { witness with
                        Scalars = [ "factor", 1.0; "stopped", 0.0 ]
                    }

                Expect.isLessThan (SweepClaims.replay asFixed).Upper error "looking often costs evidence"
            }
            test "an ensemble is no better than its worst network" {
                let blank = transition (fixedN 0.95) [ cell 0 0.1 1 100; cell 1 0.3 90 100 ]

                let supported =
                    { blank with
                        Verdict = Verdict.Supported
                    }

                let judge undecided failures (worst: Finding) =
                    let counts =
                        { cell 0 0.0 failures 50 with
                            Undecided = undecided
                        }

                    EnsembleFinding.judge (fixedN 0.95) "law" counts worst

                let held = judge 0 0 supported
                Expect.equal (word held) "supported" "all held"

                Expect.floatClose Accuracy.high held.FailureRateUpper (Statistics.rateUpper 0 50 0.95) "its limit"

                Expect.equal
                    (word (
                        judge
                            0
                            0
                            { supported with
                                Verdict = Verdict.Proved "c"
                            }
                    ))
                    "supported"
                    "no proof of others"

                Expect.equal (word (judge 1 0 supported)) "undecided" "one is not known"
                Expect.equal (word (judge 0 1 supported)) "undecided" "one failed without a witness"

                let witness =
                    witnessOf (transition (fixedN 0.95) [ cell 0 0.1 90 100; cell 1 0.2 40 100 ])

                Expect.equal
                    (word (
                        judge
                            0
                            1
                            { supported with
                                Verdict = Verdict.Refuted witness
                            }
                    ))
                    "refuted"
                    "one failed"
            }
        ]
