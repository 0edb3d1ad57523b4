module Inversion.Laws.ExponentialDecayLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

let private tally x hits trials = { X = x; Hits = hits; Trials = trials }
let private key = RandomKey 0xDECAUL

let private fit draws confidence tallies =
    ExponentialDecay.fit key draws confidence tallies |> Option.get

let private cells sizes trials =
    sizes |> Array.map (fun x -> tally x 0 trials)

let private sizes = [| 2.0; 4.0; 8.0; 12.0; 16.0; 24.0 |]

let private logLikelihood (rates: float[]) tallies =
    Seq.zip rates tallies
    |> Seq.sumBy (fun (p, t) ->
        let part count q =
            if count = 0 then 0.0 else float count * log q

        part t.Hits p + part (t.Trials - t.Hits) (1.0 - p))

/// Counts from exp(a − b x), b of either sign.
type private Case = { Tallies: Tally[]; Seed: int }

type private Cases =
    static member Case() =
        gen {
            let! seed = Gen.choose (0, Int32.MaxValue)
            let! trials = Gen.choose (1, 200)
            let stream = (RandomKey(uint64 seed)).Open()
            let a, b = -3.0 * stream.NextUniform(), 0.6 * stream.NextUniform() - 0.2
            let rates = sizes |> Array.map (fun x -> min 1.0 (exp (a - b * x)))

            return
                {
                    Tallies = Tally.draw stream rates (cells sizes trials)
                    Seed = seed
                }
        }
        |> Arb.fromGen

let private law name body =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<Cases> ]
            maxTest = 200
        }
        name
        body

/// Fits of `runs` sets of counts at the same rates.
let private simulated name runs draws rates cells =
    let place = key.Child(name: string)

    Array.init runs (fun run ->
        let counts = Tally.draw (place.Child(int64 run).Open()) rates cells
        (ExponentialDecay.fit (place.Child("fits").Child(int64 run)) draws 0.95 counts).Value)

let private share (property: ExponentialDecay -> bool) (results: ExponentialDecay[]) =
    float (results |> Seq.filter property |> Seq.length) / float results.Length

