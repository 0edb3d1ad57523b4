/// Generated networks, masks and codes: valid, shrinking to the simplest that still fails, and used on the core's own laws.
module Inversion.Laws.CaseLaws

open System
open Expecto
open FsCheck
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.FsCheck
open Inversion.Verify.Reference

let private config =
    { FsCheckConfig.defaultConfig with
        arbitrary = [ typeof<InversionArbitraries> ]
        maxTest = 100
    }

let private law name (body: SubjectCase -> bool) = testPropertyWithConfig config name body

/// The case at which shrinking ends: as a test runner does it, the first simpler case that still fails, again and again.
let rec private smallest shrinker fails (case: 'T) =
    match shrinker case |> Seq.tryFind fails with
    | Some simpler -> smallest shrinker fails simpler
    | None -> case

let private samples (generator: Gen<'T>) count =
    FsCheck.FSharp.Gen.sampleWithSeed (Rnd(42UL, 7UL)) 30 count generator

let private rowsOf (case: SubjectCase) =
    let subject = case.Subject
    subject, MeasurementRows.ofMeasurement subject.Measurement

[<Tests>]
let tests =
    testList
        "generated cases"
        [
            testCase "every case builds, and so does every case that it shrinks to"
            <| fun () ->
                for case in samples SubjectCase.generator 30 do
                    for each in Seq.append [ case ] (SubjectCase.shrinker case) do
                        let subject = each.Subject
                        Expect.isGreaterThan subject.Measurement.Count 0 "something is observed"

                        Expect.equal
                            each.TrueCode.Length
                            subject.Network.LatentDimension
                            "as many entries as the code has"

                        Expect.isTrue (each.TrueCode |> Array.forall Double.IsFinite) "finite"

            testCase "the theorem's form is the one that is assumed"
            <| fun () ->
                for case in samples NetworkCase.theoremGenerator 50 do
                    Expect.equal case.Law WeightLaw.Gaussian "law"
                    Expect.equal case.Activation "relu" "activation"

                    Expect.isTrue
                        (case.Layers |> List.forall (fun layer -> layer.Stride = layer.Kernel))
                        "stride = kernel"

            testCase "generated networks differ: layers, axes, overlap, laws and activations all occur"
            <| fun () ->
                let cases = samples NetworkCase.generator 400 |> Array.toList

                let some property what =
                    Expect.isTrue (cases |> List.exists property) what

                some (fun case -> case.Layers.Length = 1) "one layer"
                some (fun case -> case.Layers.Length = 3) "three layers"
                some (fun case -> case.Positions.Length = 2) "two axes"
                some (fun case -> case.Channels = 1) "one channel"
                some (fun case -> case.Layers |> List.exists (fun layer -> layer.Stride < layer.Kernel)) "overlap"

                Expect.equal
                    (cases |> List.map _.Law |> List.distinct |> List.length)
                    (Enum.GetValues<WeightLaw>().Length)
                    "laws"

                Expect.equal (cases |> List.map _.Activation |> List.distinct |> List.length) 4 "activations"

            testCase "shrinking ends, at the simplest case of all where everything fails"
            <| fun () ->
                for case in samples SubjectCase.generator 20 do
                    let least = smallest SubjectCase.shrinker (fun _ -> true) case

                    Expect.equal
                        (least.Network.Network.LatentDimension, least.Network.Network.OutputDimension)
                        (1, 1)
                        "one entry each"

                    Expect.equal least.Network.Layers.Length 1 "one layer"
                    Expect.equal (least.Network.Law, least.Network.Activation) (WeightLaw.Gaussian, "relu") "plain"
                    Expect.equal least.Network.Digits 1 "one digit"
                    Expect.equal least.Mask MaskCase.Whole "all observed"
                    Expect.isEmpty least.Code.Entries "no code"

            testCase "a failure that needs two channels, three positions or a number above 2.5 keeps just these"
            <| fun () ->
                for case in samples SubjectCase.generator 60 do
                    let fails (case: SubjectCase) =
                        case.Network.Channels >= 2
                        && case.Network.Positions.Head >= 3
                        && case.Code.Entries |> List.exists (fun entry -> entry > 2.5)

                    let given =
                        { case with
                            Network =
                                { case.Network with
                                    Channels = 5
                                    Positions = 3 :: case.Network.Positions.Tail
                                }
                            Code =
                                {
                                    Entries = 0.3 :: 3.14159 :: case.Code.Entries
                                }
                        }

                    let least = smallest SubjectCase.shrinker fails given
                    Expect.equal least.Network.Channels 2 "channels"
                    Expect.equal least.Network.Positions [ 3 ] "positions"
                    Expect.equal least.Network.Layers.Length 1 "layers"
                    // 3.14159 has the one-digit form 3, which fails still; larger ones stay one digit of their own.
                    let above = least.Code.Entries |> List.filter (fun entry -> entry > 2.5)
                    Expect.equal above.Length 1 "one number"
                    Expect.equal (least.Code.Entries |> List.filter (fun entry -> entry <> 0.0)) above "and no other"

            testCase "rounded weights have the digits asked for, and 17 leaves them as drawn"
            <| fun () ->
                for case in samples NetworkCase.generator 20 do
                    let weights (case: NetworkCase) =
                        [
                            for layer in case.Network.Layers do
                                match layer with
                                | :? ConvolutionLayer as convolution -> yield! convolution.Weight
                                | _ -> ()
                        ]

                    let drawn = weights case

                    for rounded, weight in List.zip (weights { case with Digits = 2 }) drawn do
                        Expect.isLessThanOrEqual
                            (abs (rounded - weight))
                            (0.051 * abs weight)
                            "half of the second digit"

                        Expect.isLessThanOrEqual
                            (rounded
                                .ToString("R", Globalization.CultureInfo.InvariantCulture)
                                .Trim('-', '0', '.')
                                .Length)
                            7
                            "short"

            law "J is 0 at the true code, and nowhere negative"
            <| fun case ->
                let risk = case.Risk
                risk.Value case.TrueCode = 0.0 && not (risk.Value case.OtherCode < 0.0)

            law "the fast J is the slow reference's"
            <| fun case ->
                let subject, rows = rowsOf case
                let reference = subject.Reference.Value
                let truth = Reference.observe reference rows case.TrueCode
                let slow = Reference.value reference rows truth case.OtherCode
                let fast = case.Risk.Value case.OtherCode
                // Cancellation near the truth: relative to what is subtracted.
                let size =
                    Reference.value reference rows (Array.zeroCreate truth.Length) case.OtherCode
                    + (truth |> Array.sumBy (fun y -> y * y))

                abs (fast - slow) <= 1e-12 * size

            law "without bias and with ReLU, J of codes four times as long is sixteen times J, bit by bit"
            <| fun case ->
                let case =
                    { case with
                        Network =
                            { case.Network with
                                Activation = "relu"
                            }
                    }

                let longer code =
                    {
                        Entries = code.Entries |> List.map ((*) 4.0)
                    }

                let larger =
                    { case with
                        Truth = longer case.Truth
                        Code = longer case.Code
                    }

                let before = case.Risk.Value case.OtherCode
                let after = larger.Risk.Value larger.OtherCode
                // Powers of two commute with rounding as long as nothing underflows.
                before < 1e-280 || after = 16.0 * before
        ]
