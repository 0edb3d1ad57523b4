/// Enclosures of elementary functions by argument reduction and Taylor polynomials with their remainders, all in interval arithmetic:
/// nothing rests on the last bit of a library's function. Ends are a few units in the last place apart for point arguments.
[<RequireQualifiedAccess>]
module Inversion.Verify.Exact.Elementary

open System

/// a / b of two integers that floats hold exactly.
let private ratio (a: float) (b: float) = Interval.ofFloat a / Interval.ofFloat b

/// Σ c[i] xⁱ by Horner's rule.
let private polynomial (coefficients: Interval[]) (x: Interval) =
    let mutable value = coefficients[coefficients.Length - 1]

    for i in coefficients.Length - 2 .. -1 .. 0 do
        value <- value * x + coefficients[i]

    value

/// The same function at both ends of an increasing function's argument.
let private increasing (f: float -> Interval) (x: Interval) =
    if Interval.isPoint x then
        f x.Lower
    else
        Interval.between (f x.Lower).Lower (f x.Upper).Upper

let private clamp lower upper (x: Interval) =
    Interval.between (Math.Clamp(x.Lower, lower, upper)) (Math.Clamp(x.Upper, lower, upper))

/// [-r, r].
let private around (r: float) = Interval.between -r r

// π = 3.14159265358979311599796… + 1.2246467991473531772…e−16: the first part is Math.PI, a float whose neighbors lie 4.4e−16 apart.
/// π = 3.14159265358979323846….
let pi = Interval.between Math.PI (Math.BitIncrement Math.PI)

/// 1/i! for i = 0 … 30. Factorials up to 22! are floats; later ones are enclosed.
let private inverseFactorials =
    let mutable factorial = Interval.one

    [|
        Interval.one

        for i in 1..30 do
            factorial <- factorial * Interval.ofInt i
            Interval.one / factorial
    |]

/// ln 2 = high + low: the first part has 33 bits, so that its product with an exponent is exact.
/// 0x3FE62E42FEE00000 = 0.693147180369123816490…, ln 2 − that = 1.908214929270587781…e−10.
let private ln2High = BitConverter.Int64BitsToDouble 0x3FE62E42FEE00000L

let private ln2Low = Interval.between 1.9082149292705877e-10 1.9082149292705879e-10

/// ln 2.
let ln2 = Interval.ofFloat ln2High + ln2Low

/// Multiplies by 2^k in two exact steps (or rounds outward where the result leaves the range of floats).
let private scale k (x: Interval) =
    let half = k / 2

    Math.ScaleB(1.0, k - half) * (Math.ScaleB(1.0, half) * x)

let private expPoint (x: float) =
    if x > 709.8 then
        Interval.between Double.MaxValue infinity
    elif x < -745.2 then
        Interval.between 0.0 (Math.BitIncrement 0.0)
    else
        let k = Math.Round(x / 0.6931471805599453)
        let r = (Interval.ofFloat x - k * Interval.ofFloat ln2High) - k * ln2Low
        // |r| < 0.35, so the tail after r¹⁷/17! is below 0.35¹⁸/18! · 1.02 < 1e−24.
        let sum = polynomial inverseFactorials[0..17] r + around 1e-24
        let value = scale (int k) sum
        Interval.between (max 0.0 value.Lower) value.Upper

/// eˣ.
let exp (x: Interval) =
    if not (Interval.isBounded x) then
        let lower =
            if Double.IsInfinity x.Lower then
                0.0
            else
                (expPoint x.Lower).Lower

        let upper =
            if Double.IsInfinity x.Upper then
                infinity
            else
                (expPoint x.Upper).Upper

        Interval.between lower upper
    else
        increasing expPoint x

/// 1/(1 + e⁻ˣ), within [0, 1].
let sigmoid (x: Interval) =
    let e = exp -x
    // The quotient falls with e: each end on its own.
    let upper = (Interval.one / (Interval.one + Interval.ofFloat e.Lower)).Upper

    let lower =
        if Double.IsInfinity e.Upper then
            0.0
        else
            (Interval.one / (Interval.one + Interval.ofFloat e.Upper)).Lower

    clamp 0.0 1.0 (Interval.between lower upper)

/// sinh x / x and cosh x in powers of x².
let private sinhSeries = [| for i in 0..10 -> inverseFactorials[2 * i + 1] |]
let private coshSeries = [| for i in 0..10 -> inverseFactorials[2 * i] |]

let private alternating (coefficients: Interval[]) =
    coefficients |> Array.mapi (fun i c -> if i % 2 = 0 then c else -c)

/// sin x / x and cos x in powers of x².
let private sinSeries = alternating sinhSeries
let private cosSeries = alternating coshSeries

