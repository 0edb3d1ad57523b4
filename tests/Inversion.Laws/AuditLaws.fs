/// An audit as a whole: what does not depend on how it is run.
module Inversion.Laws.AuditLaws

open System
open System.Threading
open Expecto
open Inversion.Randomness
open Inversion.Verify
open Inversion.Laws.Subjects

// Small networks after large ones and a mask, so that jobs end in another order than they are listed.
let private plan threads =
    let group name input layers =
        {
            Name = name
            Members = [ for seed in 1UL .. 2UL -> Subject.ofNetwork (drawn input layers seed) ]
        }

    {
        Groups =
            [
                group "small" "2x1" "4k2,4k2"
                group "large" "6x1" "16k4,8k4"
                {
                    Name = "masked"
                    Members = [ drawn "3x2" "8k3,6k3" 3UL |> masked "random:0.5" ]
                }
            ]
        Claims = Catalogue.ids
        Settings =
            { Settings.Default with
                Trials = 6
                Starts = 2
                Steps = 20
            }
        Seed = RandomKey 0xa1UL
        Threads = threads
    }

let private timeless (findings: Finding list) =
    findings |> List.map (fun finding -> { finding with Seconds = 0.0 })

type private Count() =
    let mutable seen = 0
    let mutable last = 0
    member _.Seen = seen
    member _.Last = last

    interface IProgress<AuditProgress> with
        member this.Report value =
            lock this (fun () ->
                seen <- seen + 1
                last <- max last value.Done)

[<Tests>]
let tests =
    testList
        "audit"
        [
            testCase
                "a gate that fails raises with the fact, the witness' numbers and the finding; one that holds does not"
            <| fun () ->
                let network = drawn "2x1" "4k2,4k2" 1UL

                let problem =
                    try
                        Audit.require "weight-concentration" network
                        failtest "the gate held"
                    with :? GateException as problem ->
                        problem

                Expect.stringContains problem.Message "expected supported, found refuted" "what was expected"
                Expect.stringContains problem.Message "  x = (" "the witness"
                Expect.stringContains problem.Message ", limit 0.1" "the limit"
                Expect.exists problem.Findings (fun finding -> finding.Verdict.IsRefuted) "the finding"
                Audit.require "gradient-consistency" network

                Audit.requireOf Settings.Default "refuted" "weight-concentration" (network |> masked "random:0.5")

            testCase "one, two and three threads find the same, in the same order, bit by bit"
            <| fun () ->
                let found threads =
                    let result = Audit.run (plan threads) null CancellationToken.None
                    Expect.isEmpty result.Errors "no internal error"
                    Expect.isFalse result.Cancelled "finished"
                    printed (timeless result.Findings)

                let one = found 1
                Expect.equal (List.length one) (List.length (List.distinct one)) "every finding once"
                Expect.equal (found 2) one "two threads"
                Expect.equal (found 3) one "three threads"

            testCase "findings come group by group, claim by claim, as they were asked for"
            <| fun () ->
                let plan = plan 2
                let findings = (Audit.run plan null CancellationToken.None).Findings

                let expected =
                    [
                        for group in plan.Groups do
                            for claim in plan.Claims -> group.Name, claim
                    ]

                Expect.equal (findings |> List.map (fun f -> f.Network, f.Claim) |> List.distinct) expected "order"

            testCase "every job is reported once"
            <| fun () ->
                let count = Count()
                let plan = plan 3
                Audit.run plan count CancellationToken.None |> ignore

                let jobs =
                    plan.Claims.Length
                    * (plan.Groups |> List.sumBy (fun group -> group.Members.Length))

                Expect.equal (count.Seen, count.Last) (jobs, jobs) "jobs"

            testCase "an audit that is cancelled before it begins finds nothing and says so"
            <| fun () ->
                let result = Audit.run (plan 2) null (CancellationToken true)
                Expect.isTrue result.Cancelled "cancelled"
                Expect.isEmpty result.Findings "nothing was judged"
        ]
