module Inversion.Laws.ExpectedLandscapeLaws

open System
open System.IO
open System.Numerics
open System.Text.Json
open System.Text.RegularExpressions
open System.Threading
open Expecto
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private claim = ExpectedLandscape.claim

let private at epsilon = { quick with Epsilon = epsilon }

/// A certificate's text, and what was proved.
let private certificate depths epsilon =
    use text = new StringWriter()

    match LandscapeCertificate.write text depths epsilon CancellationToken.None with
    | Ok summaries -> text.ToString(), summaries
    | Error why -> failtest why

let private isAccepted text =
    Result.isOk (LandscapeCertificate.check text)

let private isRejectedFor (words: string) text =
    match LandscapeCertificate.check text with
    | Ok statement -> failtest $"accepted: {statement}"
    | Error why -> Expect.stringContains why words "the objection"

/// 2ᵈ‖h‖/max(‖x‖, ‖x°‖) by the recursion of docs/proofs.md at x = (a, b, 0), x° = e₁; NaN inside a ball and at 0.
let private slopeAt depth epsilon a b =
    let x, truth = [| a; b; 0.0 |], [| 1.0; 0.0; 0.0 |]
    let rho = Theory.rho depth
    let near = Theory.norm [| a - 1.0; b |]
    let opposite = Theory.norm [| a + rho; b |]

    if near <= epsilon || opposite <= epsilon || Theory.norm x = 0.0 then
        nan
    else
        let h = Theory.norm (Theory.expectedGradient depth x truth)
        Math.ScaleB(h, depth) / max (Theory.norm x) 1.0

/// A third anywhere, at lengths from 1/100 to 100, a third each close outside the two balls.
let private samples depth epsilon count =
    let stream = (RandomKey 0x1a4dUL).Open()
    let rho = Theory.rho depth

    Array.init count (fun i ->
        let angle = Math.PI * stream.NextUniform()
        let excess = Math.Pow(10.0, -6.0 + 6.0 * stream.NextUniform())

        let center, radius =
            match i % 3 with
            | 0 -> 0.0, Math.Pow(10.0, -2.0 + 4.0 * stream.NextUniform())
            | 1 -> 1.0, epsilon * (1.0 + excess)
            | _ -> -rho, epsilon * (1.0 + excess)

        slopeAt depth epsilon (center + radius * cos angle) (radius * sin angle))
    |> Array.filter (Double.IsNaN >> not)

/// Every number of a certificate, with the name of what it belongs to.
let private numbers (text: string) =
    [
        for found in Regex.Matches(text, @"(?<=[\[,:])\d+(\.\d+)?(?=[,\]}])") do
            let names = Regex.Matches(text.Substring(0, found.Index), "\"(\\w+)\":")
            names[names.Count - 1].Groups[1].Value, found
    ]

let private replaced (text: string) (found: Match) (value: string) =
    text.Remove(found.Index, found.Length).Insert(found.Index, value)

/// The number about doubled, and halved.
let private changed up (found: Match) =
    if found.Value.Contains '.' then
        let value = Decimal.Parse(found.Value, Globalization.CultureInfo.InvariantCulture)
        (if up then 2M * value else value / 2M).ToString Globalization.CultureInfo.InvariantCulture
    else
        let value = BigInteger.Parse found.Value
        (if up then 2I * value + 1I else value / 2I).ToString()

let private twoPositions = lazy (Subject.ofNetwork (drawn "2x2" "8k3,8k3"))

