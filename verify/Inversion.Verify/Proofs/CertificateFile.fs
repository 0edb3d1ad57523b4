namespace Inversion.Verify.Proofs

open System
open System.IO
open System.Numerics

/// A number or a list in the header of a certificate, as JSON text.
[<RequireQualifiedAccess>]
module CertificateField =
    let private invariant = Globalization.CultureInfo.InvariantCulture

    let ofText (text: string) =
        "\"" + string (System.Text.Json.JsonEncodedText.Encode text) + "\""

    let ofIntegers (values: BigInteger seq) =
        "[" + String.Join(",", values |> Seq.map _.ToString(invariant)) + "]"

    let ofIndices (values: int seq) =
        "[" + String.Join(",", values |> Seq.map _.ToString(invariant)) + "]"

    /// Shortest decimals that read back as the same floats.
    let ofFloats (values: float seq) =
        "[" + String.Join(",", values |> Seq.map _.ToString("R", invariant)) + "]"

    /// A positive number as a fraction: its shortest decimal where that fits, else the float itself.
    let fraction (value: float) : struct (BigInteger * BigInteger) =
        match Decimal.TryParse(value.ToString("R", invariant), Globalization.NumberStyles.Float, invariant) with
        | true, decimal when float decimal = value ->
            let bits = Decimal.GetBits decimal
            let part i = BigInteger(uint32 bits[i]) <<< 32 * i
            struct (part 0 + part 1 + part 2, BigInteger.Pow(10I, (bits[3] >>> 16) &&& 0xFF))
        | _ ->
            let exact = Inversion.Verify.Exact.Dyadic.ofFloat value
            struct (exact.Mantissa <<< max 0 exact.Exponent, 1I <<< max 0 -exact.Exponent)

    let ofFraction (struct (n, d): struct (BigInteger * BigInteger)) = ofIntegers [ n; d ]

/// Writes a certificate (docs/proofs.md): a header on the first line, then one node a line.
[<Sealed>]
type CertificateFile(out: TextWriter, header: (string * string) list) =
    let mutable isFirst = true

    do
        let fields = ("schema", CertificateField.ofText "inversion.certificate/1") :: header

        out.Write(
            "{"
            + String.Join(",", fields |> List.map (fun (name, value) -> $"\"{name}\":{value}"))
            + ",\"nodes\":["
        )

    /// Writes a node: JSON text without line breaks.
    member _.Node(json: string) =
        out.Write(if isFirst then "\n" else ",\n")
        out.Write json
        isFirst <- false

    /// Ends the certificate; the writer stays open.
    member _.Finish() =
        out.Write "\n]}\n"
        out.Flush()
