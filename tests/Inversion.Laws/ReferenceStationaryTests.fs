module Inversion.Laws.ReferenceStationaryTests

open System
open Expecto
open MathNet.Numerics.LinearAlgebra
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private key = RandomKey 0x57a7UL

let private relu: Layer = ActivationLayer Activation.Relu

let private leaky slope : Layer =
    ActivationLayer(Activation.LeakyRelu, slope)

let private biased (rows: float list list) (bias: float list) : Layer =
    LinearLayer(rows.Head.Length, rows.Length, rows |> List.concat |> List.toArray, List.toArray bias)

let private dense (rows: float list list) : Layer =
    LinearLayer(rows.Head.Length, rows.Length, rows |> List.concat |> List.toArray)

let private network inputs layers =
    Reference.ofNetwork (GenerativeNetwork(Shape.Flat inputs, layers))

let private all (network: ReferenceNetwork) =
    MeasurementRows.ofMeasurement (Subsampling.All network.OutputDimension)

let private found result =
    match result with
    | Ok(point: StationaryPoint) -> point
    | Error why -> failtest why

let private refused (result: Result<StationaryPoint, string>) (reason: string) =
    match result with
    | Ok point -> failtest $"proved a stationary point that is none: {point.Box[0]}"
    | Error why -> Expect.stringContains why reason "reason"

let private holds (values: float list) (box: Interval[]) =
    Expect.equal box.Length values.Length "length"

    List.iteri
        (fun i value ->
            Expect.isTrue (Interval.contains value box[i]) $"{value} in {box[i]}"
            Expect.isLessThan (Interval.width box[i]) 1e-12 "width")
        values

