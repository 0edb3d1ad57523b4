module Inversion.Laws.TheoryLaws

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness
open Inversion.Verify

let private close tolerance (actual: float) expected message =
    Expect.isLessThanOrEqual (abs (actual - expected)) tolerance $"{message}: {actual:R} against {expected:R}"

let private closeAll tolerance (actual: float[]) (expected: float[]) message =
    Array.iter2 (fun a e -> close tolerance a e message) actual expected

let private times (matrix: float[,]) (x: float[]) =
    Array.init (Array2D.length1 matrix) (fun i -> Seq.sum (Seq.init x.Length (fun j -> matrix[i, j] * x[j])))

let private unit x =
    let length = Theory.norm x
    x |> Array.map (fun v -> v / length)

/// Depths to 5 and two codes of three entries.
type private Case =
    {
        Depth: int
        Code: float[]
        Truth: float[]
    }

type private Cases =
    static member Case() =
        gen {
            let! depth = Gen.choose (1, 5)
            let! seed = Gen.choose (0, Int32.MaxValue)
            let stream = (RandomKey(uint64 seed)).Open()

            return
                {
                    Depth = depth
                    Code = Search.gaussian stream 3
                    Truth = Search.gaussian stream 3
                }
        }
        |> Arb.fromGen

let private law name body =
    testPropertyWithConfig
        { FsCheckConfig.defaultConfig with
            arbitrary = [ typeof<Cases> ]
        }
        name
        body

/// E[W₊ₓᵀW₊ᵧ] over rows N(0, I/n), as a mean over 200,000 rows.
let private meanProduct (x: float[]) (y: float[]) =
    let stream = (RandomKey 0x77UL).Open()
    let sum = Array2D.zeroCreate<float> 3 3
    let rows = 200_000

    for _ in 1..rows do
        let w = Search.gaussian stream 3

        if Theory.dot w x > 0.0 && Theory.dot w y > 0.0 then
            for i in 0..2 do
                for j in 0..2 do
                    sum[i, j] <- sum[i, j] + w[i] * w[j]

    sum |> Array2D.map (fun s -> s / float rows)

