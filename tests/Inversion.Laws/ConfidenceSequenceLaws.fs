module Inversion.Laws.ConfidenceSequenceLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open Inversion.Randomness
open Inversion.Verify

/// Intervals by counts: 10⁴ runs meet the same counts again and again, and an interval depends on nothing else.
let private remembered (interval: int -> int -> struct (float * float)) looks =
    let table =
        Array.init (looks + 1) (fun trials -> Array.create (trials + 1) (struct (nan, nan)))

    fun successes trials ->
        let struct (lower, _) as known = table[trials][successes]

        if Double.IsNaN lower then
            let computed = interval successes trials
            table[trials][successes] <- computed
            computed
        else
            known

/// In how many of `runs` runs the true rate is outside an interval at one look at least, with a look after every trial.
let private leaving (key: RandomKey) runs looks rate (interval: int -> int -> struct (float * float)) =
    let mutable left = 0

    for run in 1..runs do
        let stream = key.Child(int64 run).Open()
        let mutable successes = 0
        let mutable trials = 0
        let mutable inside = true

        while inside && trials < looks do
            trials <- trials + 1

            if stream.NextUniform() < rate then
                successes <- successes + 1

            let struct (lower, upper) = interval successes trials
            inside <- lower <= rate && rate <= upper

        if not inside then
            left <- left + 1

    left

let private clopperPearson successes trials =
    struct (Statistics.rateLower successes trials 0.975, Statistics.rateUpper successes trials 0.975)

/// ln of (∫ q^s (1−q)^(n−s) dq)/(p^s (1−p)^(n−s)), the integral by the midpoint rule on the maximum's scale.
let private logQuotient successes trials p =
    let s, f = float successes, float (trials - successes)
    let best = s / (s + f)

    let log0 count q =
        if count = 0.0 then 0.0 else count * log q

    let at q = log0 s q + log0 f (1.0 - q)
    let cells = 200_000

    let sum =
        Seq.init cells (fun i -> exp (at ((float i + 0.5) / float cells) - at best))
        |> Seq.sum

    log (sum / float cells) + at best - at p