let private cones =
    // G(z) = relu(z), two units.
    let identity = network 2 [ dense [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ] ]; relu ]
    let y = Interval.ofArray [| 1.0; 1.0 |]

    [
        testCase "the truth is stationary inside its cone"
        <| fun () ->
            let point = Stationary.insideCone identity (all identity) y [| 0.5; 3.0 |] |> found
            holds [ 1.0; 1.0 ] point.Box
            Expect.isTrue point.IsIsolated "isolated"
            Expect.isEmpty point.Kinks "kinks"

        testCase "a half dead cone has a stationary point with a free entry"
        <| fun () ->
            let point = Stationary.insideCone identity (all identity) y [| -0.7; 0.5 |] |> found
            holds [ -0.7; 1.0 ] point.Box
            Expect.equal point.FreeEntries [| 1 |] "solved for"
            Expect.isFalse point.IsIsolated "not isolated"

        testCase "a point of a dead cone is stationary as it is"
        <| fun () ->
            let point =
                Stationary.insideCone identity (all identity) y [| -1.0; -2.0 |] |> found

            Expect.equal point.Box (Interval.ofArray [| -1.0; -2.0 |]) "box"
            Expect.isEmpty point.FreeEntries "nothing to solve"

        testCase "a cone whose quadratic has its minimum outside is refused"
        <| fun () ->
            // With y₁ = −1 the active side has its minimum at z₁ = −1.
            refused
                (Stationary.insideCone identity (all identity) (Interval.ofArray [| -1.0; 1.0 |]) [| 0.5; 0.5 |])
                "sign of unit 0"

        testCase "a minimum on the boundary of its cone is refused"
        <| fun () ->
            refused
                (Stationary.insideCone identity (all identity) (Interval.ofArray [| 0.0; 1.0 |]) [| 0.5; 0.5 |])
                "sign of unit 0"

        testCase "a point on a kink is not inside a cone"
        <| fun () ->
            refused (Stationary.insideCone identity (all identity) y [| 0.0; 1.0 |]) "lies on the kink of unit 0"

        testCase "a valley of stationary points is recognized by exact rank"
        <| fun () ->
            // G(z) = (relu(z₁ + z₂), 2 relu(z₁ + z₂)): every z with z₁ + z₂ = 3 is stationary for y = (3, 6).
            let net = network 2 [ dense [ [ 1.0; 1.0 ]; [ 2.0; 2.0 ] ]; relu ]

            let point =
                Stationary.insideCone net (all net) (Interval.ofArray [| 3.0; 6.0 |]) [| 1.25; 0.5 |]
                |> found

            Expect.isTrue (Interval.contains 3.0 (point.Box[0] + point.Box[1])) "on the valley"
            Expect.equal point.FreeEntries.Length 1 "one entry solved for"

        testCase "a nearly singular cone is not taken for a singular one"
        <| fun () ->
            let net = network 2 [ dense [ [ 1.0; 1.0 ]; [ 2.0; Math.BitIncrement 2.0 ] ]; relu ]

            refused
                (Stationary.insideCone net (all net) (Interval.ofArray [| 3.0; 6.0 |]) [| 1.25; 0.5 |])
                "conditioned"

        testCase "smooth networks and numbers that are not finite are refused"
        <| fun () ->
            let smooth = network 1 [ dense [ [ 1.0 ] ]; ActivationLayer Activation.Tanh ]
            refused (Stationary.insideCone smooth (all smooth) [| Interval.one |] [| 1.0 |]) "piecewise linear"
            refused (Stationary.insideCone identity (all identity) y [| nan; 1.0 |]) "finite"
            let broken = network 1 [ dense [ [ infinity ] ]; relu ]
            refused (Stationary.insideCone broken (all broken) [| Interval.one |] [| 1.0 |]) "finite"

        testCase "a drawn network's code is found from a point beside it, and J vanishes there"
        <| fun () ->
            for seed in 1UL .. 5UL do
                let drawn =
                    NetworkBuilder(Input = Shape.Parse "3x2", Layers = "8k4,6k3").Draw(RandomKey seed)

                let net = Reference.ofNetwork drawn

                let rows =
                    MeasurementRows.ofMeasurement (
                        Subsampling(drawn.OutputDimension, seq { 0..2 .. drawn.OutputDimension - 1 })
                    )

                let truth = Array.zeroCreate<float> 6
                ((key.Child "truth").Child(int64 seed)).Open().FillGaussian(Span truth)
                let y = IntervalReference.observeAt net rows truth
                let beside = truth |> Array.map (fun x -> x * (1.0 + 1e-9))
                let point = Stationary.insideCone net rows y beside |> found
                Array.iter2 (fun x box -> Expect.isTrue (Interval.contains x box) "truth") truth point.Box
                let value = IntervalReference.value net rows y point.Box
                Expect.isLessThan value.Upper 1e-20 "J"
                let away = truth |> Array.map (fun x -> -x)
                Expect.isError (Stationary.insideCone net rows y away) "the opposite code's cone"
    ]

/// J(z) = ½(z₁ − a)² + ½(b + f(z₁))² + ½(z₂ − ½)² near z₁ = 0, f of the given slope below zero.
let private crease slope a b =
    let layers =
        [
            biased [ [ 1.0; 0.0 ]; [ 1.0; 0.0 ]; [ 0.0; 1.0 ] ] [ 10.0; 0.0; 10.0 ]
            leaky slope
            dense [ [ 1.0; 0.0; 0.0 ]; [ 0.0; 1.0; 0.0 ]; [ 0.0; 0.0; 1.0 ] ]
        ]

    let net = network 2 layers
    net, all net, Interval.ofArray [| 10.0 + a; -b; 10.5 |]

