module Inversion.Laws.NormalFitLaws

open System
open Expecto
open MathNet.Numerics.Distributions
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

/// The quantiles of a law at the middles of n equal shares.
let private quantiles n (inverse: float -> float) =
    Array.init n (fun i -> inverse ((float i + 0.5) / float n))

let private laplace p =
    if p < 0.5 then log (2.0 * p) else -log(2.0 - 2.0 * p)

let private nearest values =
    NormalFit.nearest (NormalFit.steps values)

/// The distance from one normal law, by its definition.
let private distanceFrom mean deviation (values: float[]) =
    let sorted = Array.sort values
    let n = float values.Length

    sorted
    |> Array.mapi (fun i t ->
        let p = Normal.CDF(mean, deviation, t)
        max (float (i + 1) / n - p) (p - float i / n))
    |> Array.max

[<Tests>]
let tests =
    testList
        "nearest normal law"
        [
            testCase "knows the distances of known laws"
            <| fun () ->
                for name, values, expected, within in
                    [
                        "normal", quantiles 2000 (fun p -> Normal.InvCDF(3.0, 0.2, p)), 1.0 / 4000.0, 1e-6
                        // By minimizing sup |F − Φ(·/s)| over s on a grid: 0.04804 at s = 1.041 σ and 0.02821 at s = 0.809 σ.
                        "uniform", quantiles 20000 id, 0.04804, 1e-4
                        "Laplace", quantiles 20000 laplace, 0.02821, 1e-4
                        // The least sup |1/(1 + e⁻ᵗ) − Φ(t/s)|, at s = 1.702.
                        "logistic", quantiles 20000 (fun p -> log (p / (1.0 - p))), 0.00946, 1e-4
                        "two values", Array.init 200 (fun i -> float (i % 2)), 0.25, 1e-9
                        "one value", Array.create 200 0.7, 0.5, 1e-9
                        "one zero", [| 0.0 |], 0.5, 1e-9
                    ] do
                    let fit = nearest values
                    Expect.isLessThan (abs (fit.Distance - expected)) within $"{name}: {fit.Distance}"
                    Expect.isLessThanOrEqual fit.LowerBound fit.Distance $"{name}: the bound is one"
                    Expect.isLessThan (fit.Distance - fit.LowerBound) 1e-6 $"{name}: the bound is close"

            testCase "no other law is nearer, and the one named is that near"
            <| fun () ->
                for number in 0..19 do
                    let stream = ((key "f17").Child(int64 number)).Open()
                    let values = Search.gaussian stream (5 + 7 * number)

                    if number % 2 = 1 then
                        for i in 0 .. values.Length - 1 do
                            values[i] <- round (2.0 * values[i] * abs values[i])

                    let fit = nearest values
                    let own = distanceFrom fit.Mean fit.Deviation values
                    Expect.isLessThan (abs (own - fit.Distance)) 1e-9 $"{number}: the law has the distance"

                    for _ in 1..400 do
                        let mean = fit.Mean + fit.Deviation * 0.3 * stream.NextGaussian()
                        let deviation = fit.Deviation * exp (0.4 * stream.NextGaussian())

                        Expect.isGreaterThanOrEqual
                            (distanceFrom mean deviation values + 1e-12)
                            fit.LowerBound
                            $"{number}: nothing is nearer than the bound"

            testCase "scale and place change nothing"
            <| fun () ->
                let values = Search.gaussian ((key "5ca1e").Open()) 500
                let fit = nearest values

                for scale in [ 1e-300; 1e-9; 1e200 ] do
                    let other = nearest (values |> Array.map (fun x -> scale * (x + 4.0)))
                    Expect.isLessThan (abs (other.Distance - fit.Distance)) 1e-7 $"{scale}"

                Expect.isTrue (Double.IsNaN((nearest [||]).Distance)) "nothing has no distance"

            testCase "three values bound the distance in intervals as the fit does in float64"
            <| fun () ->
                for values in
                    [
                        quantiles 300 id
                        quantiles 500 laplace
                        Array.init 100 (fun i -> float (i % 2))
                        Search.gaussian ((key "be2d").Open()) 200
                    ] do
                    let fit = nearest values
                    let enclosed = NormalBend.distance values fit.Bend.Value
                    Expect.isLessThanOrEqual enclosed.Lower (fit.Distance + 1e-10) "a bound"
                    Expect.isLessThan (abs (enclosed.Lower - fit.LowerBound)) 2e-8 "the bound"
                    Expect.isLessThan (enclosed.Upper - enclosed.Lower) 1e-9 "tight"

            testCase "the limits cover the distance of the law at least as often as they say"
            <| fun () ->
                let level = 0.2
                // 0.04804: the distance of the uniform law, as above.
                let missed =
                    [ 0..199 ]
                    |> List.filter (fun number ->
                        let stream = ((key "c07e").Child(int64 number)).Open()
                        let fit = nearest (Array.init 300 (fun _ -> stream.NextUniform()))
                        let margin = (NormalBend.margin level 300).Upper
                        fit.LowerBound - margin > 0.04804 || fit.Distance + margin < 0.04804)

                Expect.isLessThanOrEqual (List.length missed) 40 "a fifth of 200"
                // √(ln 40/600) for a level of 0.05 and 300 draws.
                let margin = NormalBend.margin 0.05 300
                Expect.isLessThan (abs (margin.Upper - 0.078409)) 1e-5 "Massart's margin"

            testCase "histograms, quantiles and effect sizes are those of small examples"
            <| fun () ->
                let bars = WeightShape.histogram 4 [| 0.0; 0.1; 0.3; 0.6; 1.0 |]
                Expect.equal (bars |> Array.map _.Share) [| 0.4; 0.2; 0.2; 0.2 |] "shares"
                Expect.equal (bars |> Array.map _.From) [| 0.0; 0.25; 0.5; 0.75 |] "edges"
                Expect.isTrue (bars |> Array.sumBy _.NormalShare |> (fun s -> s > 0.5 && s < 1.0)) "the law has tails"
                Expect.equal (WeightShape.histogram 9 [| 2.0; 2.0 |]).Length 1 "one value"
                Expect.isEmpty (WeightShape.histogram 9 [||]) "none"
                Expect.throws (fun () -> WeightShape.histogram 0 [| 1.0 |] |> ignore) "no bins"

                let points =
                    WeightShape.quantiles 100 (quantiles 1000 (fun p -> Normal.InvCDF(5.0, 2.0, p)))

                Expect.equal points.Length 100 "thinned"

                let off =
                    points |> Array.map (fun point -> abs (point.Value - point.Normal)) |> Array.max

                Expect.isLessThan off 0.02 "a normal sample lies on the diagonal"

                // m₂ = 2/9, m₃ = 2/27.
                let skew = (WeightShape.effects [| 0.0; 0.0; 1.0 |]).Skewness
                Expect.isLessThan (abs (skew - sqrt 0.5)) 1e-12 "skewness"
                // r = 2 φ(0) for ±1.
                let two = WeightShape.effects [| -1.0; 1.0 |]
                Expect.isLessThan (abs (two.QuantileCorrelation - sqrt (2.0 / Math.PI))) 1e-12 "correlation"
                Expect.isLessThan (abs (two.Wasserstein - sqrt (2.0 - 2.0 * sqrt (2.0 / Math.PI)))) 1e-12 "W₂"
                // √(3/π) for a uniform law.
                let even = WeightShape.effects (quantiles 20000 id)
                Expect.isLessThan (abs (even.QuantileCorrelation - sqrt (3.0 / Math.PI))) 1e-4 "uniform"
        ]
