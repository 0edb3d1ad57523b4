module Inversion.Laws.ConcentrationCertificateLaws

open System
open System.IO
open System.Numerics
open System.Threading
open Expecto
open Inversion.Certificates
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Proofs
open Inversion.Laws.Subjects

let private layerOf subject = (BlockedLayer.ofSubject subject).Head

/// The certificate as `certify` writes it, for blocks given by their rows.
let private write (layer: BlockedLayer) (observed: int, all: int) epsilon budget =
    let limit = CertificateField.fraction epsilon
    let rate = struct (BigInteger observed, BigInteger all)
    let k, rows = layer.Input.Channels, ConcentrationProof.blocks layer

    ConcentrationProof.nodes k rows layer.Scale rate limit budget ignore CancellationToken.None
    |> Option.map (fun nodes ->
        use out = new StringWriter(NewLine = "\n")

        let file =
            CertificateFile(
                out,
                [
                    "claim", CertificateField.ofText "weight-concentration"
                    "verdict", CertificateField.ofText "proved"
                    "layer", "1"
                    "scale", layer.Scale.ToString "R"
                    "epsilon", CertificateField.ofFraction limit
                ]
            )

        nodes |> Array.iter (fun holds -> file.Node(if holds then "1" else "0"))
        file.Finish()
        out.ToString())

let private check k (observed, all) (rows: float[][][]) (certificate: string) =
    use reader = new StringReader(certificate)
    let header, nodes = Reader.read reader

    try
        Ok(
            Concentration.check
                (k, rows |> Array.mapi (fun at block -> struct (at, block)), struct (observed, all))
                header
                nodes
        )
    with Rejected why ->
        Error why

let private rejects rows certificate (part: string) text =
    match check 2 (1, 1) rows certificate with
    | Ok statement -> failtest $"{text}: accepted: {statement}"
    | Error why -> Expect.stringContains why part text

let private lines (text: string) = text.Split '\n'

/// The certificate with node `number` (from 1) replaced.
let private withNode number (node: string) certificate =
    lines certificate
    |> Array.mapi (fun at line -> if at = number then (node + line.Substring 1) else line)
    |> String.concat "\n"

/// The cell after `level` splits that holds x.
let private cellAt (x: float[]) level : Concentration.Cell =
    let axis = [ 0 .. x.Length - 1 ] |> List.maxBy (fun i -> abs x[i])
    let size = Math.ScaleB(1.0, level)

    {
        Axis = axis
        Center =
            x
            |> Array.mapi (fun i value ->
                if i = axis then
                    BigInteger(size * float (sign value))
                else
                    BigInteger(2.0 * Math.Floor(0.5 * size * value / abs x[axis]) + 1.0))
    }

