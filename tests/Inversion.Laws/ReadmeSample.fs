/// The README's F# samples, compiled and run as they are printed there.
module Inversion.Laws.ReadmeSample

open Expecto
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

let private audit () =
    let network =
        NetworkBuilder(Input = Shape.Parse "3x1", Layers = "8k3,8k3").Draw(RandomKey.Parse "2a9")

    for finding in Audit.network network do
        match finding.Verdict with
        | Verdict.Proved certificate -> printfn $"{finding.Claim}: proved by {certificate}"
        | Verdict.Supported ->
            printfn $"{finding.Claim}: no counterexample in {finding.Trials} trials and a worst-case search"
        | Verdict.Refuted witness -> printfn $"{finding.Claim}: {witness.Fact}"
        | Verdict.Undecided reason -> printfn $"{finding.Claim}: {reason}"

[<Tests>]
let tests =
    testList
        "README"
        [
            testCase "the audit sample runs" audit

            testCase "my generator has true gradients"
            <| fun () ->
                let network =
                    NetworkBuilder(Input = Shape.Parse "3x1", Layers = "8k3,8k3").Draw(RandomKey.Parse "1")

                Audit.require "gradient-consistency" network
        ]