let private faces =
    let kink = Set.singleton (struct (0, 1))

    [
        testCase "a crease that both sides push into is a local minimum, with multipliers worked by hand"
        <| fun () ->
            // ReLU: the inactive side has slope −a, the active side b − a; μ = a, c = b.
            let net, rows, y = crease 0.0 1.0 2.0
            let point = Stationary.onFace net rows y kink [| 1e-7; 0.4 |] |> found
            holds [ 0.0; 0.5 ] point.Box
            holds [ 1.0 ] point.Multipliers
            holds [ 2.0 ] point.Limits
            Expect.equal point.Kinks [| struct (0, 1) |] "kink"

        testCase "a leaky crease has its multiplier shifted by the slope"
        <| fun () ->
            // Slope s: μ = a − s b, c = (1 − s) b.
            let net, rows, y = crease 0.25 1.0 2.0
            let point = Stationary.onFace net rows y kink [| -1e-7; 0.4 |] |> found
            holds [ 0.5 ] point.Multipliers
            holds [ 1.5 ] point.Limits

        testCase "a crease that one side leaves downhill is refused"
        <| fun () ->
            for slope, a, b in [ 0.0, 3.0, 2.0; 0.0, -1.0, 2.0; 0.25, 0.4, 2.0; 0.0, 1.0, -2.0 ] do
                let net, rows, y = crease slope a b
                refused (Stationary.onFace net rows y kink [| 0.0; 0.5 |]) "multiplier"

        testCase "a multiplier exactly at its limit is refused"
        <| fun () ->
            let net, rows, y = crease 0.0 2.0 2.0
            refused (Stationary.onFace net rows y kink [| 0.0; 0.5 |]) "multiplier"

        testCase "the search for kinks near a point finds the crease"
        <| fun () ->
            let net, rows, y = crease 0.0 1.0 2.0
            let z = [| 3e-10; 0.5 + 1e-10 |]
            Expect.equal (Kinks.near net 1e-6 z) kink "near"
            holds [ 0.0; 0.5 ] (Stationary.near net rows y 1e-6 z |> found).Box
            Expect.isError (Stationary.near net rows y 1e-12 z) "too far from the crease"

        testCase "a unit that is no kink, and a kink that is not named, are refused"
        <| fun () ->
            let net, rows, y = crease 0.0 1.0 2.0
            refused (Stationary.onFace net rows y Set.empty [| 0.0; 0.5 |]) "lies on the kink of unit 1"
            // Taking the third hidden unit for a kink too puts it on z₂ = −10, where the multiplier has the wrong sign.
            refused (Stationary.onFace net rows y (kink.Add(struct (0, 2))) [| 0.0; 0.5 |]) "multiplier"

        testCase "kinks whose gradients depend on one another are refused"
        <| fun () ->
            let net = network 1 [ dense [ [ 1.0 ]; [ -1.0 ] ]; relu ]
            let kinks = Set.ofList [ struct (0, 0); struct (0, 1) ]

            refused
                (Stationary.onFace net (all net) (Interval.ofArray [| -1.0; -1.0 |]) kinks [| 0.0 |])
                "normal equations"

        testCase "a kink that feeds another is refused"
        <| fun () ->
            let net = network 1 [ dense [ [ 1.0 ] ]; relu; dense [ [ 1.0 ] ]; relu ]
            let kinks = Set.ofList [ struct (0, 0); struct (1, 0) ]
            refused (Stationary.onFace net (all net) [| Interval.ofInt -1 |] kinks [| 0.0 |]) "feeds"
    ]

