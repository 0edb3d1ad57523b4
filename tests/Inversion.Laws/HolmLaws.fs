module Inversion.Laws.HolmLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

/// Up to seven p-values on a coarse grid, so that ties, zeros and ones happen.
type private PValues =
    static member Some() =
        gen {
            let! count = Gen.choose (1, 7)
            let! values = Gen.arrayOfLength count (Gen.choose (0, 40))
            return values |> Array.map (fun v -> float v / 40.0)
        }
        |> Arb.fromGen

let private law name body =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<PValues> ]
        }
        name
        body

/// The closed test: a hypothesis falls when every set of hypotheses that has it falls by Bonferroni's test.
let private closed (p: float[]) =
    Array.init p.Length (fun i ->
        seq {
            for set in 1 .. (1 <<< p.Length) - 1 do
                if set >>> i &&& 1 = 1 then
                    let members =
                        [
                            for j in 0 .. p.Length - 1 -> if set >>> j &&& 1 = 1 then Some p[j] else None
                        ]

                    let values = List.choose id members
                    min 1.0 (float values.Length * List.min values)
        }
        |> Seq.max)

/// P-values of one-sided normal tests, the first `moved` of them with the mean moved by three; neighbours share half their variance.
let private simulated (stream: RandomStream) count moved =
    let common = stream.NextGaussian()

    Array.init count (fun i ->
        let noise = sqrt 0.5 * (common + stream.NextGaussian())
        let z = if i < moved then noise + 3.0 else noise
        MathNet.Numerics.Distributions.Normal.CDF(0.0, 1.0, -z))

[<Tests>]
let tests =
    testList
        "holm"
        [
            testCase "reproduces a worked example"
            <| fun () ->
                // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
                Array.iter2
                    (fun actual expected -> Expect.floatClose Accuracy.high actual expected "adjusted")
                    (Holm.adjusted [| 0.01; 0.04; 0.03; 0.005 |])
                    [| 0.03; 0.06; 0.06; 0.02 |]

                Expect.equal
                    (Holm.rejected 0.05 [| 0.01; 0.04; 0.03; 0.005 |])
                    [| true; false; false; true |]
                    "rejected"

            law "is the closed test of all sets of hypotheses" (fun (p: float[]) ->
                Array.forall2 (fun a b -> abs (a - b) < 1e-12) (Holm.adjusted p) (closed p))

            law "does not depend on the order" (fun (p: float[]) ->
                Array.rev (Holm.adjusted (Array.rev p)) = Holm.adjusted p)

            law
                "equal p-values get equal adjusted ones, which keep the order and stay between p and m p"
                (fun (p: float[]) ->
                    let adjusted = Holm.adjusted p

                    Seq.allPairs (Seq.zip p adjusted) (Seq.zip p adjusted)
                    |> Seq.forall (fun ((p, a), (q, b)) -> p > q || (p < q && a <= b) || a = b)
                    && Array.forall2 (fun q a -> q <= a && a <= min 1.0 (float p.Length * q)) p adjusted)

            testCase "keeps the family-wise error with dependent tests, and finds more than Bonferroni"
            <| fun () ->
                let runs, count, moved = 20_000, 10, 6
                let stream = (RandomKey 0x401AUL).Open()
                let mutable wrong = 0
                let mutable found = 0
                let mutable foundByBonferroni = 0

                for _ in 1..runs do
                    let p = simulated stream count moved
                    let rejected = Holm.rejected 0.05 p

                    if rejected |> Array.skip moved |> Array.exists id then
                        wrong <- wrong + 1

                    for i in 0 .. moved - 1 do
                        if rejected[i] then
                            found <- found + 1

                        if p[i] <= 0.05 / float count then
                            foundByBonferroni <- foundByBonferroni + 1

                printfn
                    $"wrong in {wrong} of {runs} runs; found {found}, by Bonferroni {foundByBonferroni}, of {runs * moved}"

                // At most 1000 expected, standard deviation 30.8.
                Expect.isLessThan wrong 1140 "family-wise error"
                Expect.isGreaterThan (float found) (1.05 * float foundByBonferroni) "power"

            testCase "keeps the family-wise error where every hypothesis is true"
            <| fun () ->
                let stream = (RandomKey 0x401BUL).Open()
                let runs = 20_000

                let wrong =
                    Seq.init runs (fun _ -> Array.init 8 (fun _ -> stream.NextUniform()))
                    |> Seq.filter (fun p -> Holm.rejected 0.05 p |> Array.exists id)
                    |> Seq.length

                // 1 − (1 − 0.05/8)⁸ = 0.0489 of the runs: 979, standard deviation 30.5.
                Expect.isLessThan wrong 1120 "not above"
                Expect.isGreaterThan wrong 840 "not idle"

            testCase "a test without a p-value counts and is never rejected"
            <| fun () ->
                let adjusted = Holm.adjusted [| 0.01; nan; 0.02 |]
                Expect.floatClose Accuracy.high adjusted[0] 0.03 "three tests"
                Expect.isTrue (Double.IsNaN adjusted[1]) "NaN stays"
                Expect.floatClose Accuracy.high adjusted[2] 0.04 "two left"
                Expect.equal (Holm.rejected 0.5 [| 0.01; nan; 0.02 |]) [| true; false; true |] "rejected"
                Expect.equal (Holm.adjusted [||]) [||] "no test"

            testCase "what is no p-value and no level is refused"
            <| fun () ->
                for p in [ -0.1; 1.1; infinity ] do
                    Expect.throwsT<ArgumentException> (fun () -> Holm.adjusted [| 0.5; p |] |> ignore) $"{p}"

                for level in [ 0.0; 1.0; nan ] do
                    Expect.throwsT<ArgumentException> (fun () -> Holm.rejected level [| 0.5 |] |> ignore) $"{level}"
        ]
