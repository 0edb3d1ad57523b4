/// Elementary functions to about 45 digits, in integers: what enclosures are tested against. Independent of the tested code: plain Taylor
/// series of an argument reduced by long division.
module Inversion.Laws.FixedPoint

open System.Numerics
open Inversion.Verify.Exact

/// Numbers are integers over 2^Bits.
[<Literal>]
let Bits = 150

let one = BigInteger.One <<< Bits

let ofFloat (x: float) =
    let d = Dyadic.ofFloat x
    let shift = d.Exponent + Bits

    if shift >= 0 then
        d.Mantissa <<< shift
    else
        d.Mantissa >>> -shift

let multiply (x: BigInteger) (y: BigInteger) = (x * y) >>> Bits

/// arctan(1/n) for a whole n > 1.
let private inverseTangent (n: int) =
    let square = BigInteger(n * n)
    let mutable power = one / BigInteger n
    let mutable total = power
    let mutable k = 1

    while not power.IsZero do
        power <- power / square
        let term = power / BigInteger(2 * k + 1)
        total <- if k % 2 = 1 then total - term else total + term
        k <- k + 1

    total

/// Machin: π = 16 arctan(1/5) − 4 arctan(1/239).
let pi = 16I * inverseTangent 5 - 4I * inverseTangent 239

/// ln 2 = Σ 1/(k 2^k).
let ln2 =
    let mutable power = one
    let mutable total = BigInteger.Zero

    for k in 1..Bits do
        power <- power >>> 1
        total <- total + power / BigInteger k

    total

let private floorDivide (x: BigInteger) (y: BigInteger) =
    let mutable rest = BigInteger.Zero
    let q = BigInteger.DivRem(x, y, &rest)
    if rest.Sign < 0 then q - BigInteger.One else q

/// Σ xᵏ/k! over k = first, first + step, …, with alternating signs if `alternate`.
let private series (x: BigInteger) first step alternate =
    let mutable term = if first = 0 then one else x
    let mutable total = term
    let mutable k = first
    let mutable positive = true

    while not term.IsZero && term <> -BigInteger.One do
        for _ in 1..step do
            k <- k + 1
            term <- multiply term x / BigInteger k

        positive <- not positive

        total <-
            if alternate && not positive then
                total - term
            else
                total + term

    total

/// eˣ as a dyadic number, about 40 digits.
let exp (x: BigInteger) : Dyadic =
    let k = floorDivide x ln2
    let r = x - k * ln2

    {
        Mantissa = series r 0 1 false
        Exponent = int k - Bits
    }

let private turned (x: BigInteger) =
    x - floorDivide x (2I * pi) * 2I * pi - pi

/// sin x = −sin(x − π), the argument in [−π, π].
let sin (x: BigInteger) = -(series (turned x) 1 2 true)

/// cos x = −cos(x − π).
let cos (x: BigInteger) = -(series (turned x) 0 2 true)
