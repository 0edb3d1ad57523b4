module Inversion.Laws.RecoveryLaws

open System
open System.Threading
open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = Recovery.claim
let private many = { quick with Trials = 60 }

let private refutes settings subject =
    let finding = checkWith settings claim subject

    match finding.Verdict with
    | Verdict.Refuted witness ->
        let again = claim.Replay subject witness
        Expect.isTrue again.Confirmed again.Note
        Expect.equal again.Measured witness.Measured "the same probability"
        finding, witness
    | _ -> failtest (describe finding)

/// Mean structural similarity by its definition, window by window.
let private similarity peak height width (x: float[]) (y: float[]) =
    let weight i j =
        exp (-(float ((i - 5) * (i - 5) + (j - 5) * (j - 5))) / (2.0 * 1.5 * 1.5))

    let places =
        [
            for i in 0..10 do
                for j in 0..10 -> i, j
        ]

    let total = places |> List.sumBy (fun (i, j) -> weight i j)

    let mean row column f =
        places
        |> List.sumBy (fun (i, j) -> weight i j / total * f ((row + i) * width + column + j))

    [
        for row in 0 .. height - 11 do
            for column in 0 .. width - 11 ->
                let mx, my = mean row column (fun k -> x[k]), mean row column (fun k -> y[k])
                let vx = mean row column (fun k -> (x[k] - mx) ** 2.0)
                let vy = mean row column (fun k -> (y[k] - my) ** 2.0)
                let cov = mean row column (fun k -> (x[k] - mx) * (y[k] - my))
                let c1, c2 = (0.01 * peak) ** 2.0, (0.03 * peak) ** 2.0

                (2.0 * mx * my + c1) * (2.0 * cov + c2)
                / ((mx * mx + my * my + c1) * (vx + vy + c2))
    ]
    |> List.average