type private Counts =
    static member Pair() =
        gen {
            let! trials = Gen.choose (1, 2000)
            let! successes = Gen.choose (0, trials)
            return struct (successes, trials)
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
        "confidence sequence"
        [
            testCase "a look after every trial never breaks it, and breaks a Clopper–Pearson interval"
            <| fun () ->
                let runs, looks = 10_000, 500
                let sequence = remembered (fun s n -> ConfidenceSequence.rate s n 0.95) looks
                let naive = remembered clopperPearson looks

                for rate in [ 0.0; 0.01; 0.1; 0.5; 0.8; 1.0 ] do
                    let key = (RandomKey 0xC5UL).Child(int64 (1000.0 * rate))
                    let left = leaving key runs looks rate sequence
                    let naiveLeft = leaving key runs looks rate naive

                    printfn
                        $"rate {rate}: the sequence is left by {left} of {runs} runs, Clopper–Pearson by {naiveLeft}"
                    // 500 expected at most, standard deviation 21.8: an honest sequence passes 600 with probability below 1e-5.
                    Expect.isLessThan left 600 $"the sequence at {rate}"

                    if rate > 0.0 && rate < 1.0 then
                        Expect.isGreaterThan naiveLeft 1000 $"Clopper–Pearson at {rate}"

            testCase
                "at its ends the quotient of mixture and likelihood is 1/(1 − confidence), by numerical integration"
            <| fun () ->
                for successes, trials in [ 3, 10; 1, 40; 20, 40; 250, 300; 7, 1000 ] do
                    let struct (lower, upper) = ConfidenceSequence.rate successes trials 0.95

                    for p in [ lower; upper ] do
                        let difference = logQuotient successes trials p - log 20.0
                        Expect.isLessThan (abs difference) 1e-6 $"{successes} of {trials} at {p}"

            testCase "without successes the upper end has a closed form"
            <| fun () ->
                // B(1, n + 1) = 1/(n + 1), and (1/(n + 1))/(1 − p)ⁿ = 1/α at 1 − p = (α/(n + 1))^(1/n).
                for trials in [ 1; 10; 300; 10_000 ] do
                    let expected = 1.0 - (0.05 / float (trials + 1)) ** (1.0 / float trials)
                    let struct (lower, upper) = ConfidenceSequence.rate 0 trials 0.95
                    let struct (mirrored, all) = ConfidenceSequence.rate trials trials 0.95
                    Expect.equal lower 0.0 "lower"
                    Expect.equal all 1.0 "all"
                    Expect.floatClose Accuracy.high upper expected $"n = {trials}"
                    Expect.floatClose Accuracy.high mirrored (1.0 - expected) $"n = {trials}, mirrored"

            law "the ends solve the equation with the Beta function" (fun (struct (successes, trials)) ->
                let struct (lower, upper) = ConfidenceSequence.rate successes trials 0.9
                let s, f = float successes, float (trials - successes)

                let misfit p =
                    abs (
                        SpecialFunctions.BetaLn(s + 1.0, f + 1.0)
                        - s * log p
                        - f * log (1.0 - p)
                        - log 10.0
                    )

                (successes = 0 || misfit lower < 1e-6)
                && (successes = trials || misfit upper < 1e-6))

            law
                "the observed rate is inside, and one more success moves both ends up"
                (fun (struct (successes, trials)) ->
                    let struct (lower, upper) = ConfidenceSequence.rate successes trials 0.95
                    let rate = float successes / float trials

                    lower <= rate
                    && rate <= upper
                    && (successes = trials
                        || (let struct (nextLower, nextUpper) =
                                ConfidenceSequence.rate (successes + 1) trials 0.95

                            nextLower > lower && nextUpper >= upper)))

            law "it is wider than the interval for one look, and wider with more confidence" (fun (struct (s, n)) ->
                let struct (lower, upper) = ConfidenceSequence.rate s n 0.95
                let struct (wideLower, wideUpper) = ConfidenceSequence.rate s n 0.99
                let struct (onceLower, onceUpper) = clopperPearson s n

                lower <= onceLower
                && onceUpper <= upper
                && wideLower <= lower
                && upper <= wideUpper)

            testCase "its width shrinks like √(log n/n)"
            <| fun () ->
                let scaled trials =
                    let struct (lower, upper) = ConfidenceSequence.rate (3 * trials / 10) trials 0.95
                    (upper - lower) / sqrt (log (float trials) / float trials)

                let widths = [ 1_000; 10_000; 100_000; 1_000_000; 10_000_000 ] |> List.map scaled
                // Laplace: the half width is √(p (1 − p) (ln n + 2 ln(1/α) − ln(2πp(1 − p)))/n), so that the quotient falls to 2 √(p(1 − p)).
                for earlier, later in List.pairwise widths do
                    Expect.isLessThan later earlier "falls"
                    Expect.isGreaterThan later (2.0 * sqrt 0.21) "to its limit"

                let n = 1e7

                let predicted =
                    2.0
                    * sqrt (0.21 * (log n + 2.0 * log 20.0 - log (2.0 * Math.PI * 0.21)) / log n)

                Expect.floatClose { absolute = 0.0; relative = 1e-3 } (List.last widths) predicted "Laplace"

            testCase "nothing is known without trials"
            <| fun () -> Expect.equal (ConfidenceSequence.rate 0 0 0.95) (struct (0.0, 1.0)) "all rates"

            testCase "impossible counts and confidences are refused"
            <| fun () ->
                for successes, trials, confidence in
                    [ 3, 2, 0.95; -1, 2, 0.95; 0, -1, 0.95; 0, 1, 1.0; 0, 1, 0.0; 0, 1, nan ] do
                    Expect.throwsT<ArgumentException>
                        (fun () -> ConfidenceSequence.rate successes trials confidence |> ignore)
                        $"{successes} of {trials} at {confidence}"
        ]
