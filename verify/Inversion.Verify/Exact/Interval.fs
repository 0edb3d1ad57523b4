namespace Inversion.Verify.Exact

open System

/// Every real number from Lower to Upper; one end or both may be infinite. Each operation encloses what it does to every number in
/// its operands, rounding included: bounds are rounded outward, and not at all where the result is a float. The default value is
/// [0, 0]. NaN never occurs: what is not known is the whole line.
[<Struct; CustomEquality; NoComparison>]
type Interval private (lower: float, upper: float) =
    /// No number in it is smaller. Less than +∞.
    member _.Lower = lower

    /// No number in it is larger. More than −∞.
    member _.Upper = upper

    /// Every real number.
    static member Whole = Interval(-infinity, infinity)

    /// [lower, upper]. The whole line when an end is NaN, when they are the wrong way round, or when no real number lies between them.
    static member Between(lower: float, upper: float) =
        if lower <= upper && lower < infinity && upper > -infinity then
            Interval(lower, upper)
        else
            Interval.Whole

    /// Exactly this number. The whole line for NaN and infinities, which are no real numbers.
    static member Point(value: float) = Interval.Between(value, value)

    static member Zero = Interval(0.0, 0.0)

    static member One = Interval(1.0, 1.0)

    static member (~-)(x: Interval) = Interval(-x.Upper, -x.Lower)

    static member (+)(x: Interval, y: Interval) =
        Interval(Directed.addDown x.Lower y.Lower, Directed.addUp x.Upper y.Upper)

    static member (-)(x: Interval, y: Interval) =
        Interval(Directed.addDown x.Lower -y.Upper, Directed.addUp x.Upper -y.Lower)

    static member (*)(factor: float, x: Interval) =
        if Double.IsNaN factor || Double.IsInfinity factor then
            Interval.Whole
        elif factor >= 0.0 then
            Interval(Directed.mulDown factor x.Lower, Directed.mulUp factor x.Upper)
        else
            Interval(Directed.mulDown factor x.Upper, Directed.mulUp factor x.Lower)

    static member (*)(x: Interval, y: Interval) =
        if x.Lower = x.Upper then
            x.Lower * y
        elif y.Lower = y.Upper then
            y.Lower * x
        else
            let least =
                min
                    (min (Directed.mulDown x.Lower y.Lower) (Directed.mulDown x.Lower y.Upper))
                    (min (Directed.mulDown x.Upper y.Lower) (Directed.mulDown x.Upper y.Upper))

            let most =
                max
                    (max (Directed.mulUp x.Lower y.Lower) (Directed.mulUp x.Lower y.Upper))
                    (max (Directed.mulUp x.Upper y.Lower) (Directed.mulUp x.Upper y.Upper))

            Interval(least, most)

    /// The whole line when y contains 0.
    static member (/)(x: Interval, y: Interval) =
        if
            (y.Lower <= 0.0 && y.Upper >= 0.0)
            || Double.IsInfinity x.Lower
            || Double.IsInfinity x.Upper
        then
            Interval.Whole
        else
            let least =
                min
                    (min (Directed.divDown x.Lower y.Lower) (Directed.divDown x.Lower y.Upper))
                    (min (Directed.divDown x.Upper y.Lower) (Directed.divDown x.Upper y.Upper))

            let most =
                max
                    (max (Directed.divUp x.Lower y.Lower) (Directed.divUp x.Lower y.Upper))
                    (max (Directed.divUp x.Upper y.Lower) (Directed.divUp x.Upper y.Upper))

            Interval(least, most)

    /// |x|, as `abs x`.
    static member Abs(x: Interval) =
        if x.Lower >= 0.0 then x
        elif x.Upper <= 0.0 then -x
        else Interval(0.0, max -x.Lower x.Upper)

    /// √x of the numbers in x that are not negative, as `sqrt x`. The whole line when there are none.
    static member Sqrt(x: Interval) =
        if x.Upper < 0.0 then
            Interval.Whole
        else
            Interval(Directed.sqrtDown (max 0.0 x.Lower), Directed.sqrtUp x.Upper)

    /// Equality of sets. It says nothing of the numbers enclosed; compare those with `Interval.certainlyLess` and its kin.
    override x.Equals(other) =
        match other with
        | :? Interval as y -> x.Lower = y.Lower && x.Upper = y.Upper
        | _ -> false

    override x.GetHashCode() = HashCode.Combine(x.Lower, x.Upper)

    override x.ToString() = $"[{x.Lower:R}, {x.Upper:R}]"

