/// Sampled codes against what cones proved.
module Inversion.Laws.ConeSamples

open System
open System.Text.RegularExpressions
open Expecto
open Inversion.Randomness
open Inversion.Risk
open Inversion.Solving
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ConeProofCases

/// What sampled codes must not find against a proved claim, by the fast engine; and for descent, where 50 descents end.
let sample claim (subject: Subject) (truth: float[]) statement epsilon (key: RandomKey) count =
    let risk =
        EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan truth)

    let observer = Codes.observer subject
    let y = (Codes.residuals observer [| truth |]).[0]
    let n = truth.Length

    let zero: Candidate =
        {
            Truth = truth
            Point = truth
            Held = []
        }

    for chunk in [| 1..count |] |> Array.chunkBySize 1000 do
        let draw name =
            chunk |> Array.map (fun i -> code (key.Child(name: string).Child(int64 i)) n)

        let codes = draw "codes"

        match claim with
        | "descent" ->
            let rho = Regex.Match(statement, @"ρ = (\d+)/(\d+)")
            let rho = float rho.Groups[1].Value / float rho.Groups[2].Value

            let isOutside z =
                Balls.isOutside epsilon rho { zero with Point = z }

            let gradient = Array.zeroCreate n

            for z in codes |> Array.filter isOutside do
                risk.ValueAndGradient(ReadOnlySpan z, Span gradient) |> ignore
                Expect.isGreaterThan (Theory.norm gradient) 0.0 "a stationary point outside the balls"

            for z in codes |> Array.truncate 50 do
                let ending =
                    Solver.Minimize(
                        risk,
                        ReadOnlySpan z,
                        SolveOptions(Method = SolverMethod.Parse "gauss-newton", MaxIterations = 200)
                    )

                let point = Seq.toArray ending.Latent
                risk.ValueAndGradient(ReadOnlySpan point, Span gradient) |> ignore

                if Theory.norm gradient < 1e-13 * Theory.norm y && isOutside point then
                    failtest $"a descent ends outside the balls, at {point}"
        | "origin" ->
            for observed in Codes.residuals observer codes do
                Expect.isGreaterThan (Theory.dot observed y) 0.0 "J does not fall from 0"
        | _ ->
            for a, b in Array.zip (Codes.residuals observer codes) (Codes.residuals observer (draw "others")) do
                Expect.isGreaterThan (Codes.distance a b) 0.0 "two codes with one output"
