module Inversion.Laws.ExactElementaryTests

open System
open System.Numerics
open Expecto
open Inversion.Randomness
open Inversion.Verify.Exact

let private key = RandomKey 0xe1e3UL

/// Points of each function and test.
[<Literal>]
let private Count = 20000

/// Fixed-point results are off by less than this many units.
let private slack = BigInteger.One <<< 40

let private fixedDyadic (mantissa: BigInteger) : Dyadic =
    {
        Mantissa = mantissa
        Exponent = -FixedPoint.Bits
    }

/// lower ≤ x + slack and x − slack ≤ upper, exactly.
let private meets (box: Interval) (x: Dyadic) (slack: Dyadic) =
    (Double.IsInfinity box.Lower
     || Dyadic.compare (Dyadic.ofFloat box.Lower) (x + slack) <= 0)
    && (Double.IsInfinity box.Upper
        || Dyadic.compare (x - slack) (Dyadic.ofFloat box.Upper) <= 0)

let private checkWidth limit scale (box: Interval) what =
    Expect.isLessThanOrEqual (Interval.width box) (limit * scale) what

/// The failing point in the message, built only when it fails.
let private require holds (what: string) (x: float) (box: Interval) =
    if not holds then
        failtest $"{what}: {box} at {x:R}"

/// Points of every size in [−limit, limit].
let private points name limit count =
    let stream = (key.Child(name: string)).Open()

    Seq.init count (fun i ->
        let x = limit * (2.0 * stream.NextUniform() - 1.0)

        match i % 4 with
        | 0 -> x * Math.Pow(2.0, -20.0 * stream.NextUniform())
        | 1 -> Math.Round(x, 1)
        | _ -> x)

let private unit' = 2.0 ** -52.0

