module Inversion.Laws.StatisticsLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

/// P(at most k of n) at rate p, 0 < p < 1, added term by term from the definition; 0 for k < 0.
let atMost (k: int) n p =
    let mutable logTerm = float n * log (1.0 - p)
    let mutable sum = if k >= 0 then exp logTerm else 0.0

    for i in 1..k do
        logTerm <- logTerm + log (float (n - i + 1) / float i * p / (1.0 - p))
        sum <- sum + exp logTerm

    sum

type Counts =
    static member Pair() =
        gen {
            let! trials = Gen.choose (1, 200)
            let! failures = Gen.choose (0, trials)
            return struct (failures, trials)
        }
        |> Arb.fromGen

let private law name body =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<Counts> ]
        }
        name
        body

[<Tests>]
let tests =
    testList
        "statistics"
        [
            testCase "reproduces published limits"
            <| fun () ->
                // Two-sided 95 % Clopper–Pearson intervals, as R's binom.test prints them; the upper end is one-sided at 97.5 %.
                for failures, trials, lower, upper in
                    [
                        1, 10, 0.002528579, 0.4450161
                        5, 10, 0.1870860, 0.8129140
                        10, 100, 0.04900469, 0.1762226
                    ] do
                    Expect.floatClose
                        { absolute = 5e-8; relative = 1e-6 }
                        (Statistics.rateUpper failures trials 0.975)
                        upper
                        "upper"

                    Expect.floatClose
                        { absolute = 5e-8; relative = 1e-6 }
                        (Statistics.rateLower failures trials 0.975)
                        lower
                        "lower"

            testCase "no failure in n trials gives 1 − (1 − confidence)^(1/n): the rule of three"
            <| fun () ->
                Expect.floatClose Accuracy.high (Statistics.rateUpper 0 10 0.95) 0.258865550562 "n = 10"
                Expect.isLessThan (Statistics.rateUpper 0 1000 0.95) 0.003 "n = 1000"

            law
                "at the upper limit so few failures have the probability that is left"
                (fun (struct (failures, trials)) ->
                    let upper = Statistics.rateUpper failures trials 0.9

                    failures = trials && upper = 1.0
                    || abs (atMost failures trials upper - 0.1) < 1e-9)

            law "the limit keeps the digits of a small error" (fun (struct (failures, trials)) ->
                failures = trials
                || Seq.forall
                    (fun digits ->
                        let confidence = 1.0 - 10.0 ** -float digits
                        let upper = Statistics.rateUpper failures trials confidence
                        let error = 1.0 - confidence

                        // Two roundings of a rate near 1.
                        let step = 2.0 ** -51.0

                        atMost failures trials (upper - step) >= error * (1.0 - 1e-6)
                        && (upper + step >= 1.0
                            || atMost failures trials (upper + step) <= error * (1.0 + 1e-6)))
                    [ 1..9 ])

            law "limits are mirror images and enclose the observed rate" (fun (struct (failures, trials)) ->
                let rate = float failures / float trials
                let lower = Statistics.rateLower failures trials 0.95
                let upper = Statistics.rateUpper failures trials 0.95

                lower <= rate
                && rate <= upper
                && abs (lower - (1.0 - Statistics.rateUpper (trials - failures) trials 0.95)) < 1e-12)

            law "more confidence and more failures widen the limit" (fun (struct (failures, trials)) ->
                Statistics.rateUpper failures trials 0.9
                <= Statistics.rateUpper failures trials 0.99
                && (failures = trials
                    || Statistics.rateUpper failures trials 0.9
                       <= Statistics.rateUpper (failures + 1) trials 0.9))

            testCase "covers the true rate in at least the stated share of simulations"
            <| fun () ->
                // An honest limit covers with probability ≥ 0.95; 4000 simulations fall below 0.935 with probability below 1e-5.
                for rate in [ 0.02; 0.2; 0.5; 0.9 ] do
                    let stream = (RandomKey 0x1234UL).Child(int64 (1000.0 * rate)).Open()
                    let mutable covered = 0

                    for _ in 1..4000 do
                        let failures =
                            Seq.init 40 (fun _ -> stream.NextUniform() < rate)
                            |> Seq.filter id
                            |> Seq.length

                        if rate <= Statistics.rateUpper failures 40 0.95 then
                            covered <- covered + 1

                    Expect.isGreaterThanOrEqual (float covered / 4000.0) 0.935 $"rate {rate}"

            testCase "no trials give NaN, which is no limit"
            <| fun () ->
                Expect.isTrue (Double.IsNaN(Statistics.rateUpper 0 0 0.95)) "upper"
                Expect.isTrue (Double.IsNaN(Statistics.rateLower 0 0 0.95)) "lower"

            testCase "impossible counts and confidences are refused"
            <| fun () ->
                for failures, trials, confidence in [ 3, 2, 0.95; -1, 2, 0.95; 0, -1, 0.95; 0, 1, 1.0; 0, 1, nan ] do
                    Expect.throwsT<ArgumentException>
                        (fun () -> Statistics.rateUpper failures trials confidence |> ignore)
                        $"{failures} of {trials} at {confidence}"

            testCase "the error budget is split evenly"
            <| fun () ->
                Expect.floatClose Accuracy.high (Statistics.split 0.95 5) 0.99 "five parts"
                Expect.equal (Statistics.split 0.95 0) (Statistics.split 0.95 1) "nothing to split"
        ]
