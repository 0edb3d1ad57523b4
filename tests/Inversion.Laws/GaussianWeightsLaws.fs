module Inversion.Laws.GaussianWeightsLaws

open System
open System.Threading
open Expecto
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.Subjects

let private claim = GaussianWeights.claim

let private judge (subject: Subject) =
    claim.Check Settings.Default (RandomKey 5UL) CancellationToken.None subject

let private one subject = judge subject |> List.exactlyOne

/// 160 000 weights in one layer.
let private large law = drawnFrom law "400" "dense400" 3UL

let private changed change law =
    large law |> rewritten (fun _ -> Array.mapi change) |> Subject.ofNetwork

let private refuted subject =
    match (one subject).Verdict with
    | Verdict.Refuted witness ->
        Expect.isTrue (claim.Replay subject witness).Confirmed witness.Fact
        witness
    | other -> failtest $"{other}"

[<Tests>]
let tests =
    testList
        "gaussian-weights"
        [
            testCase "is supported on enough Gaussian weights, whatever their mean and scale"
            <| fun () ->
                for subject in
                    [
                        Subject.ofNetwork (large WeightLaw.Gaussian)
                        changed (fun _ w -> 1e-3 * w + 7.0) WeightLaw.Gaussian
                    ] do
                    let finding = one subject
                    Expect.equal finding.Verdict Verdict.Supported finding.Reason
                    Expect.isLessThan (finding.Number "distanceUpper") 0.01 "a tight limit"
                    Expect.isGreaterThan (finding.Number "quantileCorrelation") 0.9999 "straight"
                    Expect.equal finding.Layer (Some 1) "one layer"

            testCase "is refuted by every other law, with a witness that replays"
            <| fun () ->
                for law in
                    [
                        WeightLaw.Uniform
                        WeightLaw.Laplace
                        WeightLaw.Rademacher
                        WeightLaw.Uniform01
                        WeightLaw.Bernoulli01
                        WeightLaw.Constant
                    ] do
                    let subject = Subject.ofNetwork (large law)
                    let witness = refuted subject
                    let finding = one subject
                    Expect.equal finding.Arithmetic Arithmetic.Interval $"{law}"
                    Expect.isGreaterThan witness.Measured.Lower GaussianWeights.tolerance $"{law}"
                    // The lower limit by float64 and by intervals.
                    let limit = finding.Number "distanceLower"
                    Expect.isLessThan (abs (witness.Measured.Lower - limit)) 1e-7 $"{law}: {limit}"

            testCase "equal weights within the tolerance are let through, beyond it they are not"
            <| fun () ->
                // Entries set to one value far out make a step of that share: a distance of a half of it at least.
                let pruned share =
                    changed (fun i w -> if float (i % 1000) < 1000.0 * share then 0.0 else w) WeightLaw.Gaussian

                Expect.equal (one (pruned 0.02)).Verdict Verdict.Supported "2 % are zero"
                refuted (pruned 0.06) |> ignore

            testCase "each layer has a finding of its own"
            <| fun () ->
                let network =
                    drawn "300" "dense300,dense300" 3UL
                    |> rewritten (fun layer -> Array.map (fun w -> if layer = 2 then float (sign w) else w))

                match judge (Subject.ofNetwork network) with
                | [ first; second ] ->
                    Expect.equal (first.Layer, first.Verdict) (Some 1, Verdict.Supported) "the first is untouched"
                    Expect.equal (second.Layer, second.Verdict.Word) (Some 2, "refuted") "the second has two values"
                | other -> failtest $"{other.Length} findings"

            testCase "few weights decide nothing, and the finding says how many would"
            <| fun () ->
                let finding = one (Subject.ofNetwork (drawn "8" "dense40" 3UL))
                Expect.equal finding.Verdict.Word "undecided" "320 weights"
                Expect.stringContains finding.Reason "4612 or more" "ln 40/(2 · 0.02²)"
                Expect.equal (one (Subject.ofNetwork (drawn "1" "dense1" 3UL))).Verdict.Word "undecided" "one weight"

            testCase "nothing and NaN decide nothing"
            <| fun () ->
                let nothing =
                    GenerativeNetwork(Shape.Flat 2, [ ActivationLayer Activation.Relu :> Layer ], "bare")

                Expect.stringContains (one (Subject.ofNetwork nothing)).Reason "not applicable" "no layer"

                for bad in [ nan; infinity ] do
                    let finding = one (changed (fun i w -> if i = 3 then bad else w) WeightLaw.Gaussian)
                    Expect.equal finding.Verdict.Word "undecided" $"{bad}"

            testCase "tampered witnesses do not replay"
            <| fun () ->
                let subject = Subject.ofNetwork (large WeightLaw.Uniform)
                let witness = refuted subject

                for text, other in
                    [
                        "another limit", { witness with Allowed = 0.01 }
                        "another side", { witness with Side = Side.AtLeast }
                        "another claim", { witness with Claim = "assumptions" }
                        "another kind", { witness with Kind = "mean" }
                        "another layer", { witness with Layer = Some 2 }
                        "bent the other way", withScalar "above" (1.0 - witness.Scalar "above") witness
                        "no confidence asked", withScalar "level" 0.0 witness
                        "a certainty asked", withScalar "level" 1e-300 witness
                        "NaN", withScalar "level" nan witness
                        "one weight moved", withVector "weights" (fun w -> [| w[0]; w[1]; w[1] + 1e-3 |]) witness
                        "two weights", withVector "weights" (fun w -> w[..1]) witness
                    ] do
                    Expect.isFalse (claim.Replay subject other).Confirmed text

                Expect.throwsT<FormatException>
                    (fun () -> claim.Replay subject (withVector "weights" Array.rev witness) |> ignore)
                    "out of order"

                Expect.isFalse
                    (claim.Replay (Subject.ofNetwork (large WeightLaw.Gaussian)) witness).Confirmed
                    "Gaussian"

            testCase "the same subject gives the same findings"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "40" "dense60,dense60" 3UL)
                Expect.equal (printed (judge subject)) (printed (judge subject)) "bit by bit"
        ]