[<Tests>]
let tests =
    testList
        "theory"
        [
            testCase "g(π) = π/2 and g(π/2) = arccos(1/π)"
            <| fun () ->
                close 1e-15 (Theory.contract Math.PI) (Math.PI / 2.0) "g(π)"
                close 1e-15 (Theory.contract (Math.PI / 2.0)) 1.2468502198629159 "g(π/2)"
                Expect.equal (Theory.contract 0.0) 0.0 "g(0)"

            testCase "g never increases an angle and is monotone, with slope at most 1"
            <| fun () ->
                let thetas = Array.init 2000 (fun i -> Math.PI * float i / 1999.0)
                let values = thetas |> Array.map Theory.contract
                // 3e-8: the arccos of a number within rounding of 1.
                Array.iter2 (fun t g -> Expect.isLessThanOrEqual g (t + 3e-8) $"g({t})") thetas values

                Array.pairwise values
                |> Array.iter (fun (a, b) -> Expect.isGreaterThanOrEqual (b + 3e-8) a "monotone")

                Array.pairwise (Array.zip thetas values)
                |> Array.iter (fun ((s, a), (t, b)) -> Expect.isLessThanOrEqual (b - a) (t - s + 3e-8) "slope")

            testCase "ρ_d has the published values"
            <| fun () ->
                [
                    0.0
                    1.0 / Math.PI
                    0.493731090200372
                    0.604825720112945
                    0.680953533355736
                    0.735946350627637
                ]
                |> List.iteri (fun i expected -> close 1e-14 (Theory.rho (i + 1)) expected $"ρ_{i + 1}")

            testCase "ρ_d = cos θ̌_d is also the papers' sum, ζ at θ = π"
            <| fun () ->
                for depth in 1..8 do
                    close 1e-14 (Theory.rho depth) (Theory.zeta depth Math.PI) $"d = {depth}"

            testCase "Q is the mean of W₊ₓᵀW₊ᵧ"
            <| fun () ->
                // An entry's standard error is at most √3/√200000 < 0.004: 0.02 fails an honest Q with probability below 1e-5.
                let x = [| 1.0; 0.0; 0.0 |]

                for y in [ x; [| 0.3; 1.0; 0.0 |]; [| -1.0; 0.2; 0.5 |]; [| -1.0; 0.0; 0.0 |] ] do
                    let mean, q = meanProduct x y, Theory.matrixQ x y

                    for i in 0..2 do
                        for j in 0..2 do
                            close 0.02 mean[i, j] q[i, j] $"entry {i}, {j}"

            testCase "Q_{x,x} = I/2 and Q_{x,−x} = 0"
            <| fun () ->
                let x = [| 0.6; -0.8; 0.1 |]
                let same, opposite = Theory.matrixQ x x, Theory.matrixQ x (x |> Array.map (~-))

                for i in 0..2 do
                    for j in 0..2 do
                        close 1e-15 same[i, j] (if i = j then 0.5 else 0.0) "I/2"
                        close 1e-15 opposite[i, j] 0.0 "0"

            law "M swaps the unit vectors and is zero across their plane" (fun (case: Case) ->
                let x, y = unit case.Code, unit case.Truth
                let theta = Theory.angle x y
                let q = Theory.matrixQ case.Code case.Truth

                let m =
                    Array2D.init 3 3 (fun i j ->
                        (2.0 * Math.PI * q[i, j] - (if i = j then Math.PI - theta else 0.0)) / sin theta)

                let across =
                    [|
                        x[1] * y[2] - x[2] * y[1]
                        x[2] * y[0] - x[0] * y[2]
                        x[0] * y[1] - x[1] * y[0]
                    |]

                let tolerance = 1e-14 / sin theta
                closeAll tolerance (times m x) y "x̂ to ŷ"
                closeAll tolerance (times m y) x "ŷ to x̂"
                closeAll tolerance (times m across) [| 0.0; 0.0; 0.0 |] "across")

            law "the quadratic form is that of the matrix" (fun (case: Case) ->
                let u = [| 0.3; -1.2; 0.7 |]
                let q = Theory.matrixQ case.Code case.Truth
                close 1e-14 (Theory.quadraticQ case.Code case.Truth u) (Theory.dot u (times q u)) "uᵀQu")

            law "‖h‖ has its closed form" (fun (case: Case) ->
                let h = Theory.norm (Theory.expectedGradient case.Depth case.Code case.Truth)
                let b = Theory.norm case.Truth

                let slope =
                    Theory.expectedSlope case.Depth (Theory.norm case.Code / b) (Theory.angle case.Code case.Truth)

                close (1e-13 * (1.0 + slope)) (Math.ScaleB(h, case.Depth) / b) slope "2ᵈ‖h‖/‖x°‖")

            law "the gradient of f^E is h" (fun (case: Case) ->
                let h = Theory.expectedGradient case.Depth case.Code case.Truth
                let step = 1e-5

                let difference =
                    Array.init 3 (fun i ->
                        let moved s =
                            case.Code |> Array.mapi (fun j x -> if j = i then x + s else x)

                        (Theory.expectedRisk case.Depth (moved step) case.Truth
                         - Theory.expectedRisk case.Depth (moved -step) case.Truth)
                        / (2.0 * step))

                // Near x = 0 and on the ray of −x° the curvature grows: the step must stay small beside both.
                let gap = min (Theory.norm case.Code) (Math.PI - Theory.angle case.Code case.Truth)
                let scale = 1.0 + Theory.norm case.Truth

                if gap > 0.05 && Theory.angle case.Code case.Truth > 0.05 then
                    closeAll (1e-6 * scale / gap) difference h "∇f^E")

            law "h is zero at x° and at −ρ_d x° only along the ray" (fun (case: Case) ->
                let at factor =
                    Theory.norm (
                        Theory.expectedGradient case.Depth (case.Truth |> Array.map (fun x -> factor * x)) case.Truth
                    )

                let b = Theory.norm case.Truth
                close (1e-7 * b) (at 1.0) 0.0 "x°"

                if case.Depth > 1 then
                    close (1e-13 * b) (at -(Theory.rho case.Depth)) 0.0 "−ρ_d x°"

                Expect.isGreaterThan (at 0.5) 0.0 "between"
                Expect.isGreaterThan (at -2.0) 0.0 "beyond")

            testCase "a layer's expected gradient is Q's: h = ½x − Q_{x,x°}x° for d = 1"
            <| fun () ->
                let x, truth = [| 0.3; -0.5; 1.1 |], [| 1.0; 0.4; 0.2 |]
                let image = times (Theory.matrixQ x truth) truth
                let expected = Array.map2 (fun a b -> 0.5 * a - b) x image
                closeAll 1e-15 (Theory.expectedGradient 1 x truth) expected "h"

            testCase "angles are accurate near 0 and π and NaN for a zero vector"
            <| fun () ->
                close 1e-22 (Theory.angle [| 1.0; 0.0 |] [| 1.0; 1e-9 |]) 1e-9 "near 0"
                close 1e-15 (Theory.angle [| 1.0; 0.0 |] [| -1.0; 1e-9 |]) (Math.PI - 1e-9) "near π"
                Expect.isTrue (Double.IsNaN(Theory.angle [| 0.0; 0.0 |] [| 1.0; 0.0 |])) "zero"

            testCase "norms neither overflow nor underflow"
            <| fun () ->
                close 1e186 (Theory.norm [| 3e200; 4e200 |]) 5e200 "huge"
                close 1e-214 (Theory.norm [| 3e-200; 4e-200 |]) 5e-200 "tiny"
                Expect.equal (Theory.norm [||]) 0.0 "empty"
                Expect.isTrue (Double.IsNaN(Theory.norm [| 1.0; nan |])) "NaN"
        ]
