module Inversion.Laws.AngleBoundLaws

open System
open System.Threading
open Expecto
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Exact
open Inversion.Laws.Subjects

let private bound k (rows: float[]) budget =
    match AngleBound.run k rows 0.0 1e-2 budget CancellationToken.None with
    | Some found -> found
    | None -> failtest "no bound"

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

let private signedAxes k =
    [|
        for sign in [ 1.0; -1.0 ] do
            for i in 0 .. k - 1 do
                for j in 0 .. k - 1 do
                    if i = j then sign else 0.0
    |]

/// Rows of a kind, about `count` of them.
let private kinds: (string * (int -> int -> RandomStream -> float[])) list =
    let gaussian k count stream = Search.gaussian stream (k * count)

    [
        "gaussian", gaussian
        "identity and its negative", (fun k _ _ -> signedAxes k)
        "each row three times", (fun k count stream -> Array.replicate 3 (gaussian k count stream) |> Array.concat)
        "each row and its negative",
        fun k count stream ->
            let rows = gaussian k count stream
            Array.append rows (Array.map (~-) rows)
        "all positive", (fun k count stream -> gaussian k count stream |> Array.map abs)
        "small integers, with zero rows",
        (fun k count stream ->
            gaussian k count stream
            |> Array.map Math.Round
            |> Array.append (Array.create k 1.0))
        "of very different sizes",
        (fun k count stream ->
            gaussian k count stream
            |> Array.mapi (fun i w -> w * Math.Pow(10.0, float (i / k % 7) - 3.0)))
    ]

/// |∠(p(x), p(y)) − g(∠(x, y))| in floats; NaN where an output is zero.
let private deviation k (weights: float[]) (x: float[]) (y: float[]) =
    let send (v: float[]) =
        Array.init (weights.Length / k) (fun j ->
            let mutable sum = 0.0

            for i in 0 .. k - 1 do
                sum <- sum + weights[j * k + i] * v[i]

            max 0.0 sum)

    abs (Theory.angle (send x) (send y) - Theory.contract (Theory.angle x y))

/// The largest deviation of random pairs: independent, nearly equal, nearly opposite.
let private sampled k weights count (stream: RandomStream) =
    let mutable most = 0.0

    for trial in 1..count do
        let x, other = Search.gaussian stream k, Search.gaussian stream k

        let y =
            match trial % 4 with
            | 0 -> Array.map2 (fun s t -> s + 1e-2 * t) x other
            | 1 -> Array.map2 (fun s t -> 1e-2 * t - s) x other
            | _ -> other

        let value = deviation k weights x y

        if value > most then
            most <- value

    most

let private searched k weights =
    let map = AngleMaps.ofBlock (block k weights)
    let effort = AngleSearch.effort Settings.Default 1 map

    match (AngleSearch.run effort (RandomKey 3UL) CancellationToken.None (fun _ -> false) map).Angle with
    | Some pair -> pair.Angle
    | None -> 0.0

/// Sums of floats, and the loss of digits of g near 0.
let private slack = 1e-7

let private upper (finding: Finding) =
    finding.Measured |> List.find (fun (name, _) -> name = "supremumUpper") |> snd

