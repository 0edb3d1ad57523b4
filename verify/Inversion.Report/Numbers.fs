/// Numbers as a reader wants them: four digits, in one spelling whatever the machine's language is.
[<RequireQualifiedAccess>]
module Inversion.Report.Numbers

open System
open System.Globalization
open Inversion.Verify

let private invariant = CultureInfo.InvariantCulture

/// "2.5E-15" as "2.5·10⁻¹⁵"; a minus as it is printed.
let private powered (text: string) =
    match text.Split 'E' with
    | [| mantissa; exponent |] ->
        let raised =
            string (int exponent)
            |> String.map (fun sign -> if sign = '-' then '⁻' else "⁰¹²³⁴⁵⁶⁷⁸⁹"[int sign - int '0'])

        $"{mantissa.Replace('-', '−')}·10{raised}"
    | _ -> text.Replace('-', '−')

let private digits (count: int) (value: float) =
    if Double.IsNaN value then
        "not a number"
    elif Double.IsPositiveInfinity value then
        "∞"
    elif Double.IsNegativeInfinity value then
        "−∞"
    else
        let rounded = Double.Parse(value.ToString($"E{count - 1}", invariant), invariant)
        powered (rounded.ToString("R", invariant))

/// Whole numbers up to this are counts, and keep their digits.
let private largestCount = 1e9

/// Four significant digits, all of a whole number. NaN and infinities in words.
let short (value: float) =
    if value = Math.Floor value && abs value < largestCount then
        powered (value.ToString("0", invariant))
    else
        digits 4 value

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

/// A confidence near 1 as a percentage: its error keeps two digits.
let confidence (value: float) =
    let error = 100.0 * (1.0 - value)

    if not (error > 0.0 && error < 100.0) then
        (100.0 * value).ToString("G3", invariant) + " %"
    else
        let decimals = max 0 (1 - int (Math.Floor(Math.Log10 error)))
        (100.0 - error).ToString("0." + String('#', decimals), invariant) + " %"

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
