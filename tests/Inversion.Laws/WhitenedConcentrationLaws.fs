module Inversion.Laws.WhitenedConcentrationLaws

open System
open Expecto
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.Subjects

let private settings =
    { Settings.Default with
        Trials = 50
        Starts = 4
    }

let private at epsilon = { settings with Epsilon = epsilon }

let private judge epsilon subject =
    Subjects.judge WhitenedConcentration.claim (at epsilon) subject

let private replay subject witness =
    WhitenedConcentration.claim.Replay subject witness

/// The first layer's weights, laid out [in][rows], with each row w replaced by Mᵀw + shift.
let private mixed (mixing: float[][]) (shift: float[]) (network: GenerativeNetwork) =
    network
    |> rewritten (fun _ weight ->
        let k = shift.Length
        let n = weight.Length / k

        Array.init weight.Length (fun at ->
            let channel, row = at / n, at % n

            shift[channel]
            + Array.sum (Array.init k (fun i -> mixing[channel].[i] * weight[i * n + row]))))

let private good = drawn "2x1" "200k10" 3UL

let private mixing = [| [| 3.0; -1.0 |]; [| 0.5; 0.125 |] |]

let private shift = [| 0.25; -2.0 |]

let private supremum subject =
    ((judge 10.0 subject |> List.exactlyOne): Finding).Number "supremum"

/// Eight rows, each 250 times: no centring or scaling makes so few directions look Gaussian.
let private repeated =
    good
    |> rewritten (fun _ weight -> weight |> Array.mapi (fun i _ -> weight[i / 1000 * 1000 + i % 8]))
    |> Subject.ofNetwork

let private refuted subject =
    match witnessOf (judge 0.15 subject) with
    | Some witness -> witness
    | None -> failtest (String.concat "\n" (printed (judge 0.15 subject)))

/// F̃ by the inverse root of a 2 × 2 covariance in closed form: √S = (S + √det I)/√(tr + 2√det).
let private rooted (rows: (float * float)[]) =
    let n = float rows.Length
    let m0, m1 = (rows |> Array.sumBy fst) / n, (rows |> Array.sumBy snd) / n
    let rows = rows |> Array.map (fun (a, b) -> a - m0, b - m1)
    let s00 = rows |> Array.sumBy (fun (a, _) -> a * a)
    let s01 = rows |> Array.sumBy (fun (a, b) -> a * b)
    let s11 = rows |> Array.sumBy (fun (_, b) -> b * b)
    let root = sqrt (s00 * s11 - s01 * s01)
    let scale = sqrt (s00 + s11 + 2.0 * root)
    let r00, r01, r11 = (s00 + root) / scale, s01 / scale, (s11 + root) / scale
    let det = r00 * r11 - r01 * r01

    rows
    |> Array.map (fun (a, b) -> (r11 * a - r01 * b) / det, (r00 * b - r01 * a) / det)

/// The largest ‖F̃₊ₓᵀF̃₊ᵧ − Q‖ over a grid of pairs of directions of the plane, by the definition.
let private gridded (rows: (float * float)[]) =
    let codes =
        Array.init 90 (fun i ->
            let angle = (float i + 0.37) * Math.PI / 45.0
            [| cos angle; sin angle |])

    let mutable largest = 0.0

    for x in codes do
        for y in codes do
            let mean = Theory.matrixQ x y
            let mutable d00, d01, d11 = -mean[0, 0], -mean[0, 1], -mean[1, 1]

            for a, b in rows do
                if a * x[0] + b * x[1] > 0.0 && a * y[0] + b * y[1] > 0.0 then
                    d00 <- d00 + a * a
                    d01 <- d01 + a * b
                    d11 <- d11 + b * b

            let middle, radius =
                0.5 * (d00 + d11), sqrt (0.25 * (d00 - d11) * (d00 - d11) + d01 * d01)

            largest <- max largest (max (abs (middle + radius)) (abs (middle - radius)))

    largest

