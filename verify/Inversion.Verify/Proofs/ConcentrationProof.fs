/// Certificates of weight-concentration for layers of at most three input channels (docs/claims.md).
[<RequireQualifiedAccess>]
module Inversion.Verify.Proofs.ConcentrationProof

open System.IO
open System.Numerics
open System.Threading
open Inversion.Certificates
open Inversion.Verify.Claims

/// The rows of a block as the checker takes them.
let rows (block: Block) =
    Array.init block.Rows (fun j -> block.Weights[j * block.Inputs .. (j + 1) * block.Inputs - 1])

/// The certificate that every block of a layer stays within ε, as text, the same each time; None where `budget` nodes do not prove it, or
/// blocks have more than three columns. `observed` of `all` outputs are measured. `fields` go into the header beside its own. A pair
/// of cells is split until the checker's own test holds, so that what is written is accepted. Costs some 50 µs a node of 64 rows; ε near
/// the supremum costs more nodes. Rejected: the layer's scale is no positive number.
let text
    (layer: BlockedLayer)
    (observed: int, all: int)
    (epsilon: float)
    (fields: (string * string) list)
    budget
    (cancellation: CancellationToken)
    =
    let k = layer.Input.Channels

    if k > 3 || not (epsilon > 0.0) then
        None
    else
        let limit = CertificateField.fraction epsilon
        let rate = struct (BigInteger observed, BigInteger all)
        use out = new StringWriter(NewLine = "\n")

        let file =
            CertificateFile(
                out,
                [
                    "claim", CertificateField.ofText "weight-concentration"
                    "verdict", CertificateField.ofText "proved"
                    "layer", string layer.Number
                    "inputs", string k
                    "scale", layer.Scale.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
                    "rate", CertificateField.ofFraction rate
                    "blocks", CertificateField.ofIndices (layer.Blocks |> List.map (fun block -> block.Position))
                    "epsilon", CertificateField.ofFraction limit
                ]
                @ fields
            )

        let rec walk count pending =
            match pending with
            | [] -> true
            | _ when count = budget -> false
            | struct (block: Concentration.Block, x, y) :: rest ->
                cancellation.ThrowIfCancellationRequested()
                let holds = block.Holds(x, y)
                file.Node(if holds then "1" else "0")

                if holds then
                    walk (count + 1) rest
                else
                    let parts =
                        Concentration.split x y
                        |> List.map (fun (struct (x, y)) -> struct (block, x, y))

                    walk (count + 1) (parts @ rest)

        let isProved =
            walk
                0
                [
                    for block in layer.Blocks do
                        let judged = Concentration.Block(k, rows block, layer.Scale, rate, limit)

                        for struct (x, y) in Concentration.roots k do
                            struct (judged, x, y)
                ]

        file.Finish()
        if isProved then Some(out.ToString()) else None
