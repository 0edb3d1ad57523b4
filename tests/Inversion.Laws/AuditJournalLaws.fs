/// What an audit keeps of its jobs: read back the same, and enough to go on with.
module Inversion.Laws.AuditJournalLaws

open System
open System.Collections.Concurrent
open System.Text.Json.Nodes
open System.Threading
open Expecto
open Inversion.Randomness
open Inversion.Verify
open Inversion.Laws.Subjects

let private group name subjects = { Name = name; Members = subjects }

// Every claim, with refuted, supported, proved and undecided findings among them, and numbers that are NaN.
let private plan =
    {
        Groups =
            [
                group "theorem" [ for seed in 1UL .. 2UL -> Subject.ofNetwork (drawn "2x1" "6k2,4k2" seed) ]
                group "masked" [ drawn "3x2" "8k3,6k3" 3UL |> masked "random:0.5" ]
                group "unseen" [ drawn "2x1" "4k2" 4UL |> masked "random:0" ]
            ]
        Claims = Catalogue.ids
        Settings =
            { Settings.Default with
                Trials = 6
                Starts = 2
                Steps = 20
            }
        Seed = RandomKey 0xa2UL
        Threads = 2
    }

/// A journal in memory; when it has kept `most` jobs it does what `last` says.
type private Journal(most, last: unit -> unit) =
    let jobs = ConcurrentDictionary<AuditJob, string list>()
    let mutable count = 0
    member _.Jobs = jobs
    member _.Kept = count

    interface IAuditJournal with
        member _.Find job =
            match jobs.TryGetValue job with
            | true, texts -> Some(texts |> List.map (JsonNode.Parse >> FindingRecord.read))
            | _ -> None

        member this.Keep(job, findings) =
            lock this (fun () ->
                if count >= most then
                    last ()
                else
                    jobs[job] <-
                        findings
                        |> List.map (fun finding -> (FindingRecord.write finding).ToJsonString())

                    count <- count + 1)

let private timeless (findings: Finding list) =
    findings |> List.map (fun finding -> { finding with Seconds = 0.0 })

let private jobs =
    plan.Claims.Length
    * (plan.Groups |> List.sumBy (fun group -> group.Members.Length))

let private whole =
    lazy (printed (timeless (Audit.run plan null CancellationToken.None).Findings))

// The findings of each network alone.
let private each =
    lazy
        [
            for group in plan.Groups do
                for subject in group.Members do
                    yield!
                        (Audit.run
                            { plan with
                                Groups =
                                    [
                                        {
                                            Name = subject.Name
                                            Members = [ subject ]
                                        }
                                    ]
                            }
                            null
                            CancellationToken.None)
                            .Findings
        ]

[<Tests>]
let tests =
    testList
        "audit journal"
        [
            testCase "every finding of every claim reads back as it was, witnesses, NaN and all"
            <| fun () ->
                for finding in each.Value do
                    let text = (FindingRecord.write finding).ToJsonString()
                    let again = FindingRecord.read (JsonNode.Parse text)
                    Expect.equal (printed [ again ]) (printed [ finding ]) $"{finding.Claim} on {finding.Subject}"
                    Expect.equal ((FindingRecord.write again).ToJsonString()) text "the text, which tells −0 from 0"

                let verdicts =
                    each.Value |> List.countBy _.Verdict.Word |> List.map fst |> List.sort

                Expect.equal verdicts [ "proved"; "refuted"; "supported"; "undecided" ] "all verdicts are among them"

            testCase "a field that is missing or malformed is named"
            <| fun () ->
                let finding = each.Value |> List.find (fun finding -> finding.Verdict.IsRefuted)

                let record () =
                    (FindingRecord.write finding).DeepClone() :?> JsonObject

                for name in [ for field in record () -> field.Key ] do
                    let without = record ()
                    without.Remove name |> ignore

                    // The certificate of a refuted finding is null, and nobody reads it.
                    if name <> "certificate" then
                        Expect.throwsC (fun () -> FindingRecord.read without |> ignore) (fun problem ->
                            Expect.isTrue (problem :? FormatException) $"{name}: {problem.GetType().Name}"

                            if name <> "witness" then
                                Expect.stringContains problem.Message $"'{name}'" "names it")

                for name, value in
                    [
                        "verdict", "true"
                        "role", "law"
                        "scope", "ensemble"
                        "key", "xyz"
                        "trials", "many"
                    ] do
                    let wrong = record ()
                    wrong[name] <- JsonValue.Create value

                    Expect.throwsT<FormatException>
                        (fun () -> FindingRecord.read wrong |> ignore)
                        $"{name} = {value} is no finding's"

            testCase
                "an audit that was cancelled after any number of jobs goes on and finds what one in one piece finds"
            <| fun () ->
                for most in [ 0; 1; jobs / 3; jobs - 1; jobs ] do
                    use stop = new CancellationTokenSource()
                    let journal = Journal(most, stop.Cancel)
                    let first = Audit.runKept journal plan null stop.Token
                    Expect.equal journal.Kept most "kept before it was stopped"

                    // The two threads may have finished the jobs that are not kept.
                    if most = jobs || most < jobs - 2 then
                        Expect.equal first.Cancelled (most < jobs) "told to be incomplete"

                    let rest = Journal(Int32.MaxValue, ignore)

                    for pair in journal.Jobs do
                        rest.Jobs[pair.Key] <- pair.Value

                    let second = Audit.runKept rest plan null CancellationToken.None
                    Expect.equal rest.Kept (jobs - most) "only what was left is judged"
                    Expect.isFalse second.Cancelled "complete"

                    Expect.equal
                        (printed (timeless second.Findings))
                        whole.Value
                        $"the same after {most} of {jobs} jobs"

            testCase "what the journal raises ends the audit and is raised"
            <| fun () ->
                let journal = Journal(2, (fun () -> raise (IO.IOException "the disk is full")))

                Expect.throwsC
                    (fun () -> Audit.runKept journal plan null CancellationToken.None |> ignore)
                    (fun problem -> Expect.equal problem.Message "the disk is full" "the journal's own")

                Expect.equal journal.Kept 2 "and nothing is kept after it"
        ]