[<Tests>]
let tests =
    testList
        "angle bound"
        [
            testCase "exceeds random pairs and the search, for every kind of rows"
            <| fun () ->
                // Fresh rows each time; the seed is in every message.
                let seed = uint64 DateTime.UtcNow.Ticks

                for k in 1..3 do
                    for name, kind in kinds do
                        for count in [ 1; 2; 5; 24 ] do
                            let text = $"k = {k}, {count} rows, {name}, seed {seed}"
                            let stream = ((RandomKey seed).Child(name).Child(int64 (100 * count + k))).Open()
                            let weights = kind k count stream
                            let found = bound k weights 3000
                            let sample = sampled k weights 5000 stream
                            Expect.isLessThanOrEqual sample (found.Upper + slack) $"{text}: sampled"
                            let best = searched k weights
                            Expect.isLessThanOrEqual best (found.Upper + slack) $"{text}: searched"
                            Expect.isLessThanOrEqual found.Upper (Math.PI / 2.0 + 1e-9) $"{text}: no angle is larger"

            testCase "exceeds 100,000 pairs of one block, and comes near what the search finds"
            <| fun () ->
                for k, count, budget, factor in
                    [ 2, 8, 60000, 1.02; 2, 64, 60000, 1.05; 3, 8, 60000, 1.3; 3, 64, 60000, 3.0 ] do
                    for seed in 1UL .. 3UL do
                        let text = $"k = {k}, {count} rows, seed {seed}"
                        let stream = ((RandomKey seed).Child(int64 (100 * count + k))).Open()
                        let weights = Search.gaussian stream (k * count)
                        let found = bound k weights budget
                        let best = searched k weights

                        Expect.isLessThanOrEqual
                            (sampled k weights 100000 stream)
                            (found.Upper + slack)
                            $"{text}: sampled"

                        Expect.isLessThanOrEqual best (found.Upper + slack) $"{text}: searched"
                        Expect.isLessThanOrEqual found.Upper (factor * best) $"{text}: near"

            testCase "of one pair of cells exceeds the pairs of codes in it, at every size"
            <| fun () ->
                let seed = uint64 DateTime.UtcNow.Ticks
                let mutable inform = 0

                for k in 2..3 do
                    for name, kind in kinds do
                        for trial in 1..60 do
                            let stream = ((RandomKey seed).Child(name).Child(int64 (1000 * k + trial))).Open()
                            let weights = kind k (1 + trial % 12) stream

                            let cell () =
                                let mutable cell =
                                    DirectionCell.faces k |> fun faces -> faces[stream.NextBelow faces.Length]

                                for _ in 1 .. trial % 9 do
                                    let parts = DirectionCell.parts k cell
                                    cell <- parts[stream.NextBelow parts.Length]

                                cell

                            let first = cell ()
                            let second = if trial % 5 = 0 then first else cell ()

                            let inside (cell: DirectionCell) =
                                let at = Array.zeroCreate 3
                                DirectionCell.center k cell at

                                Array.init k (fun i ->
                                    if i = cell.Axis then
                                        at[i]
                                    else
                                        // Corners as often as not.
                                        let t = 2.0 * stream.NextUniform() - 1.0

                                        at[i]
                                        + cell.Half
                                          * (if t > 0.5 then 1.0
                                             elif t < -0.5 then -1.0
                                             else 2.0 * t))

                            let upper = (AngleBound.ofCells k weights first second).Value

                            if upper < 0.5 then
                                inform <- inform + 1

                            for _ in 1..200 do
                                let value = deviation k weights (inside first) (inside second)

                                if value > upper + slack then
                                    failtest $"k = {k}, {name}, trial {trial}, seed {seed}: {value} > {upper}"

                Expect.isGreaterThan inform 200 "many of the bounds say something"

            testCase "counts what codes move across the line between them"
            <| fun () ->
                // Near (1, u, 0) all rows are active and F is diag(√200, 14.8, 50√2): nearly conformal in the first two entries, so that no slope is left there,
                // and even in x₃, where outputs move five times as far as codes and part.
                let weights = [| 10.0; 0.0; 50.0; 10.0; 0.0; -50.0; 0.0; 14.8; 0.0 |]

                for level in [ -9; -11 ] do
                    let half = Math.ScaleB(1.0, level)

                    let cell u =
                        {
                            Axis = 0
                            Sign = 1.0
                            U = u
                            V = 0.0
                            Half = half
                        }

                    let upper = (AngleBound.ofCells 3 weights (cell 0.25) (cell 0.375)).Value

                    let at v =
                        deviation 3 weights [| 1.0; 0.25; v |] [| 1.0; 0.375; -v |]

                    Expect.isLessThanOrEqual (at half) upper "across"
                    Expect.isLessThan upper (at 0.0 + 4.0 * half) "and not much more"

            testCase "is that of values known by hand"
            <| fun () ->
                let near factor expected (found: AngleBound.Bound) text =
                    Expect.isGreaterThanOrEqual found.Upper (expected - 1e-9) $"{text}: above"
                    Expect.isLessThanOrEqual found.Upper (factor * expected + 1e-9) $"{text}: near"

                // cos θ₁ is the sum of x_i y_i over the entries whose signs agree: it is at least cos θ₀ and at most (1 + cos θ₀)/2. So θ₁ ≤ min(θ₀, π/2),
                // and θ₁ − g(θ₀) is at most π/2 − g(π/2) = arcsin(1/π), at orthogonal axes; g(θ₀) − θ₁ is smaller, below 0.21.
                for k in 2..3 do
                    near
                        (if k = 2 then 1.011 else 2.5)
                        (Math.Asin(1.0 / Math.PI))
                        (bound k (signedAxes k) 60000)
                        $"[I; −I], k = {k}"

                // One row sends all codes to one line: θ₁ = 0 for θ₀ up to π, g(π) = π/2.
                for k in 2..3 do
                    near 1.011 (Math.PI / 2.0) (bound k (Array.init k float) 2000) $"one row, k = {k}"

                    near
                        1.011
                        (Math.PI / 2.0)
                        (bound k (Array.replicate 3 (Array.init k float) |> Array.concat) 2000)
                        $"thrice, k = {k}"

                // Two codes on a line: equal or opposite, and opposite ones share no active row, θ₁ = π/2 = g(π).
                near 1.0 0.0 (bound 1 [| 1.0; -2.0; 3.0 |] 100) "k = 1"

            testCase "rests on the curvature of g, in intervals"
            <| fun () ->
                // sin g g' = (π − θ) sin θ/π and cos g g'² + sin g g'' = cos g − 2 sin θ/π, from cos g = ((π − θ) cos θ + sin θ)/π.
                let count = 60000

                let at i =
                    0.1 + (Math.PI - 0.1) * float i / float count

                let mutable most = 0.0

                for i in 0 .. count - 1 do
                    let theta =
                        Interval.between
                            (at i)
                            (if i = count - 1 then
                                 Math.BitIncrement Math.PI
                             else
                                 at (i + 1))
                    // cos g falls.
                    let ends =
                        [ theta.Lower; theta.Upper ]
                        |> List.map (Interval.ofFloat >> BlockEnclosure.cosContracted)

                    let cosine = Interval.between ends[1].Lower ends[0].Upper
                    let sine = sqrt (Interval.one - Interval.sqr cosine)
                    let slope = (Elementary.pi - theta) * Elementary.sin theta / (Elementary.pi * sine)

                    let second =
                        (cosine * (Interval.one - Interval.sqr slope)
                         - 2.0 * Elementary.sin theta / Elementary.pi)
                        / sine

                    most <- max most (max second.Upper -second.Lower)

                Expect.isLessThan most AngleBound.curvature "|g''|"

            testCase "does not change with the size of the rows, nor with rows written twice"
            <| fun () ->
                let weights = Search.gaussian ((RandomKey 11UL).Open()) 24
                let plain = bound 2 weights 4000

                for factor in [ Math.ScaleB(1.0, 300); Math.ScaleB(1.0, -300) ] do
                    let found = bound 2 (weights |> Array.map ((*) factor)) 4000
                    Expect.equal (found.Upper, found.Pairs) (plain.Upper, plain.Pairs) $"times {factor}"

                // Each row four times has four times the square: the same directions.
                let four = bound 2 (Array.replicate 4 weights |> Array.concat) 4000
                Expect.floatClose Accuracy.high four.Upper plain.Upper "four times"
                Expect.equal four.Pairs plain.Pairs "the same pairs"

            testCase "is valid at every budget"
            <| fun () ->
                for k in 2..3 do
                    let weights = Search.gaussian ((RandomKey 8UL).Open()) (12 * k)
                    let best = searched k weights
                    let mutable last = infinity

                    for budget in [ 0; 30; 100; 300; 1000; 10000 ] do
                        let found = bound k weights budget
                        Expect.isGreaterThanOrEqual found.Upper best $"{budget} pairs"
                        Expect.isLessThanOrEqual found.Upper last $"{budget} pairs bring it no higher"
                        last <- found.Upper

            testCase "rows beyond the range of floats have none, more than three columns are refused"
            <| fun () ->
                let none k rows text =
                    Expect.isNone (AngleBound.run k rows 0.0 1e-2 100 CancellationToken.None) text

                none 2 [| nan; 1.0 |] "NaN"
                none 2 [| infinity; 1.0 |] "infinite"
                none 2 [| 1.0; 1.0; 1e-200; 0.0 |] "sizes too different"
                none 2 [| 0.0; 0.0 |] "no output at all"
                Expect.throwsT<ArgumentException> (fun () -> bound 4 (Array.create 4 1.0) 10 |> ignore) "k = 4"

            testCase "the claim prints it beside the supremum"
            <| fun () ->
                for input, layers, mask in
                    [
                        "2x1", "64k4", "all"
                        "2x1", "8k4,4k2", "all"
                        "2x2", "20k3", "random:0.5"
                        "3x1", "8k2", "all"
                    ] do
                    let finding =
                        drawn input layers 3UL
                        |> masked mask
                        |> judge AngleContraction.claim Settings.Default
                        |> List.head

                    let text = $"{input} {layers} {mask}"
                    Expect.isGreaterThanOrEqual (finding.Number "supremumUpper") (finding.Number "supremum") text


                let four =
                    judge AngleContraction.claim Settings.Default (Subject.ofNetwork (drawn "4x1" "8k2" 3UL))

                Expect.equal (upper four.Head) Quantity.Absent "none with four channels"

                let zeros = Subject.ofNetwork (dense [ [ 0.0; 0.0 ]; [ 0.0; 0.0 ] ])
                Expect.equal (upper (judge AngleContraction.claim Settings.Default zeros).Head) Quantity.Absent "zeros"
        ]
