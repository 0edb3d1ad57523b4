module Inversion.Laws.RateTestLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

type private Counts =
    /// Successes, undecided, trials, and a rate to test, of two decimals.
    static member Four() =
        gen {
            let! trials = Gen.choose (1, 400)
            let! successes = Gen.choose (0, trials)

            let! undecided =
                Gen.frequency [ 2, Gen.constant 0; 1, Gen.choose (0, trials - successes) ]

            let! percent = Gen.choose (1, 99)
            return struct (successes, undecided, trials, float percent / 100.0)
        }
        |> Arb.fromGen

let private law name body =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<Counts> ]
        }
        name
        body

/// The limits leave the rate out at an error a little above the p-value, and not a little below it. An error near the rounding unit has no digits left in a
/// confidence: such a p-value is held to 10⁻⁹.
let private goesWith p (limits: float -> struct (float * float)) rate =
    let leavesOut alpha =
        let struct (lower, upper) = limits alpha
        rate < lower || rate > upper

    (p > 0.99 || leavesOut (max 1e-9 (p * 1.001)))
    && (p < 1e-9 || not (leavesOut (p * 0.999)))

[<Tests>]
let tests =
    testList
        "rate test"
        [
            law "at a fixed size goes with Clopper and Pearson's limits" (fun (struct (s, u, n, rate)) ->
                goesWith
                    (RateTest.fixedSize s u n rate)
                    (fun alpha ->
                        let each = 1.0 - alpha / 2.0
                        struct (Statistics.rateLower s n each, Statistics.rateUpper (s + u) n each))
                    rate)

            law "under a rule goes with the confidence sequence" (fun (struct (s, u, n, rate)) ->
                goesWith
                    (RateTest.sequential s u n rate)
                    (fun alpha ->
                        let struct (lower, _) = ConfidenceSequence.rate s n (1.0 - alpha)
                        let struct (_, upper) = ConfidenceSequence.rate (s + u) n (1.0 - alpha)
                        struct (lower, upper))
                    rate)

            law
                "at a fixed size is twice the smaller binomial tail, added term by term"
                (fun (struct (s, u, n, rate)) ->
                    let below = StatisticsLaws.atMost (s + u) n rate
                    let above = 1.0 - StatisticsLaws.atMost (s - 1) n rate
                    abs (RateTest.fixedSize s u n rate - min 1.0 (2.0 * min below above)) < 1e-9)

            law "asks more of evidence that may choose its moment" (fun (struct (s, u, n, rate)) ->
                RateTest.sequential s u n rate >= RateTest.fixedSize s u n rate - 1e-12)

            testCase "goes with the limits where a root to ten digits would not"
            <| fun () ->
                let p = RateTest.fixedSize 37 15 82 0.16

                Expect.floatClose
                    { absolute = 0.0; relative = 1e-12 }
                    p
                    1.0372163336584203e-09
                    "twice P(X ≥ 37), in fractions"

                Expect.floatClose
                    { absolute = 0.0; relative = 1e-7 }
                    (Statistics.rateLower 37 82 (1.0 - p / 2.0))
                    0.16
                    "the limit"

            testCase "reproduces worked examples"
            <| fun () ->
                // Ten fair coins: 2⁻¹⁰ for one end, 11/2¹⁰ for nine heads or more.
                Expect.floatClose Accuracy.high (RateTest.fixedSize 0 0 10 0.5) (2.0 / 1024.0) "0 of 10 at 0.5"
                Expect.floatClose Accuracy.high (RateTest.fixedSize 9 0 10 0.5) (22.0 / 1024.0) "9 of 10 at 0.5"
                Expect.equal (RateTest.fixedSize 5 0 10 0.5) 1.0 "the middle"
                // One failure in one trial at 0.99: likelihood 0.01, mixture 1/2.
                Expect.floatClose Accuracy.high (RateTest.sequential 0 0 1 0.99) (0.01 / 0.5) "0 of 1 at 0.99"

            testCase "what cannot be said is evidence for neither side"
            <| fun () ->
                Expect.equal (RateTest.fixedSize 0 100 100 0.5) 1.0 "fixed"
                Expect.equal (RateTest.sequential 0 100 100 0.5) 1.0 "sequential"

            testCase "with a look after every trial the sequential one is at most α in at most α of the runs"
            <| fun () ->
                let runs, looks, rate = 4_000, 300, 0.3
                let stream = (RandomKey 0x7E57UL).Open()
                let mutable sequential = 0
                let mutable naive = 0

                for _ in 1..runs do
                    let mutable successes = 0
                    let mutable hit = false
                    let mutable naiveHit = false

                    for n in 1..looks do
                        if stream.NextUniform() < rate then
                            successes <- successes + 1

                        hit <- hit || RateTest.sequential successes 0 n rate <= 0.05
                        naiveHit <- naiveHit || RateTest.fixedSize successes 0 n rate <= 0.05

                    if hit then
                        sequential <- sequential + 1

                    if naiveHit then
                        naive <- naive + 1

                printfn $"p at most 0.05 at some time: sequential {sequential}, fixed size {naive} of {runs} runs"
                // At most 200 expected, standard deviation 13.8.
                Expect.isLessThan sequential 265 "sequential"
                Expect.isGreaterThan naive 800 "fixed size, looked at again and again"

            testCase "nothing is known without trials, and impossible arguments are refused"
            <| fun () ->
                Expect.isTrue (Double.IsNaN(RateTest.fixedSize 0 0 0 0.5)) "fixed"
                Expect.isTrue (Double.IsNaN(RateTest.sequential 0 0 0 0.5)) "sequential"

                for s, u, n, rate in
                    [
                        3, 0, 2, 0.5
                        2, 1, 2, 0.5
                        -1, 0, 2, 0.5
                        1, -1, 2, 0.5
                        1, 0, 2, 0.0
                        1, 0, 2, 1.0
                        1, 0, 2, nan
                    ] do
                    for test in [ RateTest.fixedSize; RateTest.sequential ] do
                        Expect.throwsT<ArgumentException> (fun () -> test s u n rate |> ignore) $"{s}, {u}, {n}, {rate}"
        ]
