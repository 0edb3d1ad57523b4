/// The certificate checker's sine and cosine against the fixed-point functions of these tests.
module Inversion.Laws.TrigonometryTests

open System.Numerics
open Expecto
open Inversion.Certificates
open Inversion.Randomness

/// 2^(150 − bits) enclosures' units in one of FixedPoint's; its own numbers are within 2¹⁰ of its units.
let private encloses bits (struct (low: BigInteger, high: BigInteger)) (truth: BigInteger) message =
    let scale = FixedPoint.Bits - bits
    Expect.isTrue ((low <<< scale) - 1024I <= truth && truth <= (high <<< scale) + 1024I) $"{message} is enclosed"
    Expect.isLessThanOrEqual (high - low) 3I $"{message}: three units wide"

let private isRejected (action: unit -> unit) message =
    Expect.throwsC action (function
        | Rejected _ -> ()
        | other -> failtest $"{message}: {other}")

[<Tests>]
let tests =
    testList
        "certificates: trigonometry"
        [
            for bits in [ 64; 96; 128 ] do
                testCase $"π, sines and cosines are enclosed within three units of 2^-{bits}"
                <| fun () ->
                    let trig = Trigonometry bits
                    let one = 1I <<< bits
                    let stream = (RandomKey 0x51UL).Open()
                    encloses bits trig.Pi FixedPoint.pi "π"

                    let arguments =
                        [
                            0I
                            1I
                            one / 1_000_000_000I
                            one
                            FixedPoint.pi >>> (FixedPoint.Bits - bits + 1)
                            FixedPoint.pi >>> (FixedPoint.Bits - bits)
                            4I * one - 1I
                            4I * one

                            for _ in 1..300 do
                                BigInteger(4e15 * stream.NextUniform()) * one / 1_000_000_000_000_000I
                        ]

                    for t in arguments do
                        let x = t <<< (FixedPoint.Bits - bits)
                        encloses bits (trig.Sin t) (FixedPoint.sin x) $"sin {t}"
                        encloses bits (trig.Cos t) (FixedPoint.cos x) $"cos {t}"

            testCase "too few bits, too many, and arguments outside [0, 4] are rejected"
            <| fun () ->
                for bits in [ 0; 63; 513 ] do
                    isRejected (fun () -> Trigonometry bits |> ignore) $"{bits} bits"

                let trig = Trigonometry 64

                for t in [ -1I; (4I <<< 64) + 1I ] do
                    isRejected (fun () -> trig.Sin t |> ignore) $"sin {t}"
                    isRejected (fun () -> trig.Cos t |> ignore) $"cos {t}"
        ]
