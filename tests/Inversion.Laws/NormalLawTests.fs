module Inversion.Laws.NormalLawTests

open System
open Expecto
open MathNet.Numerics.Distributions
open Inversion.Verify.Exact

[<Tests>]
let tests =
    testList
        "NormalLaw"
        [
            test "encloses tabulated values, and tightly" {
                // erfc(−x/√2)/2 by the C library's erfc (math.erfc of Python).
                for x, value in
                    [
                        0.0, 0.5
                        0.5, 0.6914624612740131
                        1.0, 0.8413447460685429
                        2.0, 0.9772498680518208
                        3.0, 0.9986501019683699
                        -1.0, 0.15865525393145707
                    ] do
                    let enclosed = NormalLaw.below x
                    Expect.isLessThan (Interval.width enclosed) 1e-14 $"Φ({x}) is tight"
                    Expect.isLessThanOrEqual enclosed.Lower (value + 4e-16) $"Φ({x}) from below"
                    Expect.isGreaterThanOrEqual enclosed.Upper (value - 4e-16) $"Φ({x}) from above"
            }

            test "agrees with another implementation everywhere" {
                for i in -1000 .. 1000 do
                    let x = float i / 90.0
                    let enclosed = NormalLaw.below x
                    let value = Normal.CDF(0.0, 1.0, x)
                    Expect.isTrue (abs (Interval.midpoint enclosed - value) < 1e-14) $"Φ({x})"
                    Expect.isTrue (enclosed.Lower >= 0.0 && enclosed.Upper <= 1.0) "a probability"

                Expect.isTrue (NormalLaw.below infinity |> Interval.contains 1.0) "at infinity"
                Expect.isTrue (NormalLaw.below -infinity |> Interval.contains 0.0) "at minus infinity"
                Expect.equal (NormalLaw.below nan) (Interval.between 0.0 1.0) "nothing is known of NaN"
            }

            test "quantiles enclose the number at which Φ takes the value" {
                for i in 1..199 do
                    let p = float i / 200.0
                    let q = NormalLaw.quantile (Interval.ofFloat p)
                    Expect.isLessThan (Interval.width q) 1e-11 $"{p} is tight"
                    Expect.isLessThanOrEqual (NormalLaw.below q.Lower).Upper p "from below"
                    Expect.isGreaterThanOrEqual (NormalLaw.below q.Upper).Lower p "from above"

                let wide = NormalLaw.quantile (Interval.between 0.1 0.6)
                Expect.isLessThanOrEqual wide.Lower -1.28 "the quantile of 0.1"
                Expect.isGreaterThanOrEqual wide.Upper 0.25 "the quantile of 0.6"
            }

            test "what reaches 0 or 1 has no bound on that side" {
                Expect.equal (NormalLaw.quantile (Interval.between -0.1 0.5)).Lower -infinity "0"
                Expect.equal (NormalLaw.quantile (Interval.between 0.5 1.0)).Upper infinity "1"
                Expect.equal (NormalLaw.quantile (Interval.between -0.5 1.5)) Interval.whole "both"
                Expect.equal (NormalLaw.quantile (Interval.ofFloat -0.2)).Lower -infinity "below 0"
                Expect.equal (NormalLaw.quantile (Interval.ofFloat 1.2)).Upper infinity "above 1"
            }
        ]
