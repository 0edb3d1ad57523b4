module Inversion.Laws.IsotonicFitLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

let private tally x hits trials = { X = x; Hits = hits; Trials = trials }

let private fit confidence tallies =
    IsotonicFit.fit confidence tallies |> Option.get

type private Cases =
    static member Tallies() =
        gen {
            let! count = Gen.choose (1, 7)
            let! order = Gen.shuffle [| 0 .. count - 1 |]

            let! cells =
                Gen.arrayOfLength
                    count
                    (gen {
                        let! trials = Gen.choose (1, 12)
                        let! hits = Gen.choose (0, trials)
                        return struct (hits, trials)
                    })

            return Array.map2 (fun i (struct (hits, trials)) -> tally (float i) hits trials) order cells
        }
        |> Arb.fromGen

let private law name body =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<Cases> ]
            maxTest = 300
        }
        name
        body

let private weighted (points: Tally[]) =
    points |> Array.map (_.Trials >> float), points |> Array.map Tally.rate

let private squares (weights: float[]) (values: float[]) (fitted: float[]) =
    Seq.sum (Seq.init values.Length (fun i -> weights[i] * (values[i] - fitted[i]) ** 2.0))

/// The best of all nondecreasing means over consecutive blocks: every set of places where a block may end is tried.
let private bruteForce (weights: float[]) (values: float[]) =
    let n = values.Length

    [
        for ends in 0 .. (1 <<< (n - 1)) - 1 do
            let block = Array.create n 0

            for i in 1 .. n - 1 do
                block[i] <- block[i - 1] + (ends >>> (i - 1) &&& 1)

            let mean b =
                let members =
                    [
                        for i in 0 .. n - 1 do
                            if block[i] = b then
                                i
                    ]

                (members |> List.sumBy (fun i -> weights[i] * values[i]))
                / (members |> List.sumBy (fun i -> weights[i]))

            let fitted = block |> Array.map mean

            if Array.pairwise fitted |> Array.forall (fun (a, b) -> a <= b) then
                fitted
    ]
    |> List.minBy (squares weights values)

[<Tests>]
let tests =
    testList
        "isotonic fit"
        [
            law "is the nondecreasing fit of least squares, by trying all blocks" (fun (tallies: Tally[]) ->
                let result = fit 0.95 tallies
                let weights, values = weighted (Tally.ordered tallies)

                Array.forall2 (fun a b -> abs (a - b) < 1e-12) result.Rates (bruteForce weights values))

            law
                "rates do not fall, keep the mean, and are the points' own where those do not fall"
                (fun (tallies: Tally[]) ->
                    let result = fit 0.95 tallies
                    let weights, values = weighted (Tally.ordered tallies)

                    let sum rates =
                        Array.map2 (*) weights rates |> Array.sum

                    let isSorted rates =
                        Array.pairwise rates |> Array.forall (fun (a, b) -> a <= b)

                    isSorted result.Rates
                    && abs (sum result.Rates - sum values) < 1e-9
                    && (not (isSorted values)
                        || Array.forall2 (fun a b -> abs (a - b) < 1e-12) result.Rates values))

            law "the interval has the value in it, and more confidence widens it" (fun (tallies: Tally[]) ->
                let result, wide = fit 0.6 tallies, fit 0.9 tallies

                Option.forall (fun value -> Estimate.contains value result.R50) result.R50.Value
                && Option.forall (fun a -> Option.exists (fun b -> a <= b) result.R50.Lower) wide.R50.Lower
                && Option.forall (fun a -> Option.exists (fun b -> a >= b) result.R50.Upper) wide.R50.Upper)

            law "the order of the points changes nothing" (fun (tallies: Tally[]) ->
                fit 0.95 (Array.rev tallies) = fit 0.95 tallies)

            testCase "r50's interval covers it at least as often as it says, whatever the curve"
            <| fun () ->
                let runs = 10_000

                for name, trials, curve, r50 in
                    [
                        "nearly constant", 40, (fun x -> if x < 0.46 then 0.49 else 0.5), 0.46
                        "a line", 25, id, 0.5
                        "a slow start", 60, (fun x -> x ** 3.0), 0.5 ** (1.0 / 3.0)
                        // All that can go wrong does: the error is that of one test at ½.
                        "½ after nothing", 40, (fun x -> if x < 0.46 then 0.0 else 0.5), 0.46
                        "½ before all", 40, (fun x -> if x < 0.46 then 0.49999 else 1.0), 0.46
                        "a step", 10, (fun x -> if x < 0.25 then 0.0 else 0.9), 0.25
                    ] do
                    let key = (RandomKey 0x150UL).Child(name: string)
                    let cells = Array.init 21 (fun i -> tally (float i / 20.0) 0 trials)
                    let rates = cells |> Array.map (fun cell -> curve cell.X)

                    let covered =
                        Seq.init runs (fun run -> Tally.draw (key.Child(int64 run).Open()) rates cells)
                        |> Seq.filter (fun counts -> Estimate.contains r50 (fit 0.95 counts).R50)
                        |> Seq.length

                    printfn $"{name}: {covered} of {runs}"
                    // 9500 expected at least, standard deviation 21.8.
                    Expect.isGreaterThan covered 9400 name

            testCase "with many trials the interval is the two points around r50"
            <| fun () ->
                let result =
                    fit
                        0.95
                        [
                            tally 0.1 10 1000
                            tally 0.2 400 1000
                            tally 0.3 600 1000
                            tally 0.4 990 1000
                        ]

                Expect.floatClose Accuracy.high result.R50.Value.Value 0.25 "between"
                Expect.equal (result.R50.Lower, result.R50.Upper) (Some 0.2, Some 0.3) "the points"
                let pooled = fit 0.95 [ tally 0.1 6 10; tally 0.2 4 10; tally 0.3 8 10 ]
                Expect.equal pooled.Rates[0] pooled.Rates[1] "pooled"
                Expect.equal pooled.R50.Value None "½ is reached at the first point"

            testCase "where all points are on one side only one end is known"
            <| fun () ->
                let all = fit 0.95 [ tally 0.1 20 20; tally 0.2 20 20 ]
                Expect.equal all.R50 { Estimate.none with Upper = Some 0.1 } "all hit"
                let noHit = fit 0.95 [ tally 0.1 0 20; tally 0.2 0 20 ]
                Expect.equal noHit.R50 { Estimate.none with Lower = Some 0.2 } "none hits"
                Expect.equal (fit 0.95 [ tally 0.1 1 2 ]).R50 Estimate.none "two trials"

            testCase "no trials give nothing, and what makes no sense is refused"
            <| fun () ->
                Expect.isNone (IsotonicFit.fit 0.95 [ tally 0.5 0 0 ]) "no trials"

                for x, hits, trials, confidence in [ nan, 1, 2, 0.95; 0.5, 3, 2, 0.95; 0.5, 1, 2, nan; 0.5, 1, 2, 0.0 ] do
                    Expect.throwsT<ArgumentException>
                        (fun () -> IsotonicFit.fit confidence [ tally x hits trials ] |> ignore)
                        $"{hits} of {trials} at {x}, {confidence}"

                Expect.throwsT<ArgumentException> (fun () -> IsotonicFit.pool [| 1.0 |] [||] |> ignore) "lengths"
        ]