[<Tests>]
let tests =
    testList
        "certificates of weight-concentration"
        [
            testCase "are accepted just above the supremum and not to be had below it"
            <| fun () ->
                for input, layers, mask in
                    [
                        "1x2", "8k2", "all"
                        "2x1", "64k1", "all"
                        "2x2", "20k3", "random:0.5"
                        "2x2", "20k3", "block:0"
                        "3x1", "12k1", "all"
                    ] do
                    let subject = drawn input layers 3UL |> masked mask
                    let layer = layerOf subject

                    let rate =
                        if layer.Rate = 1.0 then
                            1, 1
                        else
                            subject.Measurement.Count, subject.Measurement.SignalLength

                    let factor = 1.0 / (layer.Scale * sqrt layer.Rate)

                    let bounds =
                        layer.Blocks
                        |> List.map (fun block ->
                            ConcentrationBound.run
                                block.Inputs
                                block.Weights
                                factor
                                0.0
                                1e-2
                                20000
                                CancellationToken.None)

                    let lower = bounds |> List.map _.Lower |> List.max
                    let upper = bounds |> List.map _.Upper |> List.max
                    let text = $"{input} {layers} {mask}"

                    match write layer rate (1.15 * upper) 20000 with
                    | None -> failtest $"{text}: no certificate"
                    | Some certificate ->
                        Expect.equal (write layer rate (1.15 * upper) 20000) (Some certificate) $"{text}: same bits"

                        match check layer.Input.Channels rate (ConcentrationProof.blocks layer) certificate with
                        | Error why -> failtest $"{text}: {why}"
                        | Ok statement -> Expect.stringContains statement "for all x, y ≠ 0" text

                        use document = System.Text.Json.JsonDocument.Parse certificate
                        Expect.isTrue (document.RootElement.TryGetProperty("nodes") |> fst) $"{text}: valid JSON"

                    Expect.isNone (write layer rate (0.999 * lower) 3000) $"{text}: below the supremum"

            testCase "that were tampered with are rejected at the node"
            <| fun () ->
                let layer = layerOf (Subject.ofNetwork (drawn "2x1" "24k1" 3UL))
                let certificate = (write layer (1, 1) 1.2 20000).Value
                let all, rows = lines certificate, ConcentrationProof.blocks layer
                let nodes = all.Length - 3
                Expect.isOk (check 2 (1, 1) rows certificate) "untouched"

                // A root of the tree that was split cannot stand as it is.
                let first = [ 1..nodes ] |> List.find (fun at -> all[at].StartsWith '0')
                rejects rows (withNode first "1" certificate) $"node {first}: a pair of codes" "a split undone"
                rejects rows (withNode nodes "0" certificate) "the nodes end before" "a leaf split"
                rejects rows (withNode nodes "2" certificate) $"node {nodes}: 2 is neither" "another number"
                rejects rows (withNode nodes "-1" certificate) $"out of range" "no number of a node"

                let shorter =
                    Array.concat [ all[.. nodes - 2]; [| all[nodes - 1].TrimEnd ',' |]; all[nodes + 1 ..] ]
                    |> String.concat "\n"

                rejects rows shorter "the nodes end before" "the last node removed"

                let longer =
                    Array.concat [ all[.. nodes - 1]; [| "1,"; "1" |]; all[nodes + 1 ..] ]
                    |> String.concat "\n"

                rejects rows longer $"node {nodes + 1}: every pair" "a node too many"
                let other = certificate.Replace("\"epsilon\":[12,10]", "\"epsilon\":[1,10]")
                Expect.notEqual other certificate "ε is where it is thought to be"
                rejects rows other "may deviate" "a smaller ε"

                // The same nodes do not prove it of heavier rows, nor of a finer scale.
                rejects (rows |> Array.map (Array.map (Array.map ((*) 2.0)))) certificate "may deviate" "rows doubled"
                rejects (rows |> Array.map (Array.map (Array.append [| 1.0 |]))) certificate "does not fit" "wider rows"
                rejects [||] certificate "no block" "no block"

            testCase "of bare Q follow Q: the checker's angles and square roots, against the formula in floats"
            <| fun () ->
                let seed = uint64 DateTime.UtcNow.Ticks
                let stream = (RandomKey seed).Open()

                for trial in 1..60 do
                    let k = 1 + trial % 3
                    let x = Search.gaussian stream k

                    let y =
                        match trial % 5 with
                        | 0 -> x
                        | 1 -> Array.map (~-) x
                        | 2 -> Array.map2 (fun a b -> a + 1e-6 * b) x (Search.gaussian stream k)
                        | _ -> Search.gaussian stream k

                    let cellX, cellY = cellAt x 44, cellAt y 44
                    let asFloats (cell: Concentration.Cell) = Array.map float cell.Center
                    let theta = Theory.angle (asFloats cellX) (asFloats cellY)
                    // ‖Q‖ = (π − θ + sin θ)/2π; on a line Q has one entry, 1/2 or 0.
                    let norm =
                        if k = 1 then
                            (if theta < 1.0 then 0.5 else 0.0)
                        else
                            (Math.PI - theta + sin theta) / (2.0 * Math.PI)

                    let holds epsilon =
                        Concentration
                            .Block(k, [||], 1.0, struct (1I, 1I), CertificateField.fraction epsilon)
                            .Holds(cellX, cellY)

                    Expect.isTrue (holds (norm + 1e-7)) $"trial {trial}, seed {seed}: above"

                    if norm > 1e-6 then
                        Expect.isFalse (holds (norm - 1e-7)) $"trial {trial}, seed {seed}: below"

            testCase "a large cell of either code is judged as a whole, not at its center"
            <| fun () ->
                let stream = (RandomKey 7UL).Open()

                for trial in 1..40 do
                    let k = 2 + trial % 2
                    let x, center = Search.gaussian stream k, Search.gaussian stream k
                    let fine, large = cellAt x 44, cellAt center 4

                    // Without rows the largest deviation is ‖Q‖, the largest of it at the y nearest to x.
                    let norm (y: float[]) =
                        let theta = Theory.angle (fine.Center |> Array.map float) y
                        (Math.PI - theta + sin theta) / (2.0 * Math.PI)

                    let most =
                        Seq.init 300 (fun _ ->
                            large.Center
                            |> Array.mapi (fun i c ->
                                float c
                                + if i = large.Axis then
                                      0.0
                                  else
                                      float (sign (stream.NextGaussian()))))
                        |> Seq.map norm
                        |> Seq.max

                    for pair in [ fine, large; large, fine ] do
                        Expect.isFalse
                            (Concentration
                                .Block(k, [||], 1.0, struct (1I, 1I), CertificateField.fraction (most - 1e-7))
                                .Holds
                                pair)
                            $"trial {trial}"

            testCase "cells and their parts hold every pair of directions"
            <| fun () ->
                let stream = (RandomKey 6UL).Open()

                // x lies in the cell: x/|x[axis]| is within 1/2ᵐ of the center's.
                let isIn (cell: Concentration.Cell) (x: float[]) =
                    let size = float cell.Center[cell.Axis]
                    let scale = size / x[cell.Axis]

                    scale > 0.0
                    && Array.forall2 (fun (c: BigInteger) v -> abs (float c - scale * v) <= 1.0 + 1e-9) cell.Center x

                for trial in 1..300 do
                    let k = 1 + trial % 3
                    let x = Search.gaussian stream k
                    let y = if trial % 4 = 0 then x else Search.gaussian stream k

                    let holds (struct (a, b)) =
                        (isIn a x && isIn b y) || (isIn a y && isIn b x)

                    let mutable pair = Concentration.roots k |> List.find holds

                    for _ in 1..16 do
                        let struct (a, b) = pair
                        pair <- Concentration.split a b |> List.find holds
        ]
