module Inversion.Laws.BinomialTailLaws

open System
open System.Numerics
open Expecto
open MathNet.Numerics.Distributions
open Inversion.Verify.Exact

/// Pr(X = k) · 2^(bits·n) for p = numerator/2^bits, a whole number.
let private weight n k (numerator: int) bits =
    let choose =
        Seq.fold
            (fun (value: BigInteger) j -> value * BigInteger(n - j + 1) / BigInteger(j: int))
            BigInteger.One
            [ 1..k ]

    choose
    * BigInteger.Pow(BigInteger numerator, k)
    * BigInteger.Pow(BigInteger((1 <<< bits) - numerator), n - k)

/// True where the interval has a/b in it, in whole numbers.
let private encloses (a: BigInteger) (b: BigInteger) (interval: Interval) =
    let compare (value: float) =
        // value = mantissa · 2^shift exactly.
        let bits = BitConverter.DoubleToInt64Bits value
        let biased = int (bits >>> 52 &&& 0x7FFL)
        let fraction = bits &&& 0xFFFFFFFFFFFFFL

        let mantissa, shift =
            if biased = 0 then
                fraction, -1074
            else
                (fraction ||| 0x10000000000000L), biased - 1075

        if shift >= 0 then
            BigInteger.Compare(BigInteger mantissa * BigInteger.Pow(2I, shift) * b, a)
        else
            BigInteger.Compare(BigInteger mantissa * b, a * BigInteger.Pow(2I, -shift))

    compare interval.Lower <= 0 && compare interval.Upper >= 0

[<Tests>]
let laws =
    testList
        "BinomialTail"
        [
            test "encloses the exact probabilities, and tightly" {
                for n, numerator, bits in [ 1, 1, 1; 7, 3, 3; 40, 1, 6; 40, 63, 6; 300, 77, 8 ] do
                    let p = float numerator / float (1 <<< bits)
                    let all = BigInteger.Pow(2I, bits * n)
                    let weights = Array.init (n + 1) (fun k -> weight n k numerator bits)
                    Expect.equal (Array.sum weights) all "the weights are probabilities"

                    for k in 0..n do
                        let at = BinomialTail.exactly k n p
                        let below = BinomialTail.atMost k n p
                        let above = BinomialTail.atLeast k n p
                        Expect.isTrue (encloses weights[k] all at) $"Pr(X = {k}), n = {n}, p = {p}"
                        Expect.isTrue (encloses (Array.sum weights[..k]) all below) $"Pr(X ≤ {k}), n = {n}, p = {p}"
                        Expect.isTrue (encloses (Array.sum weights[k..]) all above) $"Pr(X ≥ {k}), n = {n}, p = {p}"

                        for interval in [ at; below; above ] do
                            Expect.isLessThanOrEqual
                                (interval.Upper - interval.Lower)
                                (1e-12 * interval.Upper + 1e-300)
                                "no wider than rounding"
            }
            test "has the library's value inside for many trials" {
                for n, k, p in [ 10000, 4800, 0.5; 100000, 120, 0.001; 1000000, 700300, 0.7 ] do
                    let inside = BinomialTail.atMost k n p
                    let expected = Binomial.CDF(p, n, float k)

                    Expect.isTrue
                        (inside.Lower * (1.0 - 1e-8) <= expected
                         && expected <= inside.Upper * (1.0 + 1e-8))
                        $"{inside.Lower} {expected} {inside.Upper}"
            }
            test "knows the ends, and probabilities too small for a float" {
                Expect.equal (BinomialTail.atMost 0 10 1.0).Upper 0.0 "all succeed"
                Expect.equal (BinomialTail.atMost 10 10 1.0).Lower 1.0 "at most all"
                Expect.equal (BinomialTail.atLeast 1 10 0.0).Upper 0.0 "none succeeds"
                Expect.equal (BinomialTail.atLeast 0 0 0.3).Lower 1.0 "no trials"
                Expect.equal (BinomialTail.exactly 10 10 1.0).Lower 1.0 "exactly all"
                let tiny = BinomialTail.atMost 0 100000 0.5
                Expect.isTrue (tiny.Lower >= 0.0 && tiny.Upper < 1e-290) "0.5^100000"
                let near = BinomialTail.atLeast 3 5 (Math.BitDecrement 1.0)
                Expect.isTrue (near.Lower > 0.999 && near.Upper <= 1.0) "almost sure"
                Expect.isLessThan (BinomialTail.atLeast 3 5 Double.Epsilon).Upper 1e-46 "almost never"
            }
            test "refuses counts and probabilities that are none" {
                for count, trials, p in [ -1, 5, 0.5; 6, 5, 0.5; 1, 5, nan; 1, 5, 1.5; 1, 5, -0.1 ] do
                    Expect.throwsT<ArgumentException> (fun () -> BinomialTail.atMost count trials p |> ignore) "atMost"

                    Expect.throwsT<ArgumentException>
                        (fun () -> BinomialTail.atLeast count trials p |> ignore)
                        "atLeast"
            }
        ]
