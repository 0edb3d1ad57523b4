/// Numbers as a reader wants them: four digits, in one spelling whatever the machine's language is.
[<RequireQualifiedAccess>]
module Inversion.Report.Numbers

open System
open System.Globalization
open Inversion.Verify

let private invariant = CultureInfo.InvariantCulture

let private digits (count: int) (value: float) =
    if Double.IsNaN value then
        "not a number"
    elif Double.IsPositiveInfinity value then
        "∞"
    elif Double.IsNegativeInfinity value then
        "−∞"
    else
        let rounded = Double.Parse(value.ToString($"E{count - 1}", invariant), invariant)
        rounded.ToString("R", invariant).Replace("-", "−").Replace("E+", "E")

/// Four significant digits. NaN and infinities in words.
let short value = digits 4 value

/// Two significant digits, for a glance.
let rough value = digits 2 value

/// Every digit that tells the number from its neighbors.
let full (value: float) = value.ToString("R", invariant)

/// A whole number.
let whole (value: int) = value.ToString invariant

/// A rate as a percentage with three digits.
let percent (rate: float) =
    if Double.IsNaN rate then
        "unknown"
    else
        (100.0 * rate).ToString("G3", invariant) + " %"

/// Seconds: "0.3 s", "2 min 5 s".
let seconds (value: float) =
    if Double.IsNaN value then
        "unknown"
    elif value < 60.0 then
        value.ToString((if value < 10.0 then "0.0#" else "0"), invariant) + " s"
    else
        let rounded = int (Math.Round value)
        $"{rounded / 60} min {rounded % 60} s"

/// A measured quantity; at most eight numbers of a list, and how many are left out.
let quantity (value: Quantity) =
    match value with
    | Quantity.Absent -> "not known"
    | Quantity.Number number -> short number
    | Quantity.Numbers numbers ->
        let shown = numbers |> List.truncate 8 |> List.map short |> String.concat ", "

        if numbers.Length > 8 then
            $"{shown}, … ({numbers.Length} numbers)"
        else
            shown

/// A vector for reading: its length, and its first entries.
let vector most (values: float[]) =
    let shown = values |> Array.truncate most |> Array.map short |> String.concat ", "

    if values.Length > most then
        $"({shown}, … {values.Length - most} more)"
    else
        $"({shown})"
