/// The certificate of the expected landscape: proves, and writes it in the form that Inversion.Certificates checks (docs/proofs.md).
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.LandscapeCertificate

open System
open System.Globalization
open System.IO
open System.Numerics
open System.Text.Json
open System.Threading
open Inversion.Certificates
open LandscapeProof

/// One depth, as proved.
type Summary =
    {
        Depth: int
        /// 2ᵈ‖h‖/max(‖x‖, ‖x°‖) is not smaller outside the balls.
        Margin: float
        /// The smallest value found in float64 on a fine grid.
        GridMinimum: float
        /// Steps of the angle.
        Nodes: int
    }

[<Literal>]
let private Bits = 96

/// x · 2^Bits, rounded towards 0.
let private integer (x: float) =
    BigInteger(Math.ScaleB(x, Bits)).ToString CultureInfo.InvariantCulture

let private integers (values: float[]) =
    String.Join(",", values |> Array.map integer)

let private nodeLine (node: Node) =
    $"{{\"d\":{node.Depth},\"to\":{integer node.To},\"low\":[{integers node.Low}],\"high\":[{integers node.High}],\"r\":[{integers node.R}]}}"

/// ε as the digits that name this float, without exponent.
let private digits (epsilon: float) =
    Decimal
        .Parse(epsilon.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)
        .ToString
        CultureInfo.InvariantCulture

let private header (proofs: Proof list) epsilon =
    let depths =
        proofs
        |> List.map (fun proof ->
            let margin = proof.Margin.ToString CultureInfo.InvariantCulture
            $"{{\"d\":{proof.Depth},\"margin\":{margin}}}")

    let deepest = proofs |> List.map _.Depth |> List.max
    let lows, highs = bounds deepest Math.PI (Math.BitIncrement Math.PI)

    $"{{\"schema\":\"inversion.certificate/1\",\"claim\":\"expected-landscape\",\"epsilon\":{digits epsilon},\"bits\":{Bits},"
    + $"\"depths\":[{String.Join(',', depths)}],\"opposite\":{{\"low\":[{integers lows[1..]}],\"high\":[{integers highs[1..]}]}},\"nodes\":["

/// Proves the statement for each depth and writes the certificate, a node a line. Error says what could not be proved: nothing is
/// written then. Depths from 1; ε in (0, 1), from 1e-28 on. One pass over the angle for each depth and margin tried: about a second for ten depths.
let write (writer: TextWriter) (depths: int list) (epsilon: float) (cancellation: CancellationToken) =
    if depths.IsEmpty || List.exists (fun d -> d < 1 || d > 1000) depths then
        invalidArg (nameof depths) "depths go from 1 to 1000"

    if not (epsilon >= 1e-28 && epsilon < 1.0) then
        invalidArg (nameof epsilon) $"{epsilon} is not in (0, 1)"

    let results = depths |> List.map (fun d -> prove d epsilon cancellation)

    match
        results
        |> List.tryPick (fun r ->
            match r with
            | Error why -> Some why
            | Ok _ -> None)
    with
    | Some why -> Error why
    | None ->
        let found = results |> List.choose Result.toOption
        let proofs = found |> List.map fst
        writer.Write(header proofs epsilon + "\n")
        let mutable isFirst = true

        for proof in proofs do
            for node in proof.Nodes do
                writer.Write((if isFirst then "" else ",\n") + nodeLine node)
                isFirst <- false

        writer.Write "\n]}\n"

        found
        |> List.map (fun (proof, smallest) ->
            {
                Depth = proof.Depth
                Margin = float proof.Margin
                GridMinimum = smallest
                Nodes = proof.Nodes.Length
            })
        |> Ok

/// The header and the nodes of a certificate.
let parse (text: string) =
    use document = JsonDocument.Parse text
    let root = document.RootElement.Clone()
    root, Fields.list "nodes" root

/// What the independent checker re-proves from a certificate's text; Error with its objection.
let check (text: string) : Result<string, string> =
    try
        let header, nodes = parse text
        Ok(ExpectedLandscape.check header nodes)
    with
    | Rejected why -> Error why
    | :? JsonException as broken -> Error broken.Message
