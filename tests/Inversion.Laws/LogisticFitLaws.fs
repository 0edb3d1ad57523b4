module Inversion.Laws.LogisticFitLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

let private tally x hits trials = { X = x; Hits = hits; Trials = trials }

let private fit confidence tallies =
    LogisticFit.fit confidence tallies |> Option.get

let private rate r50 width x =
    1.0 / (1.0 + exp (-2.0 * log 9.0 * (x - r50) / width))

/// Counts at eleven sampling rates 0, 0.1, …, 1 from a curve.
let private drawn (stream: RandomStream) trials r50 width =
    let cells = Array.init 11 (fun i -> tally (0.1 * float i) 0 trials)
    Tally.draw stream (cells |> Array.map (fun cell -> rate r50 width cell.X)) cells

/// ln of the likelihood, from its definition.
let private logLikelihood r50 width tallies =
    tallies
    |> Seq.sumBy (fun t ->
        let p = rate r50 width t.X

        let part count q =
            if count = 0 then 0.0 else float count * log q

        part t.Hits p + part (t.Trials - t.Hits) (1.0 - p))

/// A case with a transition in it, and its key.
type private Case = { Tallies: Tally[]; Seed: int }

type private Cases =
    static member Case() =
        gen {
            let! seed = Gen.choose (0, Int32.MaxValue)
            let! trials = Gen.choose (1, 60)
            let stream = (RandomKey(uint64 seed)).Open()
            let r50 = -0.2 + 1.4 * stream.NextUniform()
            let width = 0.02 + 0.8 * stream.NextUniform() ** 2.0

            return
                {
                    Tallies = drawn stream trials r50 width
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

let private close tolerance (a: float option) (b: float option) =
    match a, b with
    | Some x, Some y -> abs (x - y) <= tolerance * (1.0 + abs y)
    | None, None -> true
    | _ -> false

let private closeEstimates tolerance a b =
    close tolerance a.Value b.Value
    && close tolerance a.Lower b.Lower
    && close tolerance a.Upper b.Upper

/// The share of simulated transitions whose intervals have the true r50 and the true width.
let private coverage name runs trials widthFrom widthTo (fitted: RandomKey -> Tally[] -> LogisticFit) =
    let key = (RandomKey 0x106UL).Child(name: string)
    let mutable r50Covered = 0
    let mutable widthCovered = 0

    for run in 1..runs do
        let stream = key.Child(int64 run).Open()
        let r50 = 0.2 + 0.6 * stream.NextUniform()
        let width = widthFrom + (widthTo - widthFrom) * stream.NextUniform()

        let result =
            fitted (key.Child("fits").Child(int64 run)) (drawn stream trials r50 width)

        if Estimate.contains r50 result.R50 then
            r50Covered <- r50Covered + 1

        if Estimate.contains width result.Width then
            widthCovered <- widthCovered + 1

    let share count = float count / float runs
    printfn $"{name}: r50 covered in {share r50Covered:P2}, width in {share widthCovered:P2} of {runs}"
    struct (share r50Covered, share widthCovered)

[<Tests>]
let tests =
    testList
        "logistic fit"
        [
            testCase "intervals cover r50 and the width about as often as they say"
            <| fun () ->
                // 4000 runs at 95 %: the standard deviation of the share is 0.34 %. With few trials χ²'s quantile alone is about 1.3 % short.
                for name, trials, widthFrom, widthTo in
                    [
                        "wide", 50, 0.2, 0.6
                        "narrow", 50, 0.05, 0.2
                        "few trials", 10, 0.1, 0.5
                        "steps", 30, 0.01, 0.05
                    ] do
                    let struct (r50, width) =
                        coverage name 4000 trials widthFrom widthTo (fun _ -> fit 0.95)

                    Expect.isGreaterThan r50 0.935 $"{name}: r50"
                    Expect.isGreaterThan width 0.935 $"{name}: width"

            testCase "drawn quantiles keep the confidence where trials are few"
            <| fun () ->
                for name, trials, widthFrom, widthTo in
                    [ "calibrated, narrow", 50, 0.05, 0.2; "calibrated, few trials", 10, 0.1, 0.5 ] do
                    let struct (r50, width) =
                        coverage name 2000 trials widthFrom widthTo (fun key tallies ->
                            (LogisticFit.calibrated key 99 0.95 tallies).Value)

                    // 2000 runs at 95 %: the standard deviation of the share is 0.5 %.
                    Expect.isGreaterThan r50 0.935 $"{name}: r50"
                    Expect.isGreaterThan width 0.935 $"{name}: width"

            testCase "drawn quantiles never narrow an interval, and too few draws are refused"
            <| fun () ->
                let tallies = [ tally 0.1 0 5; tally 0.4 2 5; tally 0.6 3 5; tally 0.9 5 5 ]
                let plain = fit 0.95 tallies
                let calibrated = (LogisticFit.calibrated (RandomKey 1UL) 199 0.95 tallies).Value
                Expect.isLessThanOrEqual calibrated.R50.Lower.Value plain.R50.Lower.Value "r50, lower"
                Expect.isGreaterThanOrEqual calibrated.R50.Upper.Value plain.R50.Upper.Value "r50, upper"
                Expect.isLessThanOrEqual calibrated.Width.Lower.Value plain.Width.Lower.Value "width, lower"
                Expect.equal calibrated.R50.Value plain.R50.Value "the same curve"
                Expect.equal (LogisticFit.calibrated (RandomKey 1UL) 199 0.95 tallies).Value calibrated "the same key"
                Expect.isSome (LogisticFit.calibrated (RandomKey 1UL) 19 0.95 tallies) "19 draws"

                Expect.throwsT<ArgumentException>
                    (fun () -> LogisticFit.calibrated (RandomKey 1UL) 18 0.95 tallies |> ignore)
                    "18 draws"

            law
                "no other curve has a larger likelihood, and the deviance says by how much the points' own rates do"
                (fun case ->
                    let result = fit 0.95 case.Tallies

                    let saturated =
                        case.Tallies
                        |> Seq.sumBy (fun t ->
                            let part count =
                                if count = 0 then
                                    0.0
                                else
                                    float count * log (float count / float t.Trials)

                            part t.Hits + part (t.Trials - t.Hits))

                    let maximum = saturated - 0.5 * result.Deviance
                    let stream = (RandomKey(uint64 case.Seed)).Child("others").Open()

                    if result.Shape = Rising then
                        let r50, width = result.R50.Value.Value, result.Width.Value.Value
                        Expect.floatClose Accuracy.high (logLikelihood r50 width case.Tallies) maximum "the maximum"

                    for _ in 1..50 do
                        let r50 = -0.5 + 2.0 * stream.NextUniform()
                        let width = 0.02 + 2.0 * stream.NextUniform()

                        Expect.isLessThanOrEqual
                            (logLikelihood r50 width case.Tallies)
                            (maximum + 1e-9)
                            "another curve")

            testCase "profile limits are where the best curve has lost χ²/2, by a search on a grid"
            <| fun () ->
                let tallies =
                    [
                        tally 0.1 1 20
                        tally 0.3 4 20
                        tally 0.5 9 20
                        tally 0.7 17 20
                        tally 0.9 19 20
                    ]

                let result = fit 0.95 tallies
                let maximum = logLikelihood result.R50.Value.Value result.Width.Value.Value tallies
                let others = Array.init 20_001 (fun i -> 0.1 + 1e-4 * float i)
                let half = 0.5 * 3.841458820694124

                for r50 in [ result.R50.Lower.Value; result.R50.Upper.Value ] do
                    let best =
                        others |> Seq.map (fun width -> logLikelihood r50 width tallies) |> Seq.max

                    Expect.isLessThan (abs (maximum - best - half)) 1e-5 $"r50 = {r50}"

                for width in [ result.Width.Lower.Value; result.Width.Upper.Value ] do
                    let best = others |> Seq.map (fun r50 -> logLikelihood r50 width tallies) |> Seq.max
                    Expect.isLessThan (abs (maximum - best - half)) 1e-5 $"width = {width}"

            law "the order of the points and cells in two parts change nothing" (fun case ->
                let order = (RandomKey(uint64 case.Seed)).Open().Permutation case.Tallies.Length

                let parts =
                    order
                    |> Seq.map (fun i -> case.Tallies[i])
                    |> Seq.collect (fun t ->
                        let hits = t.Hits / 3

                        let trials =
                            max hits (t.Trials / 2 - (t.Hits - hits)) |> min (t.Trials - (t.Hits - hits))

                        [
                            tally t.X hits trials
                            tally t.X 0 0
                            tally t.X (t.Hits - hits) (t.Trials - trials)
                        ])

                Expect.equal (fit 0.9 parts) (fit 0.9 case.Tallies) "the same to the bit")

            law "r50 and the width move with the scale of x" (fun case ->
                let result = fit 0.95 case.Tallies
                let moved = case.Tallies |> Array.map (fun t -> { t with X = 300.0 * t.X - 40.0 })
                let again = fit 0.95 moved

                let back factor shift estimate =
                    let part = Option.map (fun v -> (v - shift) / factor)

                    {
                        Value = part estimate.Value
                        Lower = part estimate.Lower
                        Upper = part estimate.Upper
                    }

                again.Shape = result.Shape
                && closeEstimates 1e-6 (back 300.0 -40.0 again.R50) result.R50
                && closeEstimates 1e-6 (back 300.0 0.0 again.Width) result.Width)

            law "hits and misses exchanged and x reversed give the mirror image" (fun case ->
                let result = fit 0.95 case.Tallies

                let mirrored =
                    case.Tallies
                    |> Array.map (fun t -> tally (1.0 - t.X) (t.Trials - t.Hits) t.Trials)

                let again = fit 0.95 mirrored
                let mirror = Option.map (fun v -> 1.0 - v)

                let r50 =
                    {
                        Value = mirror again.R50.Value
                        Lower = mirror again.R50.Upper
                        Upper = mirror again.R50.Lower
                    }

                closeEstimates 1e-6 r50 result.R50
                && closeEstimates 1e-6 again.Width result.Width)

            law "more confidence widens the intervals, and they have the values in them" (fun case ->
                let narrow, wide = fit 0.8 case.Tallies, fit 0.99 case.Tallies

                let widens (small: Estimate) (large: Estimate) =
                    Option.forall (fun value -> Estimate.contains value small) small.Value
                    && Option.forall (fun lower -> Option.exists (fun s -> lower <= s + 1e-9) small.Lower) large.Lower
                    && Option.forall (fun upper -> Option.exists (fun s -> s <= upper + 1e-9) small.Upper) large.Upper

                widens narrow.R50 wide.R50 && widens narrow.Width wide.Width)

            testCase "a step has r50 between the last miss and the first hit and no least width"
            <| fun () ->
                let result =
                    fit 0.95 [ tally 0.2 0 30; tally 0.4 0 30; tally 0.5 30 30; tally 0.8 30 30 ]

                Expect.equal result.Shape Step "shape"
                Expect.floatClose Accuracy.high result.R50.Value.Value 0.45 "the middle"
                Expect.floatClose Accuracy.high result.R50.Lower.Value 0.4 "the last miss"
                Expect.floatClose Accuracy.high result.R50.Upper.Value 0.5 "the first hit"
                Expect.equal result.Width.Value (Some 0.0) "width"
                Expect.equal result.Width.Lower (Some 0.0) "least width"
                Expect.isLessThan result.Width.Upper.Value 0.12 "largest width"
                Expect.floatClose Accuracy.high result.Deviance 0.0 "deviance"

            testCase "one mixed point between misses and hits is a step through it"
            <| fun () ->
                for hits in [ 1; 9; 15; 16; 29 ] do
                    let result = fit 0.95 [ tally 0.2 0 30; tally 0.4 hits 30; tally 0.8 30 30 ]
                    Expect.equal result.Shape Step "shape"
                    Expect.floatClose Accuracy.high result.R50.Value.Value 0.4 "the mixed point"
                    Expect.equal result.Width.Lower (Some 0.0) "width"
                    // Its own binomial interval says on which side of ½ it may be.
                    let isAbove = Statistics.rateLower hits 30 0.975 > 0.5
                    let isBelow = Statistics.rateUpper hits 30 0.975 < 0.5
                    Expect.equal (result.R50.Upper.Value <= 0.4) isAbove $"{hits}: above ½"
                    Expect.equal (result.R50.Lower.Value >= 0.4) isBelow $"{hits}: below ½"
                    Expect.isGreaterThanOrEqual result.R50.Lower.Value 0.2 "after the misses"
                    Expect.isLessThanOrEqual result.R50.Upper.Value 0.8 "before the hits"

            testCase "all hits or none leave one limit, and few of them no limit"
            <| fun () ->
                let all = fit 0.95 [ tally 0.3 20 20; tally 0.6 20 20 ]
                Expect.equal all.Shape AllHit "all"
                Expect.equal (all.R50.Value, all.R50.Lower) (None, None) "below the points"
                Expect.floatClose Accuracy.high all.R50.Upper.Value 0.3 "the first point"

                let noHit = fit 0.95 [ tally 0.3 0 20; tally 0.6 0 20 ]
                Expect.equal noHit.Shape NoneHit "none"
                Expect.equal (noHit.R50.Value, noHit.R50.Upper) (None, None) "above the points"
                Expect.floatClose Accuracy.high noHit.R50.Lower.Value 0.6 "the last point"

                for result in [ all; noHit ] do
                    Expect.equal result.Width { Estimate.none with Lower = Some 0.0 } "no width"

                Expect.isGreaterThan (fit 0.95 [ tally 0.3 1 1; tally 0.6 20 20 ]).R50.Upper.Value 0.3 "one trial"
                Expect.equal (fit 0.95 [ tally 0.3 1 1; tally 0.6 1 1 ]).R50 Estimate.none "two trials"

            testCase "rates that do not rise are flat: no largest width"
            <| fun () ->
                let flat = fit 0.95 [ tally 0.1 6 20; tally 0.5 6 20; tally 0.9 5 20 ]
                Expect.equal flat.Shape Flat "flat"
                Expect.equal (flat.R50.Value, flat.R50.Upper) (None, None) "r50 may be anywhere above"
                Expect.isGreaterThan flat.R50.Lower.Value 0.4 "not below"
                Expect.equal (flat.Width.Value, flat.Width.Upper) (None, None) "no width"
                Expect.isGreaterThan flat.Width.Lower.Value 0.5 "a least width"

                // Rates whose sums are not exact: rounding must not pass for a rise.
                for hits, trials in [ 3, 11; 1, 49; 2, 49; 3, 41; 3, 10 ] do
                    let constant =
                        fit
                            0.95
                            [
                                tally 0.1 hits trials
                                tally 0.2 (2 * hits) (2 * trials)
                                tally 0.9 (5 * hits) (5 * trials)
                            ]

                    Expect.equal constant.Shape Flat $"{hits} of {trials} everywhere"
                    Expect.isNone constant.R50.Value "no r50"

                let single = fit 0.95 [ tally 0.1 6 20 ]
                Expect.equal single.Shape Flat "one point"
                Expect.equal single.Width { Estimate.none with Lower = Some 0.0 } "nothing known"

            testCase "no trials give nothing, and what makes no sense is refused"
            <| fun () ->
                Expect.isNone (LogisticFit.fit 0.95 []) "no points"
                Expect.isNone (LogisticFit.fit 0.95 [ tally 0.5 0 0 ]) "no trials"

                for x, hits, trials, confidence in
                    [
                        nan, 1, 2, 0.95
                        infinity, 1, 2, 0.95
                        0.5, 3, 2, 0.95
                        0.5, -1, 2, 0.95
                        0.5, 1, 2, 1.0
                        0.5, 1, 2, nan
                    ] do
                    Expect.throwsT<ArgumentException>
                        (fun () -> LogisticFit.fit confidence [ tally x hits trials ] |> ignore)
                        $"{hits} of {trials} at {x}, {confidence}"
        ]
