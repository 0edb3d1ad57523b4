module Inversion.Laws.AssumptionsLaws

open System
open Expecto
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.Subjects

let private judge subject =
    Subjects.judge Assumptions.claim Settings.Default subject |> List.exactlyOne

let private theorem = drawn "8x2" "16k4,16k4" 3UL

/// The same weights without word of where they come from: they are tested, not believed.
let private anonymous = rewritten (fun _ weight -> weight) theorem

let private refuted kind subject =
    let finding = judge subject

    match finding.Verdict with
    | Verdict.Refuted witness ->
        Expect.isTrue (Verdict.breaks witness.Side witness.Allowed witness.Measured) "the witness stands on its own"
        Expect.isTrue (Assumptions.claim.Replay subject witness).Confirmed $"{kind}: replays"
        Expect.equal witness.Kind kind "the assumption"
        witness
    | other -> failtest $"{kind}: {other}"

let private composed layers =
    Subject.ofNetwork (GenerativeNetwork(Shape.Sequence(8, 2), layers, "composed"))

let private convolution inputs outputs stride padding bias (seed: uint64) =
    let geometry = KernelGeometry([ 4 ], [ stride ], [ padding ])

    let weight = Search.gaussian ((RandomKey seed).Open()) (inputs * outputs * 4)

    ConvolutionLayer(true, inputs, outputs, geometry, weight, bias) :> Layer

let private relu = ActivationLayer Activation.Relu :> Layer