[<Tests>]
let tests =
    testList
        "whitened-concentration"
        [
            testCase "holds for a Gaussian layer, mixed and shifted or not, where the raw condition fails"
            <| fun () ->
                let subject = good |> mixed mixing shift |> Subject.ofNetwork
                let finding = judge 0.15 subject |> List.exactlyOne
                Expect.equal finding.Verdict Verdict.Supported "whitened"

                Expect.equal
                    (judge 0.15 (Subject.ofNetwork good) |> List.exactlyOne).Verdict
                    Verdict.Supported
                    "not mixed"

                Expect.isGreaterThan finding.Trials 0 "with trials"
                Expect.isGreaterThan (finding.Number "condition") 5.0 "mixed"
                Expect.isGreaterThan (finding.Number "meanShare") 0.1 "shifted"

                let raw =
                    Subjects.judge WeightConcentration.claim (at 0.15) subject |> List.exactlyOne

                Expect.equal raw.Verdict.Word "refuted" "raw"

            testCase "the supremum is that of the rows before a linear mixing and a shift"
            <| fun () ->
                // 40 rows of the plane: every pair of arcs is searched, so that both searches end at the same supremum.
                let network = drawn "2x1" "10k4" 3UL
                let before = supremum (Subject.ofNetwork network)
                let after = supremum (network |> mixed mixing shift |> Subject.ofNetwork)
                Expect.isGreaterThan before 0.05 "not trivial"
                Expect.isLessThan (abs (before - after)) (0.02 * before) $"{before} {after}"

            testCase "rows, supremum and deviation are those of a closed form in the plane"
            <| fun () ->
                let subject = drawn "2x1" "10k4" 5UL |> mixed mixing shift |> Subject.ofNetwork

                let block = (BlockedLayer.ofSubject subject).Head.Blocks.Head

                let rows =
                    Array.init block.Rows (fun j -> block.Weights[2 * j], block.Weights[2 * j + 1])

                let rooted = rooted rows

                match Whitening.ofBlock block with
                | Error reason -> failtest reason
                | Ok whitened ->
                    let w = whitened.Weights
                    // Roots of one matrix differ by a rotation, which keeps products of rows.
                    for i in 0 .. rows.Length - 1 do
                        for j in 0..i do
                            let a, b = rooted[i]
                            let c, d = rooted[j]

                            Expect.isLessThan
                                (abs (w[2 * i] * w[2 * j] + w[2 * i + 1] * w[2 * j + 1] - a * c - b * d))
                                1e-12
                                "products of rows"

                    // The exact measure of a pair, given before whitening, is that of the whitened rows.
                    match BlockEnclosure.rows subject 1 0 with
                    | None -> failtest "no rows"
                    | Some(inputs, reference) ->
                        let stream = (RandomKey 77UL).Open()

                        for _ in 1..20 do
                            let draw () = Search.gaussian stream 2
                            let x, y, u = draw (), draw (), draw ()

                            let exact =
                                Whitening.deviation
                                    inputs
                                    reference
                                    (whitened.Back x)
                                    (whitened.Back y)
                                    (whitened.Back u)

                            let mutable gram = 0.0

                            for j in 0 .. rows.Length - 1 do
                                let dot (v: float[]) = w[2 * j] * v[0] + w[2 * j + 1] * v[1]

                                if dot x > 0.0 && dot y > 0.0 then
                                    gram <- gram + dot u * dot u

                            let expected = abs (gram - Theory.quadraticQ x y u) / (u[0] * u[0] + u[1] * u[1])

                            match exact with
                            | None -> failtest "no measure"
                            | Some interval ->
                                Expect.isLessThan (abs (interval.Lower - expected)) 1e-10 "measure"
                                Expect.isLessThan (interval.Upper - interval.Lower) 1e-10 "narrow"

                let grid = gridded rooted
                Expect.isGreaterThanOrEqual (supremum subject) (0.999 * grid) "no pair of a grid is worse"

            testCase "is refuted when 8 rows are repeated 250 times, and the witness replays"
            <| fun () ->
                let witness = refuted repeated
                let again = replay repeated witness
                Expect.isTrue again.Confirmed again.Note

                Expect.isTrue
                    (Verdict.breaks witness.Side witness.Allowed witness.Measured)
                    "the witness stands on its own"

                Expect.isFalse
                    (replay (Subject.ofNetwork good) witness).Confirmed
                    "but not on the layer that is not broken"

            testCase "a witness that was tampered with does not replay"
            <| fun () ->
                let witness = refuted repeated

                for text, other in
                    [
                        "another limit", { witness with Allowed = 10.0 }
                        "no limit", { witness with Allowed = nan }
                        "another layer", { witness with Layer = Some 2 }
                        "no layer", { witness with Layer = None }
                        "another claim",
                        { witness with
                            Claim = "weight-concentration"
                        }
                        "another position", withScalar "position" 1.0 witness
                        "no position", withScalar "position" nan witness
                        "a NaN code", withVector "x" (Array.map (fun _ -> nan)) witness
                        "a zero direction", withVector "u" (Array.map (fun _ -> 0.0)) witness
                        "a longer code", withVector "y" (Array.append [| 1.0 |]) witness
                        // No row is active at both of opposite codes, and Q is 0 there.
                        "opposite codes", withVector "y" (fun _ -> Array.map (~-) (witness.Vector "x")) witness
                    ] do
                    Expect.isFalse (replay repeated other).Confirmed text

            testCase "rows that do not span about their mean are undecided, with the reason"
            <| fun () ->
                for rows, rank in
                    [
                        [ [ 1.0; 2.0 ]; [ 3.0; 1.0 ] ], 1
                        [ [ 1.0; 1.0 ]; [ 2.0; 2.0 ]; [ 4.0; 4.0 ]; [ -3.0; -3.0 ] ], 1
                        // On a line that misses 0: of rank 2 until they are centred.
                        [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ 2.0; -1.0 ]; [ 0.25; 0.75 ] ], 1
                        [ [ 5.0; 7.0 ] ], 0
                        [ [ 0.0; 0.0 ]; [ 0.0; 0.0 ]; [ 0.0; 0.0 ] ], 0
                    ] do
                    let finding = judge 10.0 (Subject.ofNetwork (dense rows)) |> List.exactlyOne
                    Expect.equal finding.Verdict.Word "undecided" "undecided"
                    Expect.stringContains (printed [ finding ]).Head $"rank {rank}" "reason"
                    Expect.stringContains (printed [ finding ]).Head "not applicable" "reason"

            testCase "a block without enough rows leaves a layer that holds undecided"
            <| fun () ->
                let finding =
                    drawn "2x2" "200k10" 3UL |> masked "block:0" |> judge 0.5 |> List.exactlyOne

                Expect.equal finding.Verdict.Word "undecided" "the other block is hidden"
                Expect.isLessThan (finding.Number "supremum") 0.2 "the block that is seen is measured"

            testCase "without trials nothing is supported, and NaN weights are undecided"
            <| fun () ->
                let finding =
                    Subjects.judge WhitenedConcentration.claim { at 0.15 with Trials = 0 } (Subject.ofNetwork good)
                    |> List.exactlyOne

                Expect.equal finding.Verdict.Word "undecided" "no trials"

                for bad in [ nan; infinity ] do
                    let subject =
                        good
                        |> rewritten (fun _ weight -> weight |> Array.mapi (fun i w -> if i = 7 then bad else w))
                        |> Subject.ofNetwork

                    for finding in judge 10.0 subject do
                        Expect.equal finding.Verdict.Word "undecided" $"{bad}"

            testCase "the same key gives the same finding"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "4x1" "16k4,8k4" 3UL)
                Expect.equal (printed (judge 0.1 subject)) (printed (judge 0.1 subject)) "bit by bit"
        ]