[<Tests>]
let tests =
    testList
        "recovery"
        [
            testCase "is supported where sixty of sixty codes are recovered"
            <| fun () ->
                let finding = checkWith many claim (Subject.ofNetwork (drawn "3x1" "48k4,48k4"))
                Expect.equal finding.Verdict Verdict.Supported (describe finding)
                Expect.equal (finding.Number "successRate") 1.0 "all"
                // 0.05^(1/60).
                Expect.isLessThan (abs (finding.Number "successRateLower" - 0.95130)) 1e-4 "Clopper and Pearson"
                Expect.isLessThan (finding.Number "medianLatentError") 1e-10 "closely"
                Expect.isGreaterThan (finding.Number "psnr") 200.0 "completely"
                Expect.isTrue (Double.IsNaN(finding.Number "ssim")) "no image"

            testCase "is refuted where codes cannot be recovered, by counts that replay"
            <| fun () ->
                for subject in
                    [
                        // Three units for five unknowns; a block of the code that is not observed.
                        Subject.ofNetwork (drawn "5x1" "3k1,32k4")
                        drawn "3x2" "32k4" |> masked "block:1"
                    ] do
                    let finding, witness = refutes quick subject
                    Expect.equal (finding.Number "successRate") 0.0 "none"
                    Expect.isLessThan witness.Measured.Upper 1e-12 "0.05¹²"
                    Expect.equal finding.Arithmetic Arithmetic.Interval "binomial sums in intervals"
                    Expect.equal (witness.Vector "missed").Length 12 "which"

            testCase "a few codes decide neither"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "48k4,48k4")
                let finding = check claim subject
                Expect.equal (word finding) "undecided" "twelve of twelve"
                Expect.stringContains finding.Reason "12 of 12" "says so"
                Expect.equal (word (checkWith { quick with Trials = 0 } claim subject)) "undecided" "none"

            testCase "other codes with the same measurements are counted"
            <| fun () ->
                let finding, _ = refutes quick (drawn "3x2" "32k4" |> masked "block:1")
                Expect.isGreaterThan (finding.Number "solvedElsewhere") 6.0 "most are explained by another code"

            testCase "NaN and nothing observed decide nothing"
            <| fun () ->
                let broken =
                    drawn "3x1" "8k4"
                    |> withFirstWeights (Array.mapi (fun i w -> if i = 1 then nan else w))
                    |> Subject.ofNetwork

                Expect.equal (word (check claim broken)) "undecided" "NaN"
                Expect.equal (word (check claim (masked "random:0" (drawn "3x1" "8k4")))) "undecided" "nothing seen"

            testCase "tampered witnesses do not replay"
            <| fun () ->
                let subject = drawn "3x2" "32k4" |> masked "block:1"
                let _, witness = refutes quick subject

                for text, other in
                    [
                        "another claim", { witness with Claim = "convergence" }
                        "another kind", { witness with Kind = "rates" }
                        "another side", { witness with Side = Side.AtMost }
                        "a higher rate", Subjects.withScalar "rate" 0.999 witness
                        "a certain level", { witness with Allowed = 1.0 }
                        "NaN as level", { witness with Allowed = nan }
                        "fewer recovered", Subjects.withScalar "recovered" 1.0 witness
                        "fewer trials", Subjects.withScalar "trials" 11.0 witness
                        "half a trial", Subjects.withScalar "trials" 11.5 witness
                        "no trials",
                        witness
                        |> Subjects.withScalar "trials" 0.0
                        |> Subjects.withScalar "recovered" 0.0
                        "no key", Subjects.withScalar "keyHigh" -1.0 witness
                        "other codes missed", Subjects.withVector "missed" Array.rev witness
                    ] do
                    Expect.isFalse (claim.Replay subject other).Confirmed text

                let other = Subject.ofNetwork (drawn "3x1" "48k4,48k4")
                let again = claim.Replay other witness
                Expect.isFalse again.Confirmed "another network"

            testCase "completed images are compared"
            <| fun () ->
                let image =
                    NetworkBuilder(Input = Shape.Parse "3x1x1", Layers = "16k4,1k3s3", LastActivation = "sigmoid")
                        .Draw(key "2a9")

                let finding = check claim (Subject.ofNetwork image)
                Expect.equal image.OutputShape.Positions 144 "12 × 12"
                Expect.isGreaterThan (finding.Number "ssim") 0.99 "alike"
                Expect.isGreaterThan (finding.Number "psnr") 60.0 "alike"

            testCase "PSNR and SSIM are those of hand values and of the definition"
            <| fun () ->
                // Mean squared error ¼: 10 log₁₀ 4.
                let psnr = ImageQuality.psnr 1.0 [| 0.0; 1.0 |] [| 0.5; 0.5 |]
                Expect.isLessThan (abs (psnr - 6.020599913279624)) 1e-12 "6.02 dB"
                Expect.equal (ImageQuality.psnr 2.0 [| 1.0 |] [| 1.0 |]) infinity "equal"
                Expect.throws (fun () -> ImageQuality.psnr 1.0 [||] [||] |> ignore) "nothing"

                // Constant images of ½ and 1: (2 · ½ + 10⁻⁴)/(¼ + 1 + 10⁻⁴).
                let flat = ImageQuality.ssim 1.0 11 11 (Array.create 121 0.5) (Array.create 121 1.0)
                Expect.isLessThan (abs (flat - 1.0001 / 1.2501)) 1e-12 "constants"

                let stream = (key "1a6e").Open()
                let first = Array.init (14 * 17) (fun _ -> stream.NextUniform())
                let second = first |> Array.map (fun x -> 0.6 * x + 0.3 * stream.NextUniform())
                let opposite = first |> Array.map (fun x -> 1.0 - x)

                for peak, other in [ 1.0, second; 2.0, second; 1.0, opposite; 1.0, first ] do
                    let fast = ImageQuality.ssim peak 14 17 first other
                    let slow = similarity peak 14 17 first other
                    Expect.isLessThan (abs (fast - slow)) 1e-12 $"{fast}"

                Expect.isLessThan (abs (ImageQuality.ssim 1.0 14 17 first first - 1.0)) 1e-12 "equal images"
                Expect.isLessThan (ImageQuality.ssim 1.0 14 17 first opposite) 0.0 "a negative"
                Expect.isTrue (Double.IsNaN(ImageQuality.ssim 1.0 10 17 first[..169] first[..169])) "too small"
                Expect.throws (fun () -> ImageQuality.ssim 1.0 11 11 first second |> ignore) "another size"

            testCase "the peak is the range of the last activation"
            <| fun () ->
                let ending last =
                    NetworkBuilder(Input = Shape.Parse "2x1", Layers = "4k2", LastActivation = last).Draw(key "1")

                let output = [| -3.0; 4.0 |]
                Expect.equal (RecoveryRuns.peak (ending "sigmoid") output) 1.0 "logistic"
                Expect.equal (RecoveryRuns.peak (ending "tanh") output) 2.0 "tanh"
                Expect.equal (RecoveryRuns.peak (ending "relu") output) 7.0 "its own range"
                Expect.equal (RecoveryRuns.median [| 3.0; 1.0; 2.0 |]) 2.0 "odd"
                Expect.equal (RecoveryRuns.median [| 3.0; infinity; 1.0; infinity |]) infinity "infinite"
                Expect.isTrue (Double.IsNaN(RecoveryRuns.median [||])) "nothing"

            testCase "the same key gives the same finding, and cancellation ends it"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "3x1" "8k4,8k4")

                Expect.equal
                    (Subjects.printed [ check claim subject ])
                    (Subjects.printed [ check claim subject ])
                    "bits"

                Expect.throwsT<OperationCanceledException>
                    (fun () -> claim.Check quick (key "5eed") (CancellationToken true) subject |> ignore)
                    "cancelled"
        ]