let private pointwise =
    [
        testCase "π and ln 2"
        <| fun () ->
            Expect.isTrue (meets Elementary.pi (fixedDyadic FixedPoint.pi) (fixedDyadic slack)) "π"
            Expect.isTrue (meets Elementary.ln2 (fixedDyadic FixedPoint.ln2) (fixedDyadic slack)) "ln 2"
            Expect.isTrue (Elementary.pi.Lower < Elementary.pi.Upper) "π is no float"
            Expect.equal (Math.BitIncrement Elementary.pi.Lower) Elementary.pi.Upper "π is one float wide"

        testCase "eˣ against 40 digits"
        <| fun () ->
            for x in Seq.append (points "exp" 700.0 (Count / 2)) (points "exp1" 3.0 (Count / 2)) do
                let box = Elementary.exp (Interval.ofFloat x)
                let truth = FixedPoint.exp (FixedPoint.ofFloat x)
                // The reduced argument is off by k units of ln 2.
                require (meets box truth { truth with Mantissa = slack }) "eˣ" x box
                require (Interval.width box <= 16.0 * unit' * box.Upper) "width" x box

        testCase "sin and cos against 40 digits"
        <| fun () ->
            for x in Seq.append (points "sin" 4.0 (Count / 2)) (points "sin1" 1000.0 (Count / 10)) do
                let at = FixedPoint.ofFloat x

                let sine, cosine =
                    Elementary.sin (Interval.ofFloat x), Elementary.cos (Interval.ofFloat x)

                require (meets sine (fixedDyadic (FixedPoint.sin at)) (fixedDyadic slack)) "sin" x sine
                require (meets cosine (fixedDyadic (FixedPoint.cos at)) (fixedDyadic slack)) "cos" x cosine
                require (Interval.width sine <= 8.0 * unit' * max (Interval.magnitude sine) 1e-3) "width" x sine
                require (Interval.width cosine <= 8.0 * unit' * max (Interval.magnitude cosine) 1e-3) "width" x cosine

        testCase "sin x near π keeps its relative accuracy"
        <| fun () ->
            let box = Elementary.sin (Interval.ofFloat Math.PI)
            Expect.isTrue (Interval.contains 1.2246467991473532e-16 box) "sin of the float nearest π"
            checkWidth 1e-9 1.3e-16 box "width"

        testCase "arctan lies between numbers whose tangents bracket x"
        <| fun () ->
            let brackets (x: float) (box: Interval) =
                let side (theta: float) =
                    let at = FixedPoint.ofFloat theta

                    let tangent =
                        FixedPoint.sin at
                        - FixedPoint.multiply (FixedPoint.ofFloat x) (FixedPoint.cos at)

                    tangent, (FixedPoint.cos at).Sign

                let low, lowCosine = side box.Lower
                let high, highCosine = side box.Upper
                let slack = slack * BigInteger(1.0 + abs x)
                (lowCosine <= 0 || low <= slack) && (highCosine <= 0 || high >= -slack)

            for x in
                Seq.concat
                    [
                        points "atan" 1.0 (Count / 2)
                        points "atan1" 1000.0 (Count / 2)
                        [ 1.0; -1.0; Math.BitIncrement 1.0; 1e10; -1e10; 0.0 ]
                    ] do
                let box = Elementary.atan (Interval.ofFloat x)
                require (brackets x box) "arctan" x box
                require (Interval.width box <= 16.0 * unit' * abs (Interval.magnitude box)) "width" x box

        testCase "arccos lies between numbers whose cosines bracket c"
        <| fun () ->
            for c in
                Seq.append (points "acos" 1.0 Count) [ 1.0; -1.0; Math.BitDecrement 1.0; Math.BitIncrement -1.0; 0.0 ] do
                let box = Elementary.acos (Interval.ofFloat c)

                let cosine (theta: float) =
                    FixedPoint.cos (FixedPoint.ofFloat theta)

                let c' = FixedPoint.ofFloat c

                require (box.Lower <= 0.0 || cosine box.Lower >= c' - slack) "arccos below" c box

                require (box.Upper >= Math.PI || cosine box.Upper <= c' + slack) "arccos above" c box

                require (Interval.width box <= 32.0 * unit' * Interval.magnitude box) "width" c box

        testCase "ln lies between numbers whose exponentials bracket x"
        <| fun () ->
            for exponent in points "log" 700.0 (Count / 2) do
                let x = Math.Exp exponent
                let box = Elementary.log (Interval.ofFloat x)

                let compareAt (bound: float) =
                    let value = FixedPoint.exp (FixedPoint.ofFloat bound)
                    let slack = { value with Mantissa = slack }
                    Dyadic.compare (value - slack) (Dyadic.ofFloat x), Dyadic.compare (value + slack) (Dyadic.ofFloat x)

                require (fst (compareAt box.Lower) <= 0) "ln below" x box
                require (snd (compareAt box.Upper) >= 0) "ln above" x box

                require (Interval.width box <= 16.0 * unit' * max (Interval.magnitude box) 0.05) "width" x box

        testCase "sigmoid and tanh against 40 digits"
        <| fun () ->
            for x in points "tanh" 30.0 Count do
                let sigmoid, tanh =
                    Elementary.sigmoid (Interval.ofFloat x), Elementary.tanh (Interval.ofFloat x)

                let e = (FixedPoint.exp (FixedPoint.ofFloat (-2.0 * x / 2.0)))
                // e⁻ˣ over 2^Bits, |x| ≤ 30.
                let e =
                    if e.Exponent + FixedPoint.Bits >= 0 then
                        e.Mantissa <<< (e.Exponent + FixedPoint.Bits)
                    else
                        e.Mantissa >>> -(e.Exponent + FixedPoint.Bits)

                let quotient (n: BigInteger) (d: BigInteger) =
                    fixedDyadic ((n <<< FixedPoint.Bits) / d)

                let loose = fixedDyadic (BigInteger.One <<< 60)
                require (meets sigmoid (quotient FixedPoint.one (FixedPoint.one + e)) loose) "sigmoid" x sigmoid
                let square = FixedPoint.multiply e e
                require (meets tanh (quotient (FixedPoint.one - square) (FixedPoint.one + square)) loose) "tanh" x tanh
                require (Interval.width sigmoid <= 16.0 * unit' * sigmoid.Upper) "width" x sigmoid
                require (Interval.width tanh <= 16.0 * unit' * Interval.magnitude tanh) "width" x tanh
    ]

let private functions =
    [
        "exp", Elementary.exp, 40.0
        "sin", Elementary.sin, 12.0
        "cos", Elementary.cos, 12.0
        "atan", Elementary.atan, 40.0
        "acos", Elementary.acos, 1.0
        "sigmoid", Elementary.sigmoid, 40.0
        "tanh", Elementary.tanh, 5.0
        "log", (fun x -> Elementary.log (abs x)), 40.0
    ]

let private boxes =
    [
        testCase "a box contains what each of its points gives"
        <| fun () ->
            for name, f, limit in functions do
                let stream = (key.Child "boxes" |> fun k -> k.Child name).Open()

                for _ in 1..4000 do
                    let a = limit * (2.0 * stream.NextUniform() - 1.0)
                    let b = a + 0.3 * limit * stream.NextUniform() * stream.NextUniform()
                    let t = Math.Clamp(a + (b - a) * stream.NextUniform(), a, b)
                    let whole = f (Interval.between a b)
                    let inner = f (Interval.ofFloat t)
                    // Both contain the value at t, so they meet.
                    require (Option.isSome (Interval.intersect whole inner)) name t whole

                    require
                        (Interval.isInside
                            (Interval.between
                                (whole.Lower - 1e-12 - 1e-12 * abs whole.Lower)
                                (whole.Upper + 1e-12 + 1e-12 * abs whole.Upper))
                            inner)
                        name
                        t
                        whole

        testCase "sin and cos see their crests"
        <| fun () ->
            Expect.equal (Elementary.sin (Interval.between 1.5 1.6)).Upper 1.0 "crest of sin"
            Expect.equal (Elementary.cos (Interval.between 3.0 3.3)).Lower -1.0 "trough of cos"
            Expect.equal (Elementary.cos (Interval.between -0.1 0.2)).Upper 1.0 "crest of cos"
            Expect.isLessThan (Elementary.sin (Interval.between 1.4 1.5)).Upper 1.0 "no crest"

        testCase "extremes neither overflow nor crash"
        <| fun () ->
            Expect.equal (Elementary.exp (Interval.ofFloat 1000.0)) (Interval.between Double.MaxValue infinity) "e^1000"
            Expect.isTrue (Interval.contains 0.0 (Elementary.exp (Interval.ofFloat -1000.0))) "e^-1000"
            Expect.equal (Elementary.tanh Interval.whole) (Interval.between -1.0 1.0) "tanh of anything"
            Expect.equal (Elementary.sigmoid Interval.whole) (Interval.between 0.0 1.0) "sigmoid of anything"
            Expect.equal (Elementary.sin Interval.whole) (Interval.between -1.0 1.0) "sin of anything"
            Expect.isTrue (Interval.isInside (Interval.between -1.6 1.6) (Elementary.atan Interval.whole)) "arctan"
            Expect.equal (Elementary.log (Interval.ofFloat -1.0)) Interval.whole "ln of a negative number"
            Expect.isTrue (Interval.contains 800.0 (Elementary.exp Interval.whole)) "e^anything"

        testCase "the angle of vectors is sharp at 0, π/2 and π"
        <| fun () ->
            let angle x y =
                Elementary.angle (Interval.ofArray x) (Interval.ofArray y)

            let nearly value box what =
                Expect.isTrue (Interval.contains value box) $"{what}: {box}"
                Expect.isLessThan (Interval.width box) 1e-14 what

            nearly 0.0 (angle [| 1.0; 2.0; 3.0 |] [| 2.0; 4.0; 6.0 |]) "parallel"
            nearly Math.PI (angle [| 1.0; 2.0 |] [| -3.0; -6.0 |]) "opposite"
            nearly (Math.PI / 2.0) (angle [| 1.0; 0.0 |] [| 0.0; -5.0 |]) "right"
            nearly 1e-9 (angle [| 1.0; 0.0 |] [| 1.0; 1e-9 |]) "small"
            Expect.equal (angle [| 0.0; 0.0 |] [| 1.0; 0.0 |]) (Interval.between 0.0 Elementary.pi.Upper) "no angle"
    ]

[<Tests>]
let tests = testList "an elementary function" (pointwise @ boxes)
