module Inversion.Laws.SupremumBoundLaws

open System
open System.Threading
open Expecto
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.Subjects

let private bound k (rows: float[]) factor budget =
    ConcentrationBound.run k rows factor 0.0 1e-3 budget CancellationToken.None

let private block k (weights: float[]) : Block =
    {
        Position = 0
        Copies = 1
        Inputs = k
        Rows = weights.Length / k
        AllRows = weights.Length / k
        Weights = weights
        Outputs = [| 0 .. weights.Length / k - 1 |]
    }

/// Rows of a kind, count · k numbers with E[FᵀF] near I for the Gaussian kind.
let private kinds: (string * (int -> int -> RandomStream -> float[])) list =
    let gaussian k count stream =
        Search.gaussian stream (k * count)
        |> Array.map (fun value -> value / sqrt (float (max 1 count)))

    [
        "gaussian", gaussian
        "identity and its negative",
        fun k _ _ ->
            [|
                for sign in [ 1.0; -1.0 ] do
                    for i in 0 .. k - 1 do
                        for j in 0 .. k - 1 do
                            if i = j then sign else 0.0
            |]
        "each row three times", (fun k count stream -> Array.replicate 3 (gaussian k count stream) |> Array.concat)
        "each row and its negative",
        fun k count stream ->
            let rows = gaussian k count stream
            Array.append rows (Array.map (~-) rows)
        "one line",
        // Few bits, so that the products are exact and the rows lie on one line, not near it.
        fun k count stream ->
            let short (value: float) = Math.Round(16.0 * value) / 16.0
            let direction = gaussian k 1 stream |> Array.map short

            Search.gaussian stream count
            |> Array.collect (fun size -> Array.map (fun value -> short (size / sqrt (float count)) * value) direction)
        "all positive", (fun k count stream -> gaussian k count stream |> Array.map abs)
        "small integers, with zero rows",
        (fun k count stream ->
            gaussian k count stream
            |> Array.map (fun value -> Math.Round(value * sqrt (float count)) / sqrt (float count)))
    ]

/// The largest deviation of 100,000 random pairs: independent, equal, and nearly opposite ones.
let private sampled k (rows: Rows) (stream: RandomStream) =
    let form = Concentration(rows, 20)
    let count = 10000
    let mutable most = 0.0

    for _ in 1..10 do
        let xs = Search.gaussian stream (k * count)
        let ys = Search.gaussian stream (k * count)

        for p in 0 .. count - 1 do
            for i in p * k .. p * k + k - 1 do
                match p % 4 with
                | 0 -> ys[i] <- xs[i]
                | 1 -> ys[i] <- 1e-3 * ys[i] - xs[i]
                | _ -> ()

        let starts = Search.gaussian stream (k * count)
        form.Each(xs, ys, starts, count, (fun _ -> 0.0), (fun _ value _ -> most <- max most value))

    most

let private search k (rows: Rows) =
    let effort = ConcentrationSearch.effort Settings.Default 1 rows
    (ConcentrationSearch.run Settings.Default effort (RandomKey(uint64 k)) CancellationToken.None rows).Best.Value

/// Bounds of rows given as lists, at a scale of 1.
let private exact k (rows: float list list) =
    bound k (rows |> List.concat |> List.toArray) 1.0 20000

let private near (expected: float) (found: ConcentrationBound.Bound) text =
    Expect.isLessThanOrEqual found.Lower (expected + 1e-9) $"{text}: below"
    Expect.isGreaterThanOrEqual found.Upper expected $"{text}: above"
    Expect.isLessThanOrEqual found.Upper (1.0011 * expected) $"{text}: near"

let private upper (finding: Finding) =
    finding.Measured |> List.find (fun (name, _) -> name = "supremumUpper") |> snd