[<Tests>]
let tests =
    testList
        "exponential decay"
        [
            testCase "the exponent's interval covers it as often as it says"
            <| fun () ->
                // 3000 runs at 95 %: the standard deviation of the share is 0.4 %.
                for name, a, b, trials in
                    [
                        "many hits", -0.5, 0.1, 200
                        "many zeros", -1.0, 0.4, 100
                        "no fall", -2.0, 0.0, 100
                        "a rise", -4.0, -0.1, 100
                    ] do
                    let rates = sizes |> Array.map (fun x -> exp (a - b * x))
                    let results = simulated name 3000 1 rates (cells sizes trials)
                    let covered = results |> share (fun result -> Estimate.contains b result.Exponent)

                    let withZero =
                        results |> share (fun result -> Estimate.contains 0.0 result.Exponent)

                    printfn $"{name}: b = {b} covered in {covered:P2}, 0 in {withZero:P2}"
                    Expect.isGreaterThan covered 0.935 name

                    if b > 0.0 then
                        Expect.isLessThan withZero 0.01 $"{name}: 0 is excluded"

            testCase "a common rate is called falling no more often than the level, a falling one almost always"
            <| fun () ->
                for rate in [ 0.01; 0.2; 0.9 ] do
                    let results =
                        simulated $"null {rate}" 2000 99 (sizes |> Array.map (fun _ -> rate)) (cells sizes 30)

                    let called = results |> share (fun result -> result.FallP <= 0.05)
                    printfn $"common rate {rate}: called falling in {called:P2}"
                    // 5 % at most, standard deviation 0.49 %.
                    Expect.isLessThan called 0.073 $"{rate}"

                let rates = sizes |> Array.map (fun x -> exp (-0.5 - 0.1 * x))
                let results = simulated "falling" 200 99 rates (cells sizes 60)
                Expect.isGreaterThan (results |> share (fun result -> result.FallP <= 0.05)) 0.99 "falling"
                // Where most trials hit, the misses are placed instead.
                let mostHit = sizes |> Array.map (fun x -> exp (-0.02 * x))
                let results = simulated "falling, most hit" 200 99 mostHit (cells sizes 60)
                Expect.isGreaterThan (results |> share (fun result -> result.FallP <= 0.05)) 0.99 "most hit"

            testCase "an exponential passes the test of fit, a floor under it does not"
            <| fun () ->
                let exponential = sizes |> Array.map (fun x -> exp (-0.5 - 0.25 * x))
                let honest = simulated "honest" 400 99 exponential (cells sizes 300)
                let called = honest |> share (fun result -> result.FitP <= 0.05)
                let floor = exponential |> Array.map (fun rate -> max 0.1 rate)
                let floored = simulated "floor" 100 99 floor (cells sizes 300)
                let found = floored |> share (fun result -> result.FitP <= 0.05)
                printfn $"no exponential is called: true in {called:P2}, with a floor in {found:P2}"
                // About 5 %, standard deviation 1.1 %.
                Expect.isLessThan called 0.10 "an exponential"
                Expect.isGreaterThan called 0.005 "not idle"
                Expect.isGreaterThan found 0.95 "a floor"
                // A rate may fall and yet not exponentially.
                Expect.isGreaterThan (floored |> share (fun result -> result.FallP <= 0.05)) 0.99 "it falls"

            law "no other exponential has a larger likelihood" (fun case ->
                let result = fit 1 0.95 case.Tallies
                let maximum = logLikelihood result.Rates case.Tallies
                let stream = (RandomKey(uint64 case.Seed)).Child("others").Open()

                for _ in 1..100 do
                    let b = stream.NextUniform() - 0.4
                    let a = min (b * 2.0) (b * 24.0) - 5.0 * stream.NextUniform()
                    let rates = sizes |> Array.map (fun x -> exp (a - b * x))
                    Expect.isLessThanOrEqual (logLikelihood rates case.Tallies) (maximum + 1e-9) "another exponential")

            law "fitted rates lie on one exponential with the exponent's value" (fun case ->
                let result = fit 1 0.95 case.Tallies

                match result.Exponent.Value with
                | None -> ()
                | Some b ->
                    for i in 1 .. sizes.Length - 1 do
                        let slope = log (result.Rates[0] / result.Rates[i]) / (sizes[i] - sizes[0])
                        Expect.floatClose { absolute = 1e-9; relative = 1e-9 } slope b "slope"

                    Expect.isTrue (result.Rates |> Array.forall (fun rate -> rate <= 1.0)) "rates"
                    Expect.isTrue (Estimate.contains b result.Exponent) "inside")

            testCase "profile limits are where the best curve has lost χ²/2, by a search on a grid"
            <| fun () ->
                let tallies =
                    [| tally 1.0 60 100; tally 2.0 33 100; tally 4.0 12 100; tally 6.0 1 100 |]

                let result = fit 1 0.95 tallies
                let maximum = logLikelihood result.Rates tallies

                let rates a b =
                    tallies |> Array.map (fun t -> exp (a - b * t.X))

                for b in [ result.Exponent.Lower.Value; result.Exponent.Upper.Value ] do
                    let best =
                        Seq.init 20_000 (fun i -> b * 1.0 - 1e-4 * float (i + 1))
                        |> Seq.map (fun a -> logLikelihood (rates a b) tallies)
                        |> Seq.max

                    Expect.isLessThan (abs (maximum - best - 0.5 * 3.841458820694124)) 1e-4 $"b = {b}"

            law "the order of the points changes nothing, and the exponent has the unit 1/x" (fun case ->
                let result = fit 1 0.95 case.Tallies
                Expect.equal (fit 1 0.95 (Array.rev case.Tallies)).Exponent result.Exponent "order"

                let scaled =
                    fit 1 0.95 (case.Tallies |> Array.map (fun t -> { t with X = 1e3 * t.X + 5.0 }))

                let close a b =
                    match a, b with
                    | Some x, Some y -> abs (1e3 * x - y) < 1e-7 * (1.0 + abs y)
                    | None, None -> true
                    | _ -> false

                Expect.isTrue
                    (close scaled.Exponent.Value result.Exponent.Value
                     && close scaled.Exponent.Lower result.Exponent.Lower
                     && close scaled.Exponent.Upper result.Exponent.Upper)
                    "scale")

            testCase "no hits leave the exponent unknown and bound the rate"
            <| fun () ->
                let result = fit 99 0.95 (cells sizes 50)
                Expect.equal result.Exponent Estimate.none "unknown"
                Expect.floatClose Accuracy.high result.MeanUpper (1.0 - 0.05 ** (1.0 / 300.0)) "the rule of three"
                Expect.isTrue (Double.IsNaN result.FallP && Double.IsNaN result.FitP) "no test"
                Expect.isTrue (result.Rates |> Array.forall (fun rate -> rate = 0.0)) "rates"

            testCase "hits at one end only leave one limit"
            <| fun () ->
                let falling = fit 999 0.95 [ tally 1.0 8 50; tally 2.0 0 50; tally 3.0 0 50 ]
                Expect.equal (falling.Exponent.Value, falling.Exponent.Upper) (None, None) "no limit above"
                Expect.isGreaterThan falling.Exponent.Lower.Value 0.5 "falls"
                Expect.isLessThan falling.FallP 0.01 "significant"
                Expect.equal falling.FitP 1.0 "fits"
                let rising = fit 999 0.95 [ tally -1.0 8 50; tally -2.0 0 50; tally -3.0 0 50 ]
                Expect.equal (rising.Exponent.Value, rising.Exponent.Lower) (None, None) "no limit below"

                Expect.floatClose
                    { absolute = 0.0; relative = 1e-8 }
                    rising.Exponent.Upper.Value
                    -falling.Exponent.Lower.Value
                    "mirror image"

                Expect.isGreaterThan rising.FallP 0.9 "not falling"

            testCase "one size says nothing of the exponent"
            <| fun () ->
                let result = fit 9 0.95 [ tally 3.0 4 50; tally 3.0 1 50 ]
                Expect.equal result.Exponent Estimate.none "unknown"
                Expect.equal result.Rates [| 0.05 |] "its rate"
                Expect.isTrue (Double.IsNaN result.FallP) "no test"

            testCase "all hits give a rate of 1 that may not fall"
            <| fun () ->
                let result = fit 9 0.95 [ tally 1.0 50 50; tally 2.0 50 50; tally 3.0 50 50 ]
                Expect.isLessThan (abs result.Exponent.Value.Value) 1e-9 "b = 0"
                Expect.isTrue (Estimate.contains 0.0 result.Exponent) "inside"
                Expect.isLessThan result.Exponent.Upper.Value 0.05 "near 0"
                Expect.equal result.FallP 1.0 "every placement is the same"

            testCase "the same key gives the same result"
            <| fun () ->
                let tallies = [ tally 1.0 8 50; tally 2.0 3 50; tally 3.0 1 50 ]
                Expect.equal (fit 99 0.95 tallies) (fit 99 0.95 (List.rev tallies)) "again"

            testCase "no trials give nothing, and what makes no sense is refused"
            <| fun () ->
                Expect.isNone (ExponentialDecay.fit key 9 0.95 [ tally 0.5 0 0 ]) "no trials"

                for x, hits, trials, draws, confidence in
                    [
                        nan, 1, 2, 9, 0.95
                        0.5, 3, 2, 9, 0.95
                        0.5, 1, 2, 0, 0.95
                        0.5, 1, 2, 9, nan
                        0.5, 1, 2, 9, 1.0
                    ] do
                    Expect.throwsT<ArgumentException>
                        (fun () -> ExponentialDecay.fit key draws confidence [ tally x hits trials ] |> ignore)
                        $"{hits} of {trials} at {x}, {draws}, {confidence}"
        ]
