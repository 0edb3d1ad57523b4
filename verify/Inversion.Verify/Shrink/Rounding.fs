/// Numbers with fewer digits.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Rounding

open System
open System.Globalization

/// The nearest multiple of 10^exponent, as the double of its decimal text; never −0.
let private decimalAt exponent (value: float) =
    let count = Math.Round(value / Math.Pow(10.0, float exponent))

    if count = 0.0 then
        0.0
    else
        Double.Parse(
            count.ToString("R", CultureInfo.InvariantCulture) + "E" + string exponent,
            CultureInfo.InvariantCulture
        )

let private largest (values: float[]) =
    values |> Array.fold (fun most x -> max most (abs x)) 0.0

let private exponentOf (value: float) = int (floor (log10 value))

/// Every entry to whole multiples of the largest one's unit in its `digits`-th digit.
let private together digits (values: float[]) =
    match largest values with
    | top when top > 0.0 && Double.IsFinite top -> values |> Array.map (decimalAt (exponentOf top - digits + 1))
    | _ -> values

/// Whole numbers from −most to most, in the proportions of the values.
let private whole most (values: float[]) =
    match largest values with
    | top when top > 0.0 && Double.IsFinite top -> values |> Array.map (fun x -> Math.Round(x / top * most) + 0.0)
    | _ -> values

/// Ways to round an array as a whole, the coarsest first: small whole numbers in the same proportions, then short decimals.
let arrays =
    [
        for most in [ 1.0; 2.0; 3.0; 4.0; 5.0; 7.0; 9.0; 20.0; 50.0; 99.0; 300.0; 999.0 ] -> whole most
        for digits in [ 1; 2; 3; 4; 6; 9 ] -> together digits
    ]

/// Ways to round single numbers, the coarsest first: 0, ±1, a whole number, one digit, two, three, five.
let singles: (float -> float) list =
    let digits count (x: float) =
        if x = 0.0 then
            0.0
        else
            decimalAt (exponentOf (abs x) - count + 1) x

    [
        (fun _ -> 0.0)
        (fun x -> float (sign x))
        (fun x -> Math.Round(x: float) + 0.0)
        digits 1
        digits 2
        digits 3
        digits 5
    ]
