namespace Inversion.Verify.Exact

open System
open System.Numerics

/// Mantissa · 2^Exponent, exactly. Every finite float is one; sums, differences and products of dyadics are dyadic again. The default
/// value is 0. The same number has many representations: compare with `=` or `Dyadic.compare`, which look at the number.
[<Struct; CustomEquality; CustomComparison>]
type Dyadic =
    {
        Mantissa: BigInteger
        Exponent: int
    }

    static member private Align(x: Dyadic, y: Dyadic) =
        let exponent = min x.Exponent y.Exponent
        struct (x.Mantissa <<< (x.Exponent - exponent), y.Mantissa <<< (y.Exponent - exponent), exponent)

    static member Zero =
        {
            Mantissa = BigInteger.Zero
            Exponent = 0
        }

    static member (~-)(x: Dyadic) = { x with Mantissa = -x.Mantissa }

    static member (+)(x: Dyadic, y: Dyadic) =
        if x.Mantissa.IsZero then
            y
        elif y.Mantissa.IsZero then
            x
        else
            let struct (a, b, exponent) = Dyadic.Align(x, y)

            {
                Mantissa = a + b
                Exponent = exponent
            }

    static member (-)(x: Dyadic, y: Dyadic) = x + -y

    static member (*)(x: Dyadic, y: Dyadic) =
        {
            Mantissa = x.Mantissa * y.Mantissa
            Exponent = x.Exponent + y.Exponent
        }

    /// −1, 0 or 1.
    member x.Sign = x.Mantissa.Sign

    override x.Equals(other) =
        match other with
        | :? Dyadic as y -> (x - y).Sign = 0
        | _ -> false

    /// The same for every representation: that of the odd mantissa.
    override x.GetHashCode() =
        if x.Mantissa.IsZero then
            0
        else
            let zeros = int (BigInteger.TrailingZeroCount x.Mantissa)
            HashCode.Combine(x.Mantissa >>> zeros, x.Exponent + zeros)

    interface IComparable with
        member x.CompareTo(other) =
            match other with
            | :? Dyadic as y -> (x - y).Sign
            | _ -> invalidArg (nameof other) "not a dyadic number"

/// Functions on exact dyadic numbers.
[<RequireQualifiedAccess>]
module Dyadic =
    let zero = Dyadic.Zero

    /// The integer itself.
    let ofBigInteger (value: BigInteger) = { Mantissa = value; Exponent = 0 }

    /// The integer itself.
    let ofInt (value: int) = ofBigInteger (BigInteger value)

    /// The float itself.
    /// ArgumentException: it is NaN or infinite.
    let ofFloat (value: float) =
        if not (Double.IsFinite value) then
            invalidArg (nameof value) $"{value} is no number"

        let bits = BitConverter.DoubleToInt64Bits value
        let field = int ((bits >>> 52) &&& 0x7FFL)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL

        let mantissa =
            if field = 0 then
                fraction
            else
                fraction ||| 0x10000000000000L

        if mantissa = 0L then
            zero
        else
            {
                Mantissa = BigInteger(if bits < 0L then -mantissa else mantissa)
                Exponent = (max field 1) - 1075
            }

    /// −1, 0 or 1.
    let sign (x: Dyadic) = x.Sign

    /// −1, 0 or 1 as x is less than, equal to or greater than y.
    let compare (x: Dyadic) (y: Dyadic) = (x - y).Sign

    /// The float next below (or at) the number: m has at most 53 bits.
    let private scale (mantissa: BigInteger) exponent = Math.ScaleB(float mantissa, exponent)

    /// The narrowest interval of floats around the number.
    let toInterval (x: Dyadic) =
        if x.Mantissa.IsZero then
            Interval.zero
        else
            let bits = int (BigInteger.Abs(x.Mantissa).GetBitLength())
            // The last bit that a float of this size has: 53 bits in all, none below 2⁻¹⁰⁷⁴.
            let last = max (x.Exponent + bits - 53) -1074

            if last <= x.Exponent then
                let value = scale x.Mantissa x.Exponent

                if Double.IsInfinity value then
                    if value > 0.0 then
                        Interval.between Double.MaxValue infinity
                    else
                        Interval.between -infinity -Double.MaxValue
                else
                    Interval.ofFloat value
            else
                let shift = last - x.Exponent
                // A right shift rounds toward −∞.
                let below = x.Mantissa >>> shift
                let exact = (below <<< shift) = x.Mantissa
                let lower = scale below last
                let upper = if exact then lower else scale (below + BigInteger.One) last

                Interval.between (min lower Double.MaxValue) (max upper -Double.MaxValue)

    /// Σ x[i] y[i].
    let dot (x: Dyadic[]) (y: Dyadic[]) =
        if x.Length <> y.Length then
            invalidArg (nameof y) $"{y.Length} entries; {x.Length} are needed"

        let mutable total = zero

        for i in 0 .. x.Length - 1 do
            total <- total + x[i] * y[i]

        total
