module Inversion.Laws.ExactLinearTests

open System
open System.Numerics
open Expecto
open Inversion.Randomness
open Inversion.Verify.Exact

let private key = RandomKey 0x11aUL

let private dyadics (rows: float[][]) =
    rows |> Array.map (Array.map Dyadic.ofFloat)

let private gaussian (key: RandomKey) rows columns =
    let stream = key.Open()
    Array.init rows (fun _ -> Array.init columns (fun _ -> stream.NextGaussian()))

let private product (a: Dyadic[][]) (b: Dyadic[][]) =
    let columns = Array.transpose b
    a |> Array.map (fun row -> columns |> Array.map (Dyadic.dot row))

let private linear =
    [
        testCase "a product through r dimensions has rank r"
        <| fun () ->
            for r in 0..5 do
                let left = gaussian (key.Child(int64 r)) 8 (max r 1) |> dyadics
                let right = gaussian (key.Child(int64 (100 + r))) (max r 1) 6 |> dyadics

                let matrix =
                    if r = 0 then
                        Array.create 8 (Array.create 6 Dyadic.zero)
                    else
                        product left right

                Expect.equal (ExactLinear.rank matrix) r $"rank {r}"
                Expect.equal (ExactLinear.rank (Array.transpose matrix)) r $"rank {r}, transposed"

        testCase "one last bit decides the rank"
        <| fun () ->
            let third = 1.0 / 3.0
            let tied = [| [| third; 2.0 * third |]; [| 1.0; 2.0 |] |]
            let untied = [| [| third; Math.BitIncrement(2.0 * third) |]; [| 1.0; 2.0 |] |]
            Expect.equal (ExactLinear.rank (dyadics tied)) 1 "tied"
            Expect.equal (ExactLinear.rank (dyadics untied)) 2 "untied"
            Expect.equal (ExactLinear.determinantSign (dyadics tied)) 0 "tied"
            Expect.equal (ExactLinear.determinantSign (dyadics untied)) -1 "untied"

        testCase "a matrix that vanishes modulo the prime keeps its rank"
        <| fun () ->
            let p = Dyadic.ofInt 2147483647
            let matrix = [| [| p; Dyadic.zero |]; [| Dyadic.zero; p |] |]
            Expect.equal (ExactLinear.rank matrix) 2 "rank"

        testCase "swapping rows flips the determinant's sign"
        <| fun () ->
            for i in 0..20 do
                let rows = gaussian (key.Child("det").Child(int64 i)) 5 5
                let swapped = Array.concat [ [| rows[3] |]; rows[1..2]; [| rows[0] |]; rows[4..] ]

                Expect.equal
                    (ExactLinear.determinantSign (dyadics rows))
                    -(ExactLinear.determinantSign (dyadics swapped))
                    "antisymmetric"

            Expect.equal (ExactLinear.determinantSign (dyadics [| [| 0.0; 1.0 |]; [| 1.0; 0.0 |] |])) -1 "a swap"

        testCase "a solution solves its system exactly"
        <| fun () ->
            for n in 1..6 do
                let a = gaussian (key.Child("a").Child(int64 n)) n n |> dyadics
                let b = (gaussian (key.Child("b").Child(int64 n)) 1 n |> dyadics)[0]
                let x = (ExactLinear.solve a b).Value

                for i in 0 .. n - 1 do
                    // All solutions share a denominator.
                    let left =
                        Array.map2 (fun entry (q: Rational) -> entry * Dyadic.ofBigInteger q.Numerator) a[i] x
                        |> Array.reduce (+)

                    Expect.equal left (b[i] * Dyadic.ofBigInteger x[0].Denominator) $"row {i} of {n}"
                    Expect.isGreaterThan x[i].Denominator BigInteger.Zero "denominator"

            Expect.isNone
                (ExactLinear.solve (dyadics [| [| 1.0; 2.0 |]; [| 2.0; 4.0 |] |]) [| Dyadic.zero; Dyadic.zero |])
                "singular"

        testCase "a rational's enclosure holds it"
        <| fun () ->
            for n, d in [ 1I, 3I; -1I, 3I; 7I, 7I; 10I ** 400, 10I ** 399; -22I, 7I; 0I, 5I ] do
                let box = ({ Numerator = n; Denominator = d }: Rational).ToInterval()

                let times bound =
                    Dyadic.ofFloat bound * Dyadic.ofBigInteger d

                Expect.isTrue (times box.Lower <= Dyadic.ofBigInteger n) $"{n}/{d} below"
                Expect.isTrue (times box.Upper >= Dyadic.ofBigInteger n) $"{n}/{d} above"
                Expect.isLessThanOrEqual (Interval.width box) (1e-15 * Interval.magnitude box) "width"

        testCase "a null vector is not zero and is sent to zero"
        <| fun () ->
            let left = gaussian (key.Child "nl") 4 3 |> dyadics
            let right = gaussian (key.Child "nr") 3 5 |> dyadics
            let matrix = product left right
            let x = (ExactLinear.nullVector matrix).Value
            Expect.isTrue (x |> Array.exists (fun entry -> not entry.IsZero)) "not zero"

            for row in matrix do
                Expect.equal (Dyadic.dot row (Array.map Dyadic.ofBigInteger x)).Sign 0 "A x = 0"

            Expect.isNone (ExactLinear.nullVector (gaussian (key.Child "full") 5 4 |> dyadics)) "independent columns"
    ]