[<Tests>]
let tests =
    testList
        "expected-landscape"
        [
            for epsilon in [ 0.1; 0.01 ] do
                testCase $"is proved for d = 1 … 10 at ε = {epsilon}, within a tenth of the smallest slope"
                <| fun () ->
                    let text, summaries = certificate [ 1..10 ] epsilon
                    Expect.isOk (LandscapeCertificate.check text) "accepted"

                    for summary in summaries do
                        Expect.isLessThanOrEqual summary.Margin summary.GridMinimum $"d = {summary.Depth}"
                        Expect.isGreaterThan summary.Margin (0.9 * summary.GridMinimum) $"d = {summary.Depth}"

            testCase "every sampled gradient outside the balls is at least the margin, and the smallest is close to it"
            <| fun () ->
                for depth, epsilon in [ 1, 0.3; 2, 0.1; 3, 0.1; 6, 0.5; 10, 0.2; 2, 0.9 ] do
                    let margin = (snd (certificate [ depth ] epsilon)).Head.Margin
                    let least = Array.min (samples depth epsilon 100_000)
                    Expect.isGreaterThanOrEqual least margin $"d = {depth}, ε = {epsilon}"
                    Expect.isLessThan least (1.1 * margin) $"d = {depth}, ε = {epsilon}: close"

            testCase "‖h‖ by the recursion has its closed form at ten layers too"
            <| fun () ->
                let stream = (RandomKey 0x77UL).Open()

                for _ in 1..2000 do
                    let theta, r = Math.PI * stream.NextUniform(), 3.0 * stream.NextUniform() + 0.01
                    let depth = 1 + int (10.0 * stream.NextUniform())

                    let h =
                        Theory.expectedGradient depth [| r * cos theta; r * sin theta |] [| 1.0; 0.0 |]

                    let difference =
                        Math.ScaleB(Theory.norm h, depth) - Theory.expectedSlope depth r theta

                    Expect.isLessThan (abs difference) 1e-12 $"d = {depth}, θ = {theta}, r = {r}"

            testCase "the certificate's bounds on ρ_d enclose the papers' sum"
            <| fun () ->
                let header, _ = LandscapeCertificate.parse (fst (certificate [ 1..10 ] 0.1))

                let bound (name: string) =
                    [|
                        for item in header.GetProperty("opposite").GetProperty(name).EnumerateArray() ->
                            Math.ScaleB(float (BigInteger.Parse(item.GetRawText())), -96)
                    |]

                let lows, highs = bound "low", bound "high"

                for depth in 1..10 do
                    let sum = Theory.zeta depth Math.PI
                    Expect.isLessThan (cos highs[depth - 1]) (sum + 1e-14) $"ρ_{depth}"
                    Expect.isGreaterThan (cos lows[depth - 1]) (sum - 1e-14) $"ρ_{depth}"
                    Expect.isLessThan (highs[depth - 1] - lows[depth - 1]) 1e-12 "sharp"

            testCase
                "a certificate is one JSON object, with the header on its first line and a node on each of the next"
            <| fun () ->
                let text, summaries = certificate [ 2; 3 ] 0.1
                let lines = text.TrimEnd('\n').Split '\n'
                Expect.isTrue (lines[0].EndsWith "\"nodes\":[") "the header"
                Expect.equal lines[lines.Length - 1] "]}" "the end"
                let header = JsonDocument.Parse(lines[0] + "]}").RootElement
                Expect.equal (header.GetProperty("schema").GetString()) "inversion.certificate/1" "the schema"
                Expect.equal (header.GetProperty("claim").GetString()) "expected-landscape" "the claim"
                let nodes = lines[1 .. lines.Length - 2]
                Expect.equal nodes.Length (summaries |> List.sumBy _.Nodes) "the nodes"

                nodes
                |> Array.iteri (fun i line ->
                    Expect.equal (line.EndsWith ',') (i < nodes.Length - 1) "commas"
                    JsonDocument.Parse(line.TrimEnd ',') |> ignore)

            testCase "a margin above the smallest slope and a ball that is too small are rejected"
            <| fun () ->
                let text, summaries = certificate [ 2 ] 0.1
                let margin = (Regex.Match(text, "\"margin\":([0-9.]+)")).Groups[1].Value
                let tooLarge = (1.01 * summaries.Head.GridMinimum).ToString "F8"

                text.Replace($"\"margin\":{margin}", $"\"margin\":{tooLarge}")
                |> isRejectedFor "node"

                text.Replace("\"epsilon\":0.1", "\"epsilon\":0.098") |> isRejectedFor "node"

            // Accepted are 60 of 640 changes: half the margin, a larger ball, and 58 ends of boxes that move where the slope is large.
            testCase "no single number of a certificate can be changed, but for the weaker"
            <| fun () ->
                let text, _ = certificate [ 2 ] 0.1
                Expect.isTrue (isAccepted text) "unchanged"
                let all = numbers text

                let accepted =
                    [
                        for name, found in all do
                            for up in [ true; false ] do
                                let value = changed up found

                                if value <> found.Value && isAccepted (replaced text found value) then
                                    name, up
                    ]

                let weaker = set [ "margin", false; "epsilon", true; "r", true; "r", false ]
                let counts = accepted |> List.countBy id
                Expect.isTrue (Set.isSubset (set accepted) weaker) $"{counts} of {all.Length}"
                Expect.contains accepted ("margin", false) "half the margin holds too"
                Expect.isLessThan accepted.Length (all.Length / 4) $"{counts} of {all.Length}"

            testCase "a certificate that lacks a part or a node is rejected with the place"
            <| fun () ->
                let text, _ = certificate [ 2 ] 0.1
                let lines = text.Split '\n'

                let without line =
                    String.Join('\n', Array.removeAt line lines)

                without 1 |> isRejectedFor "node 1: "
                without 5 |> isRejectedFor "node 5: "
                without (lines.Length - 3) |> isRejectedFor "" // The comma before the end makes it no JSON.
                text.Replace("\"bits\":96", "\"bits\":63") |> isRejectedFor "63 bits"

                text.Replace("\"opposite\"", "\"other\"")
                |> isRejectedFor "'opposite' is missing"

                text.Replace("\"epsilon\":0.1", "\"epsilon\":\"0.1\"")
                |> isRejectedFor "not a positive decimal number"

                Regex.Replace(text, "\"to\":\\d+", "\"to\":0.5") |> isRejectedFor "node 1: 0.5"

                Regex.Replace(text, "\"low\":\\[\\d+,", "\"low\":[")
                |> isRejectedFor "too few angles"

                text.Replace("\"depths\":[", "\"depths\":[{\"d\":3,\"margin\":0.1},")
                |> isRejectedFor "too few angles"

                $"{lines[0]}\n]}}" |> isRejectedFor "the nodes end before π"

            testCase "tiny balls are proved, and those below the precision are undecided"
            <| fun () ->
                for epsilon in [ 1e-3; 1e-5; 1e-7 ] do
                    let text, summaries = certificate [ 1; 2; 5 ] epsilon
                    Expect.isOk (LandscapeCertificate.check text) $"ε = {epsilon}"

                    for summary in summaries do
                        Expect.isGreaterThan summary.Margin (0.9 * summary.GridMinimum) $"d = {summary.Depth}"

                checkWith (at 1e-20) claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
                |> isUndecided "precision"

            testCase "the claim names its certificate and its margin"
            <| fun () ->
                let finding = checkWith (at 0.1) claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))

                match finding.Verdict with
                | Verdict.Proved name -> Expect.equal name "expected-landscape-d2-eps0.1" "the certificate"
                | _ -> failtest (describe finding)

                Expect.isGreaterThan (finding.Number "margin") 0.0149 "the margin"
                Expect.equal finding.Scope Scope.ExpectedLandscape "about no network in particular"

            testCase "a mask that leaves something of the one position changes nothing"
            <| fun () ->
                let finding =
                    checkWith (at 0.1) claim (drawn "3x1" "8k3,8k3" |> masked "random:0.5")

                Expect.equal (word finding) "proved" (describe finding)

            testCase "two positions are refuted by a combination of zeros"
            <| fun () ->
                for layers, depth in [ "8k3", 1; "8k3,8k3", 2; "4k2,4k2,4k2", 3 ] do
                    let subject = Subject.ofNetwork (drawn "2x2" layers)
                    let witness = checkWith (at 0.1) claim subject |> isRefuted claim subject
                    let truth, kinds = witness.Vector "truth", witness.Vector "opposite"
                    let rho = Theory.rho depth
                    // Code entry i is at position i mod 2.
                    let zero =
                        truth |> Array.mapi (fun i t -> if kinds[i % 2] = 1.0 then -rho * t else t)

                    let far other =
                        Theory.norm (Array.map2 (-) zero other) / Theory.norm truth

                    let least =
                        min
                            (far truth)
                            (Seq.min (
                                seq { for k in 0..4000 -> far (truth |> Array.map (fun t -> -0.001 * float k * t)) }
                            ))

                    Expect.floatClose Accuracy.medium witness.Measured.Lower least "the nearest of z° and −ρ z°"
                    Expect.floatClose Accuracy.medium least (sqrt (0.5 * (1.0 + rho))) "the closed form"

                    if depth > 1 then
                        for p in 0..1 do
                            let block (code: float[]) = [| code[p]; code[2 + p] |]
                            let h = Theory.expectedGradient depth (block zero) (block truth)
                            Expect.isLessThan (Theory.norm h) 1e-7 "a zero of h"

            testCase "no truth puts a combination outside balls of nearly the radius ‖z°‖"
            <| fun () ->
                // √((1 + ρ_2)/2) = 0.8119
                checkWith (at 0.81) claim twoPositions.Value
                |> isRefuted claim twoPositions.Value
                |> ignore

                checkWith (at 0.82) claim twoPositions.Value
                |> isUndecided "no combination of zeros lies farther than 0.81"

            testCase "a tampered combination does not replay"
            <| fun () ->
                let witness =
                    checkWith (at 0.1) claim twoPositions.Value
                    |> isRefuted claim twoPositions.Value

                for tampered in
                    [
                        witness |> withVector "opposite" (fun _ -> [| 0.0; 0.0 |])
                        witness |> withVector "opposite" (fun _ -> [| 1.0; 1.0 |])
                        witness |> withVector "opposite" (fun _ -> [| 1.0; 0.5 |])
                        witness |> withVector "opposite" (fun _ -> [| 1.0 |])
                        witness |> withVector "truth" (Array.map (fun _ -> 0.0))
                        witness |> withVector "truth" (fun _ -> [| 1.0; 0.0; 0.0; 0.0 |])
                        witness |> withVector "truth" (fun _ -> [| nan; 1.0; 0.0; 0.0 |])
                        { witness with Allowed = 0.82 }
                    ] do
                    Expect.isFalse (claim.Replay twoPositions.Value tampered).Confirmed "the numbers were changed"

            testCase "is not applicable where h has no formula, and outside (0, 1)"
            <| fun () ->
                let cases =
                    [
                        drawnWith WeightLaw.Gaussian "sigmoid" "2x1" "8k3", "smooth"
                        drawnWith WeightLaw.Gaussian "leaky-relu" "2x1" "8k3", "ReLU"
                        drawn "2x2" "8k3s2", "stride"
                        drawn "2x2" "8k3,dense20", "dense"
                    ]

                for network, why in cases do
                    let finding = check claim (Subject.ofNetwork network)
                    isUndecided "not applicable" finding
                    isUndecided why finding

                for epsilon in [ 0.0; 1.0; -0.1; nan ] do
                    checkWith (at epsilon) claim (Subject.ofNetwork (drawn "2x1" "8k3"))
                    |> isUndecided "not in (0, 1)"

                check claim (drawn "3x1" "4k2" |> masked "random:0")
                |> isUndecided "observes nothing"

            testCase "the same key gives the same finding"
            <| fun () -> sameFinding claim (Subject.ofNetwork (drawn "3x1" "8k3,8k3"))
        ]
