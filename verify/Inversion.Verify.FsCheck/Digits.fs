/// Short decimals: what a number is shrunk to.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.FsCheck.Digits

open System
open System.Globalization

/// The number with this many significant decimal digits. Zero, NaN and infinities as they are.
let round (count: int) (value: float) =
    if Double.IsFinite value && value <> 0.0 then
        Double.Parse(value.ToString($"E{count - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
    else
        value

/// Simpler numbers, the simplest first: 0, 1, −1, then fewer digits.
let simpler (value: float) =
    [
        if value <> 0.0 then
            0.0

            if value > 0.0 && value <> 1.0 then
                1.0

            if value < 0.0 && value <> -1.0 then
                -1.0

            for count in 1..3 do
                let shorter = round count value

                if shorter <> value && not (Double.IsNaN value) then
                    shorter
    ]
    |> List.distinct
