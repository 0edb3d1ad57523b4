namespace Inversion.Verify.Exact

/// The operations that the reference implementation needs, so that its formulas are written once for every kind of number.
type IArithmetic<'T> =
    abstract OfFloat: float -> 'T
    abstract Add: 'T * 'T -> 'T
    abstract Subtract: 'T * 'T -> 'T
    abstract Multiply: 'T * 'T -> 'T
    /// total + weight · x.
    abstract AddScaled: total: 'T * weight: float * x: 'T -> 'T
    /// x for x > 0, slope · x otherwise.
    abstract LeakyRelu: slope: float * x: 'T -> 'T
    abstract Sigmoid: 'T -> 'T
    abstract Tanh: 'T -> 'T
    /// What covers both, for numbers that can.
    abstract Hull: 'T * 'T -> 'T
    abstract Sign: 'T -> Sign

/// Plain double precision.
[<Struct>]
type FloatArithmetic =
    interface IArithmetic<float> with
        member _.OfFloat value = value
        member _.Add(x, y) = x + y
        member _.Subtract(x, y) = x - y
        member _.Multiply(x, y) = x * y
        member _.AddScaled(total, weight, x) = total + weight * x

        member _.LeakyRelu(slope, x) =
            if x > 0.0 || System.Double.IsNaN x then x
            elif slope = 0.0 then 0.0
            else slope * x

        member _.Sigmoid x = 1.0 / (1.0 + exp -x)
        member _.Tanh x = tanh x
        // Asked for only where a sign is unknown, that is, at NaN.
        member _.Hull(_, _) = nan

        member _.Sign x =
            if x > 0.0 then Sign.Positive
            elif x < 0.0 then Sign.Negative
            elif x = 0.0 then Sign.Zero
            else Sign.Unknown

/// Enclosures with outward rounding.
[<Struct>]
type IntervalArithmetic =
    interface IArithmetic<Interval> with
        member _.OfFloat value = Interval.ofFloat value
        member _.Add(x, y) = x + y
        member _.Subtract(x, y) = x - y
        member _.Multiply(x, y) = x * y

        member _.AddScaled(total, weight, x) =
            // Zeros keep a sum exact whatever the rounding; most weights of a dead unit meet them.
            if weight = 0.0 || Interval.certainlyZero x then
                total
            else
                total + weight * x

        member _.LeakyRelu(slope, x) = Interval.leakyRelu slope x
        member _.Sigmoid x = Elementary.sigmoid x
        member _.Tanh x = Elementary.tanh x
        member _.Hull(x, y) = Interval.hull x y
        member _.Sign x = Interval.sign x

/// Exact dyadic numbers; only for piecewise linear networks.
[<Struct>]
type DyadicArithmetic =
    interface IArithmetic<Dyadic> with
        member _.OfFloat value = Dyadic.ofFloat value
        member _.Add(x, y) = x + y
        member _.Subtract(x, y) = x - y
        member _.Multiply(x, y) = x * y
        member _.AddScaled(total, weight, x) = total + Dyadic.ofFloat weight * x

        member _.LeakyRelu(slope, x) =
            if x.Sign > 0 then x
            elif slope = 0.0 then Dyadic.zero
            else Dyadic.ofFloat slope * x

        member _.Sigmoid _ =
            invalidOp "a sigmoid has no exact dyadic value"

        member _.Tanh _ =
            invalidOp "a tanh has no exact dyadic value"

        member _.Hull(_, _) =
            invalidOp "an exact number has a known sign"

        member _.Sign x =
            match x.Sign with
            | 1 -> Sign.Positive
            | -1 -> Sign.Negative
            | _ -> Sign.Zero
