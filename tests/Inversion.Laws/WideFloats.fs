namespace Inversion.Laws

open System
open FsCheck
open FsCheck.FSharp
open Inversion.Verify.Exact

/// A finite float of any size: FsCheck's own stay near zero.
type WideFloat = WideFloat of float

/// Any bit pattern, NaN and infinities included.
type AnyFloat = AnyFloat of float

/// An interval and a number in it.
type Inside = Inside of box: Interval * value: float

/// Generators that reach the corners of double precision.
type WideFloats =
    static member private Corners =
        let least = Double.Epsilon

        [
            0.0
            -0.0
            least
            -least
            2.2250738585072014e-308
            Math.BitDecrement 2.2250738585072014e-308
            1.0
            Math.BitIncrement 1.0
            Math.BitDecrement 1.0
            -1.0
            0.1
            3.0
            1e-160
            1e-300
            1e160
            1e300
            Double.MaxValue
            -Double.MaxValue
        ]

    static member private Finite =
        let bits =
            ArbMap.defaults
            |> ArbMap.generate<DoNotSize<int64>>
            |> Gen.map (fun (DoNotSize bits) -> BitConverter.Int64BitsToDouble bits)

        let moderate =
            ArbMap.defaults
            |> ArbMap.generate<DoNotSize<int64>>
            |> Gen.map (fun (DoNotSize bits) -> float bits / 9.2e18)

        let small =
            ArbMap.defaults
            |> ArbMap.generate<DoNotSize<int64>>
            |> Gen.map (fun (DoNotSize bits) -> float (bits % 65L))

        Gen.frequency [ 3, bits; 3, moderate; 2, small; 2, Gen.elements WideFloats.Corners ]
        |> Gen.map (fun x -> if Double.IsFinite x then x else 0.5)

    static member WideFloat() =
        WideFloats.Finite |> Gen.map WideFloat |> Arb.fromGen

    static member AnyFloat() =
        Gen.frequency [ 4, WideFloats.Finite; 1, Gen.elements [ nan; infinity; -infinity ] ]
        |> Gen.map AnyFloat
        |> Arb.fromGen

    static member Inside() =
        gen {
            let! a = WideFloats.Finite
            let! b = WideFloats.Finite
            let! c = WideFloats.Finite
            let! kind = Gen.choose (0, 5)
            let sorted = Array.sort [| a; b; c |]

            return
                match kind with
                | 0 -> Inside(Interval.ofFloat a, a)
                | 1 -> Inside(Interval.between -infinity sorted[1], sorted[0])
                | 2 -> Inside(Interval.between sorted[0] infinity, sorted[1])
                | _ -> Inside(Interval.between sorted[0] sorted[2], sorted[1])
        }
        |> Arb.fromGen
