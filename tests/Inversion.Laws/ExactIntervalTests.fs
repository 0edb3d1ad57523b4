module Inversion.Laws.ExactIntervalTests

open System
open Expecto
open Inversion.Verify.Exact

let private config =
    { FsCheckConfig.defaultConfig with
        maxTest = 3000
        arbitrary = [ typeof<WideFloats> ]
    }

let private law name body = testPropertyWithConfig config name body

let private exact = Dyadic.ofFloat

/// lower ≤ x ≤ upper, decided in exact arithmetic.
let private encloses (box: Interval) (x: Dyadic) =
    (Double.IsInfinity box.Lower || Dyadic.compare (exact box.Lower) x <= 0)
    && (Double.IsInfinity box.Upper || Dyadic.compare x (exact box.Upper) <= 0)

let private isPointAt value (box: Interval) = box.Lower = value && box.Upper = value

let private basic =
    [
        law "encloses every sum" (fun (Inside(x, a)) (Inside(y, b)) -> encloses (x + y) (exact a + exact b))
        law "encloses every difference" (fun (Inside(x, a)) (Inside(y, b)) -> encloses (x - y) (exact a - exact b))
        law "encloses every product" (fun (Inside(x, a)) (Inside(y, b)) -> encloses (x * y) (exact a * exact b))
        law "encloses every multiple" (fun (WideFloat a) (Inside(y, b)) -> encloses (a * y) (exact a * exact b))

        law "encloses every quotient" (fun (Inside(x, a)) (Inside(y, b)) ->
            let q = x / y
            // l ≤ a/b ≤ u, multiplied by b.
            b = 0.0
            || (let side bound =
                    (exact bound * exact b - exact a).Sign * sign b

                (Double.IsInfinity q.Lower || side q.Lower <= 0)
                && (Double.IsInfinity q.Upper || side q.Upper >= 0)))

        law "encloses every square root" (fun (Inside(x, a)) ->
            let root: Interval = sqrt x
            let square bound = exact bound * exact bound

            a < 0.0
            || ((root.Lower <= 0.0 || Dyadic.compare (square root.Lower) (exact a) <= 0)
                && (Double.IsInfinity root.Upper
                    || Dyadic.compare (exact a) (square root.Upper) <= 0)))

        law "encloses every square, absolute value, maximum and minimum" (fun (Inside(x, a)) (Inside(y, b)) ->
            encloses (Interval.sqr x) (exact a * exact a)
            && Interval.contains (abs a) (abs x)
            && Interval.contains (max a b) (Interval.max' x y)
            && Interval.contains (min a b) (Interval.min' x y)
            && Interval.contains (max a 0.0) (Interval.relu x)
            && Interval.contains a (Interval.hull x y)
            && Interval.contains b (Interval.hull x y))

        law "encloses leaky ReLU for every slope" (fun (WideFloat slope) (Inside(x, a)) ->
            let value = if a > 0.0 then exact a else exact slope * exact a
            encloses (Interval.leakyRelu slope x) value)

        law
            "is a point where the result is a float, and one float wide where it is not"
            (fun (WideFloat a) (WideFloat b) ->
                let tight (box: Interval) (value: Dyadic) =
                    let sharp = Dyadic.toInterval value

                    // Products and sums below the normal range may be one float wider.
                    (abs (Interval.magnitude sharp) < 1e-280)
                    || (box.Lower = sharp.Lower && box.Upper = sharp.Upper)
                    || Double.IsInfinity sharp.Lower
                    || Double.IsInfinity sharp.Upper

                let x, y = Interval.ofFloat a, Interval.ofFloat b

                (abs a >= 1e300 || abs b >= 1e300 || tight (x + y) (exact a + exact b))
                && tight (x * y) (exact a * exact b))

        law "has Lower ≤ Upper and no NaN whatever goes in" (fun (AnyFloat a) (AnyFloat b) (AnyFloat c) ->
            let x, y = Interval.between a b, Interval.ofFloat c

            [
                x
                y
                x + y
                x - y
                x * y
                x / y
                a * y
                sqrt x
                abs x
                -x
                Interval.sqr x
                Interval.leakyRelu c x
            ]
            |> List.forall (fun z -> z.Lower <= z.Upper && z.Lower < infinity && z.Upper > -infinity))

        law "a sign that is told holds for every number" (fun (Inside(x, a)) ->
            match Interval.sign x with
            | Sign.Positive -> a > 0.0
            | Sign.Negative -> a < 0.0
            | Sign.Zero -> a = 0.0
            | Sign.Unknown -> x.Lower < x.Upper)

        law "certainly less is never told of numbers that are not" (fun (Inside(x, a)) (Inside(y, b)) ->
            (not (Interval.certainlyLess x y) || a < b)
            && (not (Interval.certainlyAtMost x y) || a <= b))
    ]

let private corners =
    [
        testCase "NaN, infinities and reversed ends are the whole line"
        <| fun () ->
            for box in
                [
                    Interval.ofFloat nan
                    Interval.ofFloat infinity
                    Interval.ofFloat -infinity
                    Interval.between 1.0 0.0
                    Interval.between nan 1.0
                    Interval.between infinity infinity
                ] do
                Expect.equal box Interval.whole "not a real number"

        testCase "overflow is enclosed, not infinite on the inner side"
        <| fun () ->
            let big = Interval.ofFloat Double.MaxValue
            Expect.equal (big + big) (Interval.between Double.MaxValue infinity) "sum"
            Expect.equal (-big * big) (Interval.between -infinity -Double.MaxValue) "product"

        testCase "dividing by an interval that contains zero gives the whole line"
        <| fun () ->
            Expect.equal (Interval.one / Interval.between -1.0 2.0) Interval.whole "inside"
            Expect.equal (Interval.one / Interval.between 0.0 2.0) Interval.whole "at the end"
            Expect.equal (Interval.zero / Interval.zero) Interval.whole "0/0"

        testCase "exact zeros stay exact through sums and products"
        <| fun () ->
            let wide = Interval.between -3.0 7.0
            Expect.isTrue (Interval.certainlyZero (0.0 * Interval.whole)) "0 · anything"
            Expect.isTrue (Interval.certainlyZero (Interval.zero * wide)) "[0,0] · x"
            Expect.equal (Interval.zero + wide) wide "adding nothing"
            let dot = Interval.dot (Array.create 50 Interval.zero) (Array.create 50 wide)
            Expect.isTrue (Interval.certainlyZero dot) "a sum of structural zeros"
            Expect.isTrue (isPointAt 0.0 (Interval.relu (Interval.between -2.0 -1.0))) "a dead unit"

        testCase "a sum that is not a float is one float wide"
        <| fun () ->
            let sum = Interval.ofFloat 0.1 + Interval.ofFloat 0.2
            Expect.equal (Math.BitIncrement sum.Lower) sum.Upper "width"

        testCase "an underflowing product still encloses the truth"
        <| fun () ->
            let product = Interval.ofFloat Double.Epsilon * Interval.ofFloat 0.25
            Expect.isGreaterThan product.Upper 0.0 "not rounded to zero"
    ]

let private dyadic =
    [
        law "holds every float exactly" (fun (WideFloat a) ->
            isPointAt a (Dyadic.toInterval (exact a)) && (exact a).Sign = sign a)

        law "orders floats as they are ordered" (fun (WideFloat a) (WideFloat b) ->
            Dyadic.compare (exact a) (exact b) = compare a b
            && (exact a = exact b) = (a = b))

        law "gives the narrowest enclosure of a product" (fun (WideFloat a) (WideFloat b) ->
            let box = Dyadic.toInterval (exact a * exact b)

            encloses box (exact a * exact b)
            && (box.Lower = box.Upper || Math.BitIncrement box.Lower = box.Upper))

        law "obeys the distributive law" (fun (WideFloat a) (WideFloat b) (WideFloat c) ->
            exact a * (exact b + exact c) = exact a * exact b + exact a * exact c)

        law "equal numbers have equal hashes" (fun (WideFloat a) ->
            let doubled = exact a * { Mantissa = 8I; Exponent = -3 }
            doubled = exact a && doubled.GetHashCode() = (exact a).GetHashCode())

        testCase "NaN and infinities are refused"
        <| fun () ->
            for value in [ nan; infinity; -infinity ] do
                Expect.throwsT<ArgumentException> (fun () -> exact value |> ignore) "no number"
    ]

[<Tests>]
let tests =
    testList "exact arithmetic" [ testList "an interval" (basic @ corners); testList "a dyadic number" dyadic ]
