/// Directed spanning sets of single layers, decided exactly.
module Inversion.Laws.SpanningLaws

open System
open System.Numerics
open System.Threading
open Expecto
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Exact
open Inversion.Laws.ClaimCases

let private decide rows =
    SpanningCones.decide CancellationToken.None 10_000 (rows |> List.map Array.ofList |> Array.ofList)

let private opposite (rows: float list list) = rows |> List.map (List.map (~-))

let private gaussian (key: RandomKey) count k =
    let stream = key.Open()
    List.init count (fun _ -> List.ofArray (Search.gaussian stream k))

/// Of few bits, so that elimination in whole numbers is quick.
let private short (key: RandomKey) count k =
    gaussian key count k
    |> List.map (List.map (fun x -> Math.Round(256.0 * x) / 256.0))

let private whole (key: RandomKey) count k =
    let stream = key.Open()
    List.init count (fun _ -> List.init k (fun _ -> float (stream.NextBelow 5 - 2)))

/// Whether some x has ⟨a, x⟩ > 0 for all a: Fourier–Motzkin elimination in whole numbers.
let rec private isFeasible (system: BigInteger[] list) =
    if system |> List.exists (Array.forall _.IsZero) then
        false
    elif system.IsEmpty then
        true
    else
        let last = system.Head.Length - 1
        let rest, bounds = system |> List.partition (fun a -> a[last].IsZero)
        let lower, upper = bounds |> List.partition (fun a -> a[last].Sign > 0)

        let joined =
            List.allPairs lower upper
            |> List.map (fun (p, q) -> Array.map2 (fun x y -> x * -q[last] + y * p[last]) p q)

        rest @ joined |> List.map (Array.truncate last) |> isFeasible

/// Sign patterns of open cones with the rank of the positive rows on each: every pattern is tried.
let private patterns (rows: float list list) =
    let exact = rows |> List.map (List.toArray >> SpanningCones.wholeOf)
    let n = exact.Length

    [
        for pattern in 0 .. (1 <<< n) - 1 do
            let isPositive i = pattern >>> i &&& 1 = 1

            // A row of zeros has no sign: it is counted with one of the two.
            let constraints =
                exact
                |> List.mapi (fun i row -> if isPositive i then row else Array.map (~-) row)
                |> List.filter (Array.exists (fun x -> not x.IsZero))

            let isOnce =
                exact
                |> List.indexed
                |> List.forall (fun (i, row) ->
                    not (Array.forall (fun (x: BigInteger) -> x.IsZero) row && isPositive i))

            if isOnce && isFeasible constraints then
                match rows |> List.indexed |> List.filter (fun (i, _) -> isPositive i) with
                | [] -> 0
                | active ->
                    active
                    |> List.map (fun (_, row) -> row |> List.map Dyadic.ofFloat |> Array.ofList)
                    |> Array.ofList
                    |> ExactLinear.rank
    ]

/// [W; −W] has k independent rows on every cone.
let private both rows = rows @ opposite rows

let private layered (weights: float list list list) =
    GenerativeNetwork(
        Shape.Flat weights.Head.Head.Length,
        [
            for rows in weights do
                LinearLayer(rows.Head.Length, rows.Length, rows |> List.concat |> List.toArray) :> Layer
                relu ()
        ],
        "layers"
    )

let private layers name (finding: Finding) =
    match finding.Measured |> List.find (fun (key, _) -> key = name) |> snd with
    | Quantity.Numbers numbers -> numbers
    | other -> failtest $"%A{other}"

