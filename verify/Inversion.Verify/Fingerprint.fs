/// What identifies a network's weights.
[<RequireQualifiedAccess>]
module Inversion.Verify.Fingerprint

open System
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open Inversion.Networks

/// SHA-256 over the layers' kinds, shapes and parameters (bits of the doubles, little endian), in lower-case hex. Two networks with one
/// fingerprint compute the same function; a redrawn network whose Gaussians differ in a last digit has another.
let ofNetwork (network: GenerativeNetwork) =
    use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

    let text (value: string) =
        hash.AppendData(ReadOnlySpan(Encoding.UTF8.GetBytes(value + "\n")))

    let numbers (values: float[] | null) =
        match values with
        | null -> ()
        | present -> hash.AppendData(MemoryMarshal.AsBytes(ReadOnlySpan present))

    text (network.InputShape.ToString())

    for i in 0 .. network.Layers.Length - 1 do
        text $"{network.Layers[i].Kind} {network.Shapes[i + 1]}"

        match network.Layers[i] with
        | :? AffineLayer as affine ->
            match affine with
            | :? ConvolutionLayer as convolution -> text $"{convolution.Geometry} {convolution.Groups}"
            | _ -> ()

            numbers affine.Weight
            numbers affine.Bias
        | :? ChannelAffineLayer as channel ->
            numbers channel.Scale
            numbers channel.Shift
        | :? ActivationLayer as activation -> numbers [| activation.Slope |]
        | _ -> ()

    Convert.ToHexStringLower(hash.GetHashAndReset())