[<Tests>]
let tests =
    testList
        "assumptions"
        [
            testCase "hold for a network drawn as the theorem has it"
            <| fun () ->
                let finding = judge (Subject.ofNetwork theorem)
                Expect.equal finding.Verdict Verdict.Supported "supported"
                Expect.stringContains finding.Reason "expansion is reported, not judged" "says what it does not judge"
                Expect.equal finding.Trials (8 * 16 * 4 + 16 * 16 * 4) "every weight"

                let expected = [ 64.0 / (8.0 * log 8.0); 64.0 / (16.0 * log 16.0) ]

                Expect.equal
                    (finding.Measured |> List.find (fun (name, _) -> name = "expansion") |> snd)
                    (Quantity.Numbers expected)
                    "C_iℓ/(C_{i−1} log C_{i−1})"

            testCase "hold, by tests, for Gaussian weights of unknown origin"
            <| fun () ->
                // Each fixed key fails an honest network with probability 5 % or less.
                let finding = judge (Subject.ofNetwork anonymous)
                Expect.equal finding.Verdict Verdict.Supported $"supported: {finding.Reason}"
                Expect.stringContains finding.Method "Anderson" "tested"
                Expect.isGreaterThan (finding.Number "andersonDarling") 0.0 "statistic"

            testCase "an origin that does not redraw the weights is not believed"
            <| fun () ->
                let subject =
                    Subject.create
                        "forged"
                        (drawnFrom WeightLaw.Uniform "8x2" "16k4,16k4" 3UL)
                        (Subsampling.All theorem.OutputDimension)
                        (Subject.ofNetwork theorem).Provenance

                refuted "anderson-darling" subject |> ignore

            testCase "each broken assumption of the structure is refuted exactly"
            <| fun () ->
                let second = convolution 16 16 4 0 null 2UL
                let first = convolution 8 16 4 0 null 1UL

                for kind, subject in
                    [
                        "depth", Subject.ofNetwork (drawn "8x2" "16k4,16k4,16k4" 3UL)
                        "depth", Subject.ofNetwork (drawn "8x2" "16k4" 3UL)
                        "stride-width", Subject.ofNetwork (drawn "8x2" "16k4,16k5s3" 3UL)
                        "padding-width", composed [ convolution 8 16 4 1 null 1UL; relu; second; relu ]
                        "bias", composed [ first; relu; convolution 16 16 4 0 (Array.create 16 0.5) 2UL; relu ]
                        "relu", composed [ first; ActivationLayer(Activation.LeakyRelu, 0.2); second; relu ]
                        "relu", composed [ first; relu; second; ActivationLayer Activation.Tanh ]
                        "relu", composed [ first; relu; second ]
                        "other-layers", composed [ first; relu; UpsampleLayer(1, 2); second; relu ]
                        "law", Subject.ofNetwork (drawnFrom WeightLaw.Uniform "8x2" "16k4,16k4" 3UL)
                        "law", Subject.ofNetwork (drawnFrom WeightLaw.Uniform01 "8x2" "16k4,16k4" 3UL)
                        "spread", Subject.ofNetwork (drawnFrom WeightLaw.Constant "8x2" "16k4,16k4" 3UL)
                    ] do
                    refuted kind subject |> ignore
                    Expect.equal (judge subject).Arithmetic Arithmetic.Exact kind

            testCase "a measurement that mixes outputs is refuted"
            <| fun () ->
                let everything = Subsampling.All theorem.OutputDimension

                Subject.create
                    "sensed"
                    theorem
                    (GaussianSensing(everything, 5, RandomKey 1UL))
                    (Subject.ofNetwork theorem).Provenance
                |> refuted "measurement"
                |> ignore

                Expect.equal (judge (masked "random:0.5" theorem)).Verdict Verdict.Supported "a row subset is Theorem 4"

            testCase "weights of unknown origin are refuted by the test that they fail"
            <| fun () ->
                let change (f: int -> float -> float) =
                    anonymous
                    |> rewritten (fun _ weight -> Array.mapi f weight)
                    |> Subject.ofNetwork

                refuted "mean" (change (fun _ w -> w + 0.02)) |> ignore

                let uniform = drawnFrom WeightLaw.Uniform "8x2" "16k4,16k4" 3UL

                refuted "anderson-darling" (Subject.ofNetwork (rewritten (fun _ w -> w) uniform))
                |> ignore

                let repeated =
                    anonymous
                    |> rewritten (fun _ weight -> weight |> Array.mapi (fun i _ -> weight[i / 2 * 2]))
                    |> Subject.ofNetwork

                refuted "neighbors along taps" repeated |> ignore

            testCase "a witness that was tampered with does not replay"
            <| fun () ->
                let deep = Subject.ofNetwork (drawn "8x2" "16k4,16k4,16k4" 3UL)
                let depth = refuted "depth" deep

                for text, other in
                    [
                        "another limit", { depth with Allowed = 1.0 }
                        "another claim", { depth with Claim = "origin" }
                        "another assumption",
                        { depth with
                            Kind = "bias"
                            Layer = Some 1
                        }
                        "an unknown assumption", { depth with Kind = "height" }
                    ] do
                    Expect.isFalse (Assumptions.claim.Replay deep other).Confirmed text

                Expect.isFalse (Assumptions.claim.Replay (Subject.ofNetwork theorem) depth).Confirmed "another network"

                let shifted =
                    anonymous
                    |> rewritten (fun _ w -> Array.map (fun v -> v + 0.02) w)
                    |> Subject.ofNetwork

                let mean = refuted "mean" shifted

                Expect.isFalse
                    (Assumptions.claim.Replay
                        shifted
                        { mean with
                            Allowed = mean.Allowed - 1.0
                        })
                        .Confirmed
                    "a limit that is not its level's"

            testCase "zero weights are refuted, NaN and infinite ones undecided"
            <| fun () ->
                refuted "spread" (Subject.ofNetwork (rewritten (fun _ w -> Array.map (fun _ -> 0.0) w) theorem))
                |> ignore

                for bad in [ nan; infinity ] do
                    let finding =
                        theorem
                        |> rewritten (fun _ weight -> weight |> Array.mapi (fun i w -> if i = 3 then bad else w))
                        |> Subject.ofNetwork
                        |> judge

                    Expect.equal finding.Verdict.Word "undecided" $"{bad}"

                Expect.equal (judge (masked "random:0" theorem)).Verdict.Word "undecided" "nothing is observed"

            testCase "layers too small to be tested are not supported by a test"
            <| fun () ->
                let tiny =
                    GenerativeNetwork(
                        Shape.Flat 1,
                        [
                            LinearLayer(1, 2, [| 0.3; -0.2 |])
                            relu
                            LinearLayer(2, 1, [| 0.1; 0.4 |])
                            relu
                        ]
                    )

                let finding = judge (Subject.ofNetwork tiny)
                Expect.equal finding.Verdict.Word "undecided" "nothing was checked"

            testCase "dense layers are the case of one position; one channel expands without bound"
            <| fun () ->
                let finding = judge (Subject.ofNetwork (drawn "1" "dense20,dense60" 3UL))
                Expect.equal finding.Verdict Verdict.Supported "supported"
                Expect.stringContains finding.Reason "dense" "says so"

                match finding.Measured |> List.find (fun (name, _) -> name = "expansion") |> snd with
                | Quantity.Numbers [ first; _ ] -> Expect.equal first infinity "log 1 = 0"
                | other -> failtest $"{other}"

            testCase "statistics agree with reference values"
            <| fun () ->
                let values = [| 0.0 .. 19.0 |]
                // scipy.stats.kurtosistest(range(20)), from SciPy's documentation.
                Expect.floatClose
                    Accuracy.medium
                    (WeightStatistics.kurtosisZ (WeightStatistics.moments values))
                    -1.7058104152122062
                    "kurtosis"
                // The definition, summed in Python with math.erfc.
                Expect.floatClose Accuracy.high (WeightStatistics.andersonDarling values) 0.23025716107773717 "A*²"
                // Stephens' table for estimated mean and variance: 0.752 at 5 %, 1.035 at 1 %.
                Expect.isLessThan (abs (WeightStatistics.andersonDarlingLimit 0.05 - 0.752)) 0.01 "5 %"
                Expect.isLessThan (abs (WeightStatistics.andersonDarlingLimit 0.01 - 1.035)) 0.01 "1 %"
                Expect.isTrue (Double.IsNaN(WeightStatistics.andersonDarling (Array.create 20 1.0))) "constant"

            testCase "the same key gives the same finding"
            <| fun () ->
                let subject = Subject.ofNetwork anonymous
                Expect.equal (printed [ judge subject ]) (printed [ judge subject ]) "bit by bit"
        ]
