namespace Inversion.Verify.Exact

open System

/// The sign of a number as far as it is known.
[<Struct; RequireQualifiedAccess>]
type Sign =
    | Negative
    | Zero
    | Positive
    | Unknown

/// Bounds of one floating-point operation: the nearest float or its neighbor on the safe side, and the exact result where it is a
/// float. The sign of the rounding error is read off error-free transformations (Ogita, Rump, Oishi, "Accurate sum and dot product",
/// SIAM J. Sci. Comput. 26, 2005). Lower bounds are never +∞; upper bounds are the mirror image, up(a) = −down(−a).
module internal Directed =
    /// Above it the rounding error of a product, quotient or root is itself a float, so an error computed as zero is zero.
    let private exactAbove = 1e-290

    /// Below it no step of the error-free sum overflows.
    let private safeBelow = 1e300

    let private below value =
        if Double.IsPositiveInfinity value then
            Double.MaxValue
        else
            Math.BitDecrement value

    let addDown (a: float) (b: float) =
        let sum = a + b

        if abs sum < safeBelow then
            let virtual' = sum - a
            let error = (a - (sum - virtual')) + (b - virtual')
            // A NaN error takes the wide branch.
            if error >= 0.0 then sum else Math.BitDecrement sum
        else
            below sum

    /// 0 · ∞ is 0 here: an infinite bound stands for numbers without bound, each of which is finite.
    let mulDown (a: float) (b: float) =
        if a = 0.0 || b = 0.0 then
            0.0
        else
            let product = a * b

            if Double.IsInfinity product then
                below product
            else
                let error = Math.FusedMultiplyAdd(a, b, -product)

                if error > 0.0 || (error = 0.0 && abs product >= exactAbove) then
                    product
                else
                    Math.BitDecrement product

    /// b is not zero and a is finite.
    let divDown (a: float) (b: float) =
        if a = 0.0 || Double.IsInfinity b then
            0.0
        else
            let quotient = a / b

            if Double.IsInfinity quotient then
                below quotient
            else
                let rest = Math.FusedMultiplyAdd(-quotient, b, a)

                if (rest <> 0.0 && (rest > 0.0) = (b > 0.0)) || (rest = 0.0 && abs a >= exactAbove) then
                    quotient
                else
                    Math.BitDecrement quotient

    /// a is not negative.
    let sqrtDown (a: float) =
        let root = sqrt a

        if a = 0.0 then
            0.0
        elif Double.IsInfinity root then
            Double.MaxValue
        else
            let rest = Math.FusedMultiplyAdd(-root, root, a)

            if rest > 0.0 || (rest = 0.0 && a >= exactAbove) then
                root
            else
                Math.BitDecrement root

    let sqrtUp (a: float) =
        let root = sqrt a

        if a = 0.0 || Double.IsInfinity root then
            root
        else
            let rest = Math.FusedMultiplyAdd(-root, root, a)

            if rest < 0.0 || (rest = 0.0 && a >= exactAbove) then
                root
            else
                Math.BitIncrement root

    let addUp a b = -(addDown -a -b)
    let mulUp a b = -(mulDown -a b)
    let divUp a b = -(divDown -a b)