[<Tests>]
let tests =
    testList
        "supremum bound"
        [
            testCase "exceeds 100,000 pairs and the search, for every kind of rows"
            <| fun () ->
                // Fresh rows each time; the seed is in every message.
                let seed = uint64 DateTime.UtcNow.Ticks

                for k in 1..3 do
                    for name, kind in kinds do
                        for count in [ 1; 3; 17; 64 ] do
                            let text = $"k = {k}, {count} rows, {name}, seed {seed}"
                            let stream = ((RandomKey seed).Child(name).Child(int64 (100 * count + k))).Open()
                            let weights = kind k count stream
                            let found = bound k weights 1.0 (if k = 3 then 1000 else 20000)
                            let rows = Rows(block k weights, 1.0)
                            Expect.isLessThanOrEqual found.Lower found.Upper $"{text}: in order"
                            Expect.isLessThanOrEqual (sampled k rows stream) found.Upper $"{text}: sampled"
                            Expect.isLessThanOrEqual (search k rows) found.Upper $"{text}: searched"

                            if k < 3 then
                                Expect.isLessThanOrEqual found.Upper (1.001 * found.Lower + 1e-9) $"{text}: closed"

            testCase "is that of values known by hand"
            <| fun () ->
                for k in 1..3 do
                    near 0.5 (bound k [||] 1.0 1000) $"no rows, k = {k}: Q = I/2 at x = y"
                    near 0.5 (bound k (Array.zeroCreate k) 1.0 1000) $"a zero row, k = {k}"

                // A row w that sees x and y, almost opposite: Q → 0 and the norm is ‖w‖².
                near 2.0 (exact 2 [ [ sqrt 2.0; 0.0 ] ]) "one row of square 2"
                near 2.0 (exact 3 [ [ 1.0; 0.0; 1.0 ] ]) "one row in space"
                // Nobody sees a small row, but every pair in its shadow sees Q alone.
                near 0.5 (exact 2 [ [ 0.1; 0.0 ] ]) "a small row"
                // The worse half of the line: 5/9 − 1/2.
                near (1.0 / 18.0) (bound 1 [| 1.0; 2.0; -2.0 |] (1.0 / 3.0) 1000) "three rows of one entry"

            testCase "rows on one line are never active together"
            <| fun () ->
                // Either side of each axis: G ≤ I for every pair, with equality in the limit of almost opposite codes in the upper half. Were
                // the two rows of a line free of each other, the bound would be 2.
                near 1.0 (exact 2 [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ -1.0; 0.0 ]; [ 0.0; -1.0 ] ]) "k = 2"

                near
                    1.0
                    (exact
                        3
                        [
                            for sign in [ 1.0; -1.0 ] do
                                for i in 0..2 do
                                    [ 0..2 ] |> List.map (fun j -> if i = j then sign else 0.0)
                        ])
                    "k = 3"

            testCase "sees the arc that nobody samples"
            <| fun () ->
                // Both rows are active for 0 < x₁ < 1e-9 x₂ only, there G = diag(2, 0) and Q = I/2, up to 1e-9; one row gives 1.
                let weights = [| 1.0; 0.0; -1.0; 1e-9 |]
                let found = bound 2 weights 1.0 20000

                near
                    1.5
                    { found with
                        Upper = found.Upper + 2e-9
                    }
                    "a narrow arc"

                Expect.isLessThan
                    (sampled 2 (Rows(block 2 weights, 1.0)) ((RandomKey 4UL).Open()))
                    1.01
                    "which samples miss: the bound is not theirs"

            testCase "is valid at every budget, and never below what is known"
            <| fun () ->
                for k in 2..3 do
                    let weights = kinds.Head |> snd |> (fun kind -> kind k 24 ((RandomKey 8UL).Open()))
                    let full = bound k weights 1.0 30000
                    let mutable last = infinity

                    for budget in [ 0; 30; 100; 300; 1000; 30000 ] do
                        let found = bound k weights 1.0 budget
                        Expect.isGreaterThanOrEqual found.Upper full.Lower $"{budget} pairs"
                        Expect.isLessThanOrEqual found.Upper last $"{budget} pairs bring it no higher"
                        last <- found.Upper

                    let known =
                        ConcentrationBound.run k weights 1.0 9.0 1e-3 30000 CancellationToken.None

                    Expect.equal (known.Lower, known.Upper) (9.0, 9.0) "a larger known bound ends it"

            testCase "rows beyond the range of floats have no bound, more than three columns are refused"
            <| fun () ->
                Expect.equal (bound 2 [| 1e200; 1.0 |] 1.0 1000).Upper infinity "too large"
                Expect.equal (bound 2 [| nan; 1.0 |] 1.0 1000).Upper infinity "NaN"
                Expect.throwsT<ArgumentException> (fun () -> bound 4 [| 1.0; 2.0; 3.0; 4.0 |] 1.0 10 |> ignore) "k = 4"

            testCase "the claim prints it beside the supremum, masked or not"
            <| fun () ->
                for input, layers, mask in
                    [
                        "1x2", "8k2", "all"
                        "2x1", "64k4", "all"
                        "2x2", "20k3", "random:0.5"
                        "2x2", "20k3", "block:0"
                        "3x2", "8k2", "random:0.7"
                        "2x4", "16k5s3p2", "all"
                    ] do
                    let finding =
                        drawn input layers 3UL
                        |> masked mask
                        |> judge WeightConcentration.claim Settings.Default
                        |> List.exactlyOne

                    Expect.isGreaterThanOrEqual
                        (finding.Number "supremumUpper")
                        (finding.Number "supremum")
                        $"{input} {layers} {mask}"

                    Expect.isLessThan (finding.Number "supremumUpper") 10.0 "a useful number"

                let four =
                    judge WeightConcentration.claim Settings.Default (Subject.ofNetwork (drawn "4x1" "8k2" 3UL))

                Expect.equal (upper four.Head) Quantity.Absent "none with four channels"

            testCase "a bound below ε proves nothing without a certificate, and says so"
            <| fun () ->
                let subject = Subject.ofNetwork (dense [ [ 1.0 ]; [ 2.0 ]; [ -2.0 ] ])

                let finding =
                    judge WeightConcentration.claim Settings.Default subject |> List.exactlyOne

                Expect.floatClose Accuracy.veryHigh (finding.Number "supremumUpper") (1.0 / 18.0) "1/18"
                Expect.equal finding.Verdict Verdict.Supported "supported"
                Expect.stringContains finding.Reason "without a certificate" "the reason"
        ]
