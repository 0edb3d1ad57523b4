namespace Inversion.Verify.Shrinking

open System
open System.Globalization
open Inversion.Measurements
open Inversion.Verify

/// How large a refutation is: weights count first, then entries, then digits. A refutation is smaller when its first differing number is.
[<Struct>]
type ShrinkSize =
    {
        /// Weights, biases, factors and shifts of the network.
        Weights: int
        /// Entries of the network's signals between its layers, of the witness' vectors, and of a mask that hides something.
        Entries: int
        /// Digits of all weights and witness vectors in their shortest decimals; a zero has none.
        Digits: int
    }

[<RequireQualifiedAccess>]
module ShrinkSize =
    /// Digits of the shortest decimal that reads back as this number, exponent included; 0 for a zero.
    let digits (value: float) =
        if value = 0.0 then
            0
        else
            value.ToString("R", CultureInfo.InvariantCulture)
            |> Seq.filter Char.IsAsciiDigit
            |> Seq.length

    /// The size of a subject with its witness.
    let measure (subject: Subject) (witness: Witness) =
        let weights = Parameters.read subject.Network |> Array.toList
        let vectors = witness.Vectors |> List.map snd
        let count arrays = arrays |> List.sumBy Array.length

        let hidden =
            match subject.Measurement with
            | :? Subsampling as mask when mask.Count = mask.SignalLength -> 0
            | other -> other.Count

        {
            Weights = count weights
            Entries =
                (subject.Network.Shapes |> Seq.sumBy (fun shape -> shape.Length))
                + count vectors
                + hidden
            Digits = weights @ vectors |> List.sumBy (Array.sumBy digits)
        }

    /// True when the first is smaller than the second.
    let isSmaller first second =
        struct (first.Weights, first.Entries, first.Digits) < struct (second.Weights, second.Entries, second.Digits)