/// arctan x / x and artanh x / x in powers of x².
let private artanhSeries = [| for i in 0..12 -> ratio 1.0 (float (2 * i + 1)) |]
let private atanSeries = alternating artanhSeries

let private tanhPoint (x: float) =
    let point = Interval.ofFloat x

    if abs x < 0.4 then
        // sinh x / cosh x by their series, which keeps the relative accuracy near 0. The tails after x²¹/21! and x²⁰/20! are below
        // 0.4²³/23! · 1.01 < 1e−31 (times |x| at most, which the factor in front carries) and 0.4²²/22! · 1.01 < 1e−29.
        let square = Interval.sqr point

        point * (polynomial sinhSeries square + around 1e-29)
        / (polynomial coshSeries square + around 1e-28)
    else
        let e = exp (2.0 * Interval.ofFloat (abs x))

        let magnitude =
            if Double.IsInfinity e.Upper then
                Interval.between (Math.BitDecrement 1.0) 1.0
            else
                Interval.one - Interval.ofInt 2 / (e + Interval.one)

        if x > 0.0 then magnitude else -magnitude

/// tanh x, within [−1, 1].
let tanh (x: Interval) =
    let at value =
        if Double.IsInfinity value then
            Interval.ofInt (sign value)
        else
            tanhPoint value

    clamp -1.0 1.0 (increasing at x)

/// π/2 = a + b + c: a and b have 33 bits each, so that products with a quadrant number below 2²⁰ are exact.
/// a = 0x3FF921FB54400000 = 1.57079632673412561417…, b = 0x3DD0B4611A600000 = 6.07710050630396597660…e−11,
/// π/2 − a − b = 2.022266248795950732…e−21.
let private halfPiHigh = BitConverter.Int64BitsToDouble 0x3FF921FB54400000L

let private halfPiMiddle = BitConverter.Int64BitsToDouble 0x3DD0B4611A600000L

let private halfPiLow =
    Interval.between 2.0222662487959504e-21 2.0222662487959508e-21

/// sin r for |r| < 0.8; the tail after r²¹/21! is below |r| · 0.8²²/23! · 1.01 < 1e−24 |r|.
let private sinReduced (r: Interval) =
    r * (polynomial sinSeries (Interval.sqr r) + around 1e-24)

/// cos r for |r| < 0.8; the tail after r²⁰/20! is below 0.8²²/22! · 1.01 < 1e−23.
let private cosReduced (r: Interval) =
    polynomial cosSeries (Interval.sqr r) + around 1e-23

/// sin(x + shift · π/2).
let private sinPoint shift (x: float) =
    if not (abs x <= 1e6) then
        around 1.0
    else
        let n = Math.Round(x / 1.5707963267948966)

        let r =
            (Interval.ofFloat x - n * Interval.ofFloat halfPiHigh)
            - n * Interval.ofFloat halfPiMiddle
            - n * halfPiLow

        let value =
            match ((int n + shift) % 4 + 4) % 4 with
            | 0 -> sinReduced r
            | 1 -> cosReduced r
            | 2 -> -sinReduced r
            | _ -> -cosReduced r

        clamp -1.0 1.0 value

/// sin(x + shift · π/2): both ends, and ±1 where a crest or a trough may lie between them.
let private sine shift (x: Interval) =
    if Interval.isPoint x then
        sinPoint shift x.Lower
    elif not (abs x.Lower <= 1e6 && abs x.Upper <= 1e6) then
        around 1.0
    else
        // Crests where x/π + shift/2 − 1/2 is an even integer, troughs where it is odd.
        let turns = x / pi + Interval.ofFloat (0.5 * float shift - 0.5)
        let first = int (Math.Ceiling turns.Lower)
        let last = int (Math.Floor turns.Upper)
        let ends = Interval.hull (sinPoint shift x.Lower) (sinPoint shift x.Upper)

        if last > first then
            around 1.0
        elif last < first then
            ends
        else
            Interval.hull ends (Interval.ofInt (if first % 2 = 0 then 1 else -1))

/// sin x.
let sin (x: Interval) = sine 0 x

/// cos x.
let cos (x: Interval) = sine 1 x

/// arctan x for x ≥ 0: x ↦ x/(1 + √(1 + x²)) halves the angle, 1/x complements it.
let rec private atanPositive (x: float) =
    if x > 1.0 then
        // π/2 − arctan(1/x), with 1/x enclosed: arctan has slope at most 1.
        let inverse = Interval.one / Interval.ofFloat x

        0.5 * pi
        - Interval.between (atanPositive inverse.Lower).Lower (atanPositive inverse.Upper).Upper
    else
        let point = Interval.ofFloat x

        let halve (t: Interval) =
            t / (Interval.one + sqrt (Interval.one + Interval.sqr t))

        // After two halvings t ≤ tan(π/16) < 0.199, and the tail after t²⁵/25 is below |t| · 0.199²⁶/27 < 1e−19 |t|.
        let t = halve (halve point)

        4.0 * (t * (polynomial atanSeries (Interval.sqr t) + around 1e-19))

