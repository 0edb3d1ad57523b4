/// The checker's short cuts with leading bits and residues, against whole numbers.
module Inversion.Laws.FormLaws

open System.Numerics
open Expecto
open Inversion.Certificates
open Inversion.Randomness

/// A whole number of at most `bits` bits, either sign.
let private whole (stream: RandomStream) bits =
    let mutable x = 0I

    for _ in 0 .. bits / 30 do
        x <- (x <<< 30) + BigInteger(stream.NextBelow(1 <<< 30))

    let x = x >>> (30 * (bits / 30 + 1) - bits)
    if stream.NextBelow 2 = 0 then x else -x

let private dot (x: BigInteger[]) (y: BigInteger[]) = Array.map2 (*) x y |> Array.sum

/// A vector within `near` of one that is orthogonal to x.
let private almostOrthogonal (stream: RandomStream) (x: BigInteger[]) near =
    match x.Length with
    | 1 -> [| near |]
    | n ->
        let i = stream.NextBelow n
        let j = (i + 1) % n
        let scale = whole stream 40

        Array.init n (fun k ->
            if k = i then x[j] * scale + near
            elif k = j then -x[i] * scale
            else 0I)

[<Tests>]
let tests =
    testList
        "certificates: forms"
        [
            testCase "the sign from leading bits is the exact one, near zero and of entries of unlike sizes"
            <| fun () ->
                let stream = (RandomKey 0xF0UL).Open()
                let mutable zeros = 0

                for _ in 1..100000 do
                    let n = 1 + stream.NextBelow 3

                    let vector () =
                        Array.init n (fun _ -> whole stream (1 + stream.NextBelow 200))

                    let x = vector ()

                    let y =
                        match stream.NextBelow 3 with
                        | 0 -> vector ()
                        | 1 -> almostOrthogonal stream x 0I
                        | _ -> almostOrthogonal stream x (whole stream (1 + stream.NextBelow 60))

                    let expected = (dot x y).Sign

                    if expected = 0 then
                        zeros <- zeros + 1

                    Expect.equal ((Form x).Sign(Form y)) expected $"{x} and {y}"

                Expect.isGreaterThan zeros 1000 "orthogonal ones are among them"

            testCase "leading bits are within one unit below the entries, and residues are theirs"
            <| fun () ->
                let stream = (RandomKey 0xF1UL).Open()

                for _ in 1..1000 do
                    let x = Array.init 3 (fun _ -> whole stream (1 + stream.NextBelow 200))
                    let form = Form x
                    let most = x |> Array.map (fun t -> int (t.GetBitLength())) |> Array.max
                    let shift = max 0 (most - 30)

                    for i in 0..2 do
                        let rest = x[i] - (BigInteger form.Heads[i] <<< shift)
                        Expect.isTrue (rest.Sign >= 0 && rest < (1I <<< shift)) "δ is from 0 to 1"
                        Expect.isLessThanOrEqual (abs form.Heads[i]) (1L <<< 30) "at most 30 bits"
                        let back = BigInteger form.Residues[i]
                        Expect.isTrue (((x[i] - back) % BigInteger Form.Prime).IsZero && back.Sign >= 0) "congruent"
        ]