/// A random hidden layer with integer rows through z, some of them exactly on their kink, and measurements for which the gradient on
/// the inactive side is −Σ μ_j n_j with the wanted multipliers.
let private constructed (key: RandomKey) slope (wanted: float[]) =
    let stream = key.Open()
    let whole () = float (stream.NextBelow 9 - 4)
    let z = [| 1.0; float (1 + stream.NextBelow 3); float (stream.NextBelow 5 - 2) |]
    let kinks = wanted.Length

    let rec normal () =
        // Two free integers; the first closes the sum, z₁ being 1.
        let b, c = whole (), whole ()

        if b = 0.0 && c = 0.0 then
            normal ()
        else
            [| -(b * z[1] + c * z[2]); b; c |]

    let rec off () =
        let row = [| whole (); whole (); whole () |]

        if Array.fold2 (fun t a b -> t + a * b) 0.0 row z = 0.0 then
            off ()
        else
            row

    let hidden =
        Array.append (Array.init kinks (fun _ -> normal ())) (Array.init 7 (fun _ -> off ()))

    let outputs = 9
    let weights = Array.init (outputs * hidden.Length) (fun _ -> stream.NextGaussian())

    let net =
        network
            3
            [
                LinearLayer(3, hidden.Length, Array.concat hidden)
                leaky slope
                LinearLayer(hidden.Length, outputs, weights)
            ]

    let map =
        Reference.mergedMap net (Pattern.at net z)
        |> fun rows -> Matrix<float>.Build.DenseOfRowArrays rows

    let output = Reference.forward net z
    let normals = Matrix<float>.Build.DenseOfRowArrays(Array.take kinks hidden)

    let right =
        normals.TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray wanted)

    let gram = map.TransposeThisAndMultiply map
    // y − A G(z) = L (LᵀL)⁻¹ Nᵀ μ + a part that L does not see, which sets the limits c.
    let free = Vector<float>.Build.Dense(outputs, fun _ -> 3.0 * stream.NextGaussian())
    let unseen = free - map * gram.Solve(map.TransposeThisAndMultiply free)
    let delta = map * gram.Solve right + unseen
    net, z, Array.map2 (+) output (delta.ToArray())

let private bruteForce =
    [
        testCase "the conditions on multipliers agree with the steepest of 10⁵ directions"
        <| fun () ->
            let mutable proved = 0
            let mutable refuted = 0
            let mutable unclear = 0

            for case in 0..39 do
                let key = (key.Child "brute").Child(int64 case)
                let slope = [| 0.0; 0.2; 1.5; -0.5 |][case % 4]
                let kinks = 1 + case % 2
                let stream = (key.Child "wanted").Open()
                // Small positive multipliers often lie below their limit, others rarely do.
                let wanted =
                    Array.init kinks (fun _ ->
                        let gaussian = stream.NextGaussian()
                        if case % 3 = 0 then 2.0 * gaussian else 0.3 * abs gaussian)

                let net, z, y = constructed key slope wanted
                let rows = all net
                let onKink = Set.ofSeq (Seq.init kinks (fun j -> struct (0, j)))
                let result = Stationary.onFace net rows (Interval.ofArray y) onKink z
                let directions = (key.Child "directions").Open()
                let count = 2500
                let mutable least = infinity

                for _ in 1..count do
                    let v = Array.init 3 (fun _ -> directions.NextGaussian())
                    let length = sqrt (Array.sumBy (fun x -> x * x) v)
                    least <- min least (Reference.directionalDerivative net rows y z v / length)

                match result with
                | Ok point ->
                    proved <- proved + 1
                    Expect.isGreaterThan least -1e-9 $"case {case}: a direction goes down from a proved minimum"

                    Array.iter2
                        (fun x box -> Expect.isTrue (abs (x - Interval.midpoint box) < 1e-9) "point")
                        z
                        point.Box

                    Array.iter2
                        (fun m box -> Expect.isTrue (abs (m - Interval.midpoint box) < 1e-8) "μ")
                        wanted
                        point.Multipliers
                | Error why when why.Contains "multiplier" ->
                    refuted <- refuted + 1
                    Expect.isLessThan least -1e-4 $"case {case}: no direction goes down, but {why}"
                // Parallel rows, or too few active units for independent columns.
                | Error _ -> unclear <- unclear + 1

            Expect.isGreaterThan proved 6 "minima among the cases"
            Expect.isGreaterThan refuted 10 "descents among the cases"
            Expect.isLessThan unclear 10 "cases that cannot be judged"
    ]

[<Tests>]
let tests =
    testList
        "stationary points"
        [
            testList "inside cones" cones
            testList "on kinks" faces
            testList "by brute force" bruteForce
        ]