let private atanPoint (x: float) =
    if Double.IsInfinity x then 0.5 * float (sign x) * pi
    elif x < 0.0 then -(atanPositive -x)
    else atanPositive x

/// arctan x.
let atan (x: Interval) = increasing atanPoint x

let private acosPoint (c: float) =
    if c <= -1.0 then
        pi
    elif c >= 1.0 then
        Interval.zero
    else
        // tan²(θ/2) = (1 − cos θ)/(1 + cos θ)
        let point = Interval.ofFloat (abs c)

        let angle = 2.0 * atan (sqrt ((Interval.one - point) / (Interval.one + point)))

        if c < 0.0 then pi - angle else angle

/// arccos of the numbers of c that lie in [−1, 1], within [0, π]; for a c that is known to be a cosine.
let acos (c: Interval) =
    let lower = (acosPoint c.Upper).Lower
    let upper = (acosPoint c.Lower).Upper
    Interval.between (max 0.0 lower) (min upper pi.Upper)

/// The angle of the point (x, y) from the positive x-axis, for y ≥ 0: in [0, π]. The whole of [0, π] when (x, y) may be the origin;
/// numbers of y below 0 are left out.
let atan2 (y: Interval) (x: Interval) =
    let y = Interval.between (max 0.0 y.Lower) (max 0.0 y.Upper)
    let all = Interval.between 0.0 pi.Upper

    let corner (vertical: float) (horizontal: float) =
        if horizontal = 0.0 then
            0.5 * pi
        else
            let first = atan (Interval.ofFloat vertical / Interval.ofFloat (abs horizontal))
            if horizontal > 0.0 then first else pi - first

    if
        not (Interval.isBounded x && Interval.isBounded y)
        || (y.Lower = 0.0 && x.Lower <= 0.0 && x.Upper >= 0.0)
    then
        all
    else
        // Along each edge the angle is monotone, so corners are extreme.
        let first = Interval.hull (corner y.Lower x.Lower) (corner y.Lower x.Upper)

        let second = Interval.hull (corner y.Upper x.Lower) (corner y.Upper x.Upper)

        let both = Interval.hull first second
        Interval.between (max 0.0 both.Lower) (min both.Upper pi.Upper)

/// ∠(x, y) = 2 arctan(‖x̂ − ŷ‖ / ‖x̂ + ŷ‖), sharp near 0 and π. [0, π] when either may be zero.
let angle (x: Interval[]) (y: Interval[]) =
    let a, b = Interval.norm x, Interval.norm y

    if not (a.Lower > 0.0 && b.Lower > 0.0) then
        Interval.between 0.0 pi.Upper
    else
        let difference = Array.map2 (fun s t -> s / a - t / b) x y
        let sum = Array.map2 (fun s t -> s / a + t / b) x y
        let full = 2.0 * atan2 (Interval.norm difference) (Interval.norm sum)
        Interval.between (max 0.0 full.Lower) (min full.Upper pi.Upper)

let private logPoint (x: float) =
    if x <= 0.0 then
        Interval.whole
    elif Double.IsInfinity x then
        Interval.between Double.MaxValue infinity
    else
        let bits = Math.ILogB x
        let scaled = Math.ScaleB(x, -bits)

        let k, m =
            if scaled > 1.4142 then
                bits + 1, 0.5 * scaled
            else
                bits, scaled
        // ln m = 2 artanh s, s = (m − 1)/(m + 1), |s| < 0.1716; the tail after s²⁵/25 is below |s| · 0.1716²⁶/27 · 1.04 < 1e−20 |s|.
        let s = (Interval.ofFloat m - Interval.one) / (Interval.ofFloat m + Interval.one)
        let series = 2.0 * (s * (polynomial artanhSeries (Interval.sqr s) + around 1e-20))
        float k * Interval.ofFloat ln2High + (float k * ln2Low + series)

/// ln x of the numbers of x that are positive.
let log (x: Interval) =
    if x.Upper <= 0.0 then
        Interval.whole
    else
        let lower =
            if x.Lower <= 0.0 then
                -infinity
            else
                (logPoint x.Lower).Lower

        let upper =
            if Double.IsInfinity x.Upper then
                infinity
            else
                (logPoint x.Upper).Upper

        Interval.between lower upper
