/// The parts of a certificate. Rejected: the part is missing, or is of another kind.
module Inversion.Certificates.Fields

open System.Globalization
open System.Numerics
open System.Text.Json

/// Rejected with this reason, unless it is true.
let require truth why =
    if not truth then
        raise (Rejected why)

/// The part of an object with this name.
let field (name: string) (value: JsonElement) =
    let mutable found = JsonElement()
    require (value.ValueKind = JsonValueKind.Object && value.TryGetProperty(name, &found)) $"no '{name}'"
    found

/// The entries of a list.
let list name value =
    let found = field name value
    require (found.ValueKind = JsonValueKind.Array) $"'{name}' is no list"
    [| for item in found.EnumerateArray() -> item |]

/// A list of whole numbers.
let integers name value =
    list name value |> Array.map Integers.ofJson

/// A whole number from 0 to 1000.
let small name value =
    let number = Integers.ofJson (field name value)
    require (number.Sign >= 0 && number <= 1000I) $"'{name}' is {number}, not a number from 0 to 1000"
    int number

/// A positive number written as 0.125: as it is written, and the integers u and v with u/v = 0.125.
let decimal name value =
    let text = (field name value).GetRawText()

    let isDigits, units =
        BigInteger.TryParse(text.Replace(".", ""), NumberStyles.None, null)

    require (isDigits && units.Sign > 0) $"'{name}' is {text}, not a positive decimal number"
    let point = text.IndexOf '.'
    text, units, BigInteger.Pow(10I, (if point < 0 then 0 else text.Length - 1 - point))