[<Tests>]
let tests =
    testList
        "directed spanning"
        [
            testCase "agrees with every sign pattern whose cone linear inequalities allow"
            <| fun () ->
                let mutable everywhere = 0
                let mutable fails = 0

                for number in 0..79 do
                    let key = (key "d55").Child(int64 number)
                    let k = 1 + number % 4
                    let count = k + number % 3
                    let draw = if number % 3 = 0 then whole else short

                    let rows =
                        if number % 4 < 2 then
                            draw key (count + 2) k
                        else
                            draw key ((count + 2) / 2) k |> both

                    let ranks = patterns rows
                    Expect.isNonEmpty ranks "some cone is there"
                    let isSpanning = ranks |> List.forall ((=) k)

                    match decide rows with
                    | Spanning.Everywhere cones ->
                        everywhere <- everywhere + 1
                        Expect.isTrue isSpanning $"layer {number}: a pattern has rank {List.min ranks}"
                        Expect.equal cones ranks.Length $"layer {number}: every cone once"
                    | Spanning.Fails(direction, rank) ->
                        fails <- fails + 1
                        Expect.isFalse isSpanning $"layer {number}: every pattern spans"
                        Expect.contains ranks rank $"layer {number}: a cone has that rank"

                        let seen =
                            SpanningCones.rankToward (rows |> List.map Array.ofList |> Array.ofList) direction

                        Expect.equal seen rank "the direction has the rank"
                    | Spanning.Open why -> failtest why

                Expect.isTrue (everywhere > 15 && fails > 15) $"{everywhere} span, {fails} do not"

            testCase "[W; −W] spans everywhere up to six columns, on as many cones as general position has"
            <| fun () ->
                for k, count in [ 1, 3; 2, 7; 3, 8; 4, 8; 5, 8; 6, 8 ] do
                    let rows = gaussian (key "d56") count k |> both

                    // A line has two cones; conesOf counts them twice where there is one hyperplane only in name.
                    let expected = int (SpanningCones.conesOf count k)
                    Expect.equal (decide rows) (Spanning.Everywhere expected) $"{count} planes in {k} dimensions"

                    match decide rows.Tail with
                    | Spanning.Everywhere _ -> Expect.isGreaterThan count k "one row more than needed"
                    | Spanning.Fails(_, rank) -> Expect.isLessThan rank k "one row is missing"
                    | Spanning.Open why -> failtest why

                for k in 1..6 do
                    let axes = List.init k (fun i -> List.init k (fun j -> if i = j then 1.0 else 0.0))
                    Expect.equal (decide (both axes)) (Spanning.Everywhere(1 <<< k)) "orthants"

                    match decide (both axes).Tail with
                    | Spanning.Fails(direction, rank) ->
                        Expect.equal rank (k - 1) "one row is missing"
                        Expect.isGreaterThan direction[0].Sign 0 "where it was"
                    | other -> failtest $"%A{other}"

            testCase "rows of zeros, on one line or in one plane span nothing more"
            <| fun () ->
                for rows in
                    [
                        [ [ 0.0; 0.0 ] ]
                        both [ [ 1.0; 2.0 ]; [ 2.0; 4.0 ] ]
                        both [ [ 1.0; 0.0; 1.0 ]; [ 0.0; 1.0; 1.0 ]; [ 1.0; 1.0; 2.0 ] ]
                    ] do
                    match decide rows with
                    | Spanning.Fails(_, rank) -> Expect.isLessThan rank rows.Head.Length "the rank"
                    | other -> failtest $"%A{other}"

                Expect.equal
                    (decide (both [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ 0.0; 0.0 ] ]))
                    (Spanning.Everywhere 4)
                    "zero rows cut nothing"

            testCase "too many columns or cones are left open, with the reason"
            <| fun () ->
                for rows, words in [ gaussian (key "d57") 8 7, "7 columns"; gaussian (key "d57") 40 6, "budget" ] do
                    match decide rows with
                    | Spanning.Open reason -> Expect.stringContains reason words "the reason"
                    | other -> failtest $"%A{other}"

            testCase "layers that all span make the network one-to-one, as going through its cones proves"
            <| fun () ->
                let first = gaussian (key "d58") 3 2 |> both
                let second = gaussian (key "d59") 6 6 |> both
                let network = layered [ first; second ]
                let subject = Subject.ofNetwork network
                let finding = check Uniqueness.claim subject
                isSupported finding
                Expect.equal (layers "spanningLayers" finding) [ 1.0; 2.0 ] "both layers"
                Expect.isEmpty (layers "notSpanningLayers" finding) "none fails"
                Expect.stringContains finding.Reason "so A G is" "a sufficient condition"
                Expect.stringContains finding.Reason "64 cones" "six planes in six dimensions"

                use folder = new ConeProofCases.Folder()

                Expect.equal
                    (ConeProofCases.decideIn folder "uniqueness" None 0.1 subject
                     |> ConeProofCases.word)
                    "proved"
                    "two ways"

                // Without the first output the second layer fails on its own, and nothing follows.
                let hidden =
                    Subject.create "hidden" network (Subsampling(12, [ 1..11 ])) Provenance.Given

                let finding = check Uniqueness.claim hidden
                Expect.equal (layers "spanningLayers" finding) [ 1.0 ] "the first layer"
                Expect.equal (layers "notSpanningLayers" finding) [ 2.0 ] "the second"

                // Sensing mixes outputs: the layers span, and A G need not be one-to-one.
                let mixed = sensed 1 network
                let finding = check Uniqueness.claim mixed
                isRefuted Uniqueness.claim mixed finding |> ignore
                Expect.equal (layers "spanningLayers" finding) [ 1.0; 2.0 ] "the layers themselves"
                Expect.isFalse (finding.Reason.Contains "so A G is") "not the network"

            testCase "a first layer that fails refutes by its exact direction"
            <| fun () ->
                for number in 0..9 do
                    let rows = gaussian ((key "d60").Child(int64 number)) 9 3
                    let subject = Subject.ofNetwork (layered [ rows ])
                    let finding = check Uniqueness.claim subject

                    let expected =
                        if layers "spanningLayers" finding = [ 1.0 ] then
                            "supported"
                        else
                            "refuted"

                    Expect.equal (word finding) expected $"layer {number}: {describe finding}"

            testCase "layers with biases, leaky units or overlaps are not decided by directions"
            <| fun () ->
                let biased =
                    GenerativeNetwork(
                        Shape.Flat 1,
                        [ LinearLayer(1, 2, [| 1.0; -1.0 |], [| 1.0; 1.0 |]) :> Layer; relu () ]
                    )

                let finding = check Uniqueness.claim (Subject.ofNetwork biased)
                Expect.isEmpty (layers "spanningLayers" finding) "a bias"
                Expect.stringContains finding.Reason "bias" "the reason"

                let leaky =
                    check Uniqueness.claim (Subject.ofNetwork (drawnWith WeightLaw.Gaussian "leaky-relu" "2x1" "4k2"))

                Expect.equal
                    (leaky.Measured |> List.find (fun (key, _) -> key = "spanningLayers") |> snd)
                    Quantity.Absent
                    "leaky units need rank only"
        ]