/// Functions on intervals. Questions are three-valued: `certainly…` is true only when every choice of numbers agrees, and false may
/// mean "no" or "not known".
[<RequireQualifiedAccess>]
module Interval =
    /// [0, 0].
    let zero = Interval.Zero

    /// [1, 1].
    let one = Interval.One

    /// Every real number.
    let whole = Interval.Whole

    /// Exactly this float; the whole line for NaN and infinities.
    let ofFloat (value: float) = Interval.Point value

    /// Exactly this integer.
    let ofInt (value: int) = Interval.Point(float value)

    /// [lower, upper]; the whole line when that is no interval.
    let between lower upper = Interval.Between(lower, upper)

    /// The same bounds around each float.
    let ofArray (values: float[]) = Array.map ofFloat values

    let isPoint (x: Interval) = x.Lower = x.Upper

    /// True when both ends are finite.
    let isBounded (x: Interval) =
        Double.IsFinite x.Lower && Double.IsFinite x.Upper

    /// True when `value` lies in x. NaN lies nowhere.
    let contains (value: float) (x: Interval) = x.Lower <= value && value <= x.Upper

    /// True when every number of `inner` lies in `outer`.
    let isInside (outer: Interval) (inner: Interval) =
        outer.Lower <= inner.Lower && inner.Upper <= outer.Upper

    /// True when every number of `inner` lies strictly between the ends of `outer`.
    let isStrictlyInside (outer: Interval) (inner: Interval) =
        outer.Lower < inner.Lower && inner.Upper < outer.Upper

    /// A float near the middle, inside x. 0 for the whole line.
    let midpoint (x: Interval) =
        if Double.IsInfinity x.Lower && Double.IsInfinity x.Upper then
            0.0
        elif Double.IsInfinity x.Lower then
            min x.Upper -Double.MaxValue
        elif Double.IsInfinity x.Upper then
            max x.Lower Double.MaxValue
        else
            Math.Clamp(0.5 * x.Lower + 0.5 * x.Upper, x.Lower, x.Upper)

    /// An upper bound on Upper − Lower.
    let width (x: Interval) = Directed.addUp x.Upper -x.Lower

    /// The largest |number| in x.
    let magnitude (x: Interval) = max (abs x.Lower) (abs x.Upper)

    /// The smallest |number| in x.
    let mignitude (x: Interval) =
        if x.Lower <= 0.0 && x.Upper >= 0.0 then
            0.0
        else
            min (abs x.Lower) (abs x.Upper)

    /// The smallest interval that contains both.
    let hull (x: Interval) (y: Interval) =
        between (min x.Lower y.Lower) (max x.Upper y.Upper)

    /// What lies in both; None when nothing does.
    let intersect (x: Interval) (y: Interval) =
        let lower = max x.Lower y.Lower
        let upper = min x.Upper y.Upper
        if lower <= upper then Some(between lower upper) else None

    /// x², never negative.
    let sqr (x: Interval) =
        let a = abs x
        between (Directed.mulDown a.Lower a.Lower) (Directed.mulUp a.Upper a.Upper)

    /// max(x, y) of one number from each.
    let max' (x: Interval) (y: Interval) =
        between (max x.Lower y.Lower) (max x.Upper y.Upper)

    /// min(x, y) of one number from each.
    let min' (x: Interval) (y: Interval) =
        between (min x.Lower y.Lower) (min x.Upper y.Upper)

    /// max(x, 0). A negative x gives exactly [0, 0].
    let relu (x: Interval) =
        between (max x.Lower 0.0) (max x.Upper 0.0)

    /// x for x > 0, slope · x otherwise. Exact about the kink: a piecewise linear function is extreme at the ends and at 0.
    let leakyRelu (slope: float) (x: Interval) =
        if slope = 0.0 then
            relu x
        elif x.Lower >= 0.0 then
            x
        elif x.Upper <= 0.0 then
            slope * x
        else
            hull (between 0.0 x.Upper) (slope * between x.Lower 0.0)

    /// Σ x[i].
    let sum (x: Interval[]) =
        let mutable total = zero

        for value in x do
            total <- total + value

        total

    /// Σ x[i] y[i].
    let dot (x: Interval[]) (y: Interval[]) =
        if x.Length <> y.Length then
            invalidArg (nameof y) $"{y.Length} entries; {x.Length} are needed"

        let mutable total = zero

        for i in 0 .. x.Length - 1 do
            total <- total + x[i] * y[i]

        total

    /// ‖x‖².
    let squaredNorm (x: Interval[]) =
        let mutable total = zero

        for value in x do
            total <- total + sqr value

        total

    /// ‖x‖₂.
    let norm (x: Interval[]) : Interval = sqrt (squaredNorm x)

    /// The sign that every number in x has; Zero only for [0, 0].
    let sign (x: Interval) =
        if x.Lower > 0.0 then Sign.Positive
        elif x.Upper < 0.0 then Sign.Negative
        elif x.Lower = 0.0 && x.Upper = 0.0 then Sign.Zero
        else Sign.Unknown

    let certainlyPositive (x: Interval) = x.Lower > 0.0

    let certainlyNegative (x: Interval) = x.Upper < 0.0

    /// True for [0, 0] only.
    let certainlyZero (x: Interval) = x.Lower = 0.0 && x.Upper = 0.0

    /// x < y whatever the numbers.
    let certainlyLess (x: Interval) (y: Interval) = x.Upper < y.Lower

    /// x ≤ y whatever the numbers.
    let certainlyAtMost (x: Interval) (y: Interval) = x.Upper <= y.Lower