let private krawczyk =
    [
        testCase "encloses the exact solution tightly"
        <| fun () ->
            for n in 1..8 do
                let a = gaussian (key.Child("ka").Child(int64 n)) n n
                let b = (gaussian (key.Child("kb").Child(int64 n)) 1 n)[0]

                match
                    Krawczyk.solve (Array.map Interval.ofArray a) (Interval.ofArray b),
                    ExactLinear.solve (dyadics a) (Array.map Dyadic.ofFloat b)
                with
                | Some box, Some exact ->
                    Array.iter2
                        (fun (x: Interval) (q: Rational) ->
                            let sharp = q.ToInterval()
                            Expect.isTrue (x.Lower <= sharp.Upper && sharp.Lower <= x.Upper) $"{x} misses {sharp}"
                            Expect.isLessThan (Interval.width x) (1e-10 * (1.0 + Interval.magnitude sharp)) "width")
                        box
                        exact
                | other -> failtest $"not verified: {other}"

        testCase "encloses the solution of every system in the enclosure"
        <| fun () ->
            let stream = (key.Child "thick").Open()
            let n = 4
            let a = gaussian (key.Child "thick a") n n
            let b = (gaussian (key.Child "thick b") 1 n)[0]
            let thick x = Interval.between (x - 1e-3) (x + 1e-3)
            let box = (Krawczyk.solve (Array.map (Array.map thick) a) (Array.map thick b)).Value

            for _ in 1..200 do
                let near x =
                    x + 1e-3 * (2.0 * stream.NextUniform() - 1.0)

                let corner x =
                    if stream.NextUniform() < 0.5 then x - 1e-3 else x + 1e-3

                let pick = if stream.NextUniform() < 0.5 then near else corner
                let a' = a |> Array.map (Array.map pick)
                let b' = b |> Array.map pick
                let inside = thick >> fun (t: Interval) y -> Math.Clamp(y, t.Lower, t.Upper)
                let a' = Array.map2 (Array.map2 inside) a a'
                let b' = Array.map2 inside b b'
                let x = (ExactLinear.solve (dyadics a') (Array.map Dyadic.ofFloat b')).Value

                Array.iter2
                    (fun (enclosure: Interval) (q: Rational) ->
                        Expect.isTrue (Interval.isInside enclosure (q.ToInterval())) "inside")
                    box
                    x

        testCase "refuses singular, nearly singular and unbounded systems"
        <| fun () ->
            let refused a b =
                Expect.isNone (Krawczyk.solve a b) "refused"

            let point = Array.map Interval.ofArray
            refused (point [| [| 1.0; 2.0 |]; [| 2.0; 4.0 |] |]) (Interval.ofArray [| 1.0; 2.0 |])
            refused (point [| [| 0.0 |] |]) [| Interval.one |]
            refused [| [| Interval.between -0.1 1.0 |] |] [| Interval.one |]
            refused [| [| Interval.whole |] |] [| Interval.one |]
            refused [| [| Interval.one |] |] [| Interval.whole |]

            let hilbert =
                Array.init 14 (fun i -> Array.init 14 (fun j -> 1.0 / float (i + j + 1)))

            refused (point hilbert) (Array.create 14 Interval.one)

        testCase "an empty system has the empty solution"
        <| fun () -> Expect.equal (Krawczyk.solve [||] [||]) (Some [||]) "empty"
    ]

[<Tests>]
let tests =
    testList "linear algebra" [ testList "over dyadic numbers" linear; testList "in intervals" krawczyk ]
