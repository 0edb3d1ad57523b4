namespace Inversion.Certificates

open System
open System.Numerics
open System.Text.Json

/// A certificate that does not prove what it says. The message says which part, and why.
exception Rejected of string with
    override this.Message = this.Data0

/// The numbers of weights and certificates, without rounding.
[<RequireQualifiedAccess>]
module Integers =
    /// m and e with x = m · 2ᵉ. Rejected: x is NaN or infinite.
    let ofFloat (x: float) : struct (BigInteger * int) =
        if not (Double.IsFinite x) then
            raise (Rejected $"{x} is no number")

        let bits = BitConverter.DoubleToInt64Bits x
        let field = int ((bits >>> 52) &&& 0x7FFL)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL

        let size =
            if field = 0 then
                fraction
            else
                fraction ||| 0x10000000000000L

        let mantissa = BigInteger(if bits < 0L then -size else size)
        struct (mantissa, max field 1 - 1075)

    /// The integers x · 2ᵏ of several numbers, for the smallest k ≥ 0 that makes all of them integers; and k.
    let ofFloats (values: float[]) : struct (BigInteger[] * int) =
        let parts = values |> Array.map ofFloat

        let least =
            parts
            |> Array.fold
                (fun least (struct (m, e)) ->
                    if m.IsZero then
                        least
                    else
                        min least (e + int (BigInteger.TrailingZeroCount m)))
                0

        let integers =
            parts
            |> Array.map (fun (struct (m, e)) -> if e >= least then m <<< (e - least) else m >>> (least - e))

        struct (integers, -least)

    /// A whole number of any size. Rejected: the JSON value is none.
    let ofJson (value: JsonElement) : BigInteger =
        match value.ValueKind with
        | JsonValueKind.Number ->
            match BigInteger.TryParse(value.GetRawText(), Globalization.NumberStyles.AllowLeadingSign, null) with
            | true, number -> number
            | _ -> raise (Rejected $"{value.GetRawText()} is not a whole number")
        | _ -> raise (Rejected $"{value.GetRawText()} is not a whole number")
