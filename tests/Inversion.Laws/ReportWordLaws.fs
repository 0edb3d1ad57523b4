/// The words of reports: they say what the evidence is, and no more.
module Inversion.Laws.ReportWordLaws

open System
open System.IO
open Expecto
open Inversion.Verify
open Inversion.Report
open Inversion.Laws.ReportCases

let private refutedOn network =
    findings
    |> List.find (fun finding -> finding.Verdict.IsRefuted)
    |> fun finding -> { finding with Network = network }

let private ofClaim claim verdict =
    { findings[1] with
        Claim = claim
        Verdict = verdict
        Network = "one"
    }

let private page found = one "report.html" [] found
let private markdown found = one "report.md" [] found

[<Tests>]
let tests =
    testList
        "report words"
        [
            testCase "of several networks, too, evidence that is missing is not vouched for"
            <| fun () ->
                inFolder (fun folder ->
                    write folder [] [ refutedOn "first"; refutedOn "second" ]

                    let told () =
                        Report.page "r" (fun _ -> []) None (Run.read folder) |> Markdown.render

                    Expect.stringContains (told ()) "confirmed in interval arithmetic" "there"

                    for witness in Directory.GetFiles(Path.Combine(folder, "witnesses"), "001*") do
                        File.Delete witness

                    let text = told ()

                    Expect.stringContains
                        text
                        "On first, layer 2: The run says that it found a counterexample"
                        "the one that is gone"

                    Expect.stringContains text "confirmed in interval arithmetic" "the other is there"
                    Expect.stringContains text "(evidence missing)" "at a glance"
                    Directory.Delete(Path.Combine(folder, "witnesses"), true)
                    Expect.isFalse ((told ()).Contains "confirmed in") "nothing is confirmed"
                    Expect.stringContains (told ()) "The evidence, which is not in this folder" "what would change it")

            testCase "a statistical test is not told as a search, nor its refutation as a counterexample"
            <| fun () ->
                for claim in [ "recovery"; "gaussian-weights"; "phase-transition"; "failure-probability" ] do
                    let supported = (markdown [ ofClaim claim Verdict.Supported ])
                    Expect.stringContains supported "A statistical test" claim
                    Expect.isFalse (supported.Contains "counterexample was found") $"{claim}: no search"

                    let refuted = (page [ ofClaim claim (Verdict.Refuted witness) ])
                    Expect.stringContains refuted "Refuted by a statistical test" claim
                    Expect.isFalse (refuted.Contains "A counterexample in explicit numbers") $"{claim}: a chance"

            testCase "what is proved of an ensemble is proved of its draws, and the expected landscape of no network"
            <| fun () ->
                let origin = (markdown [ ofClaim "origin" (Verdict.Proved "certificates/a.json") ])

                Expect.stringContains origin "True of each of the 6 networks drawn" "the draws"
                Expect.stringContains origin "Nothing is said of other draws" "no more"
                Expect.stringContains origin "proved 6/6" "at a glance"
                let landscape = (markdown [ findings[0] ])
                Expect.stringContains landscape "no weights enter" "the landscape"
                Expect.isFalse (landscape.Contains "6/6") "no draws are counted"

            testCase "a search's limit is on what the search would find"
            <| fun () ->
                Expect.stringContains
                    (markdown [ findings[1] ])
                    "with a confidence of 95 % this search would find one on at most 70.6 % of networks drawn like these"
                    "no more"

            testCase "a report of very many networks fits into a comment, and says that it was cut"
            <| fun () ->
                let text = (markdown [ for number in 1..900 -> refutedOn $"network-{number}" ])

                Expect.isLessThanOrEqual text.Length 65_536 "characters"
                Expect.stringContains text "report.html has the rest" "the notice"

                for line in (markdown findings).Split '\n' do
                    Expect.isFalse (line.Contains "has the rest") "not where it fits"

            testCase "written into another folder, the page leads back to the run's files"
            <| fun () ->
                inFolder (fun outer ->
                    let source, target = Path.Combine(outer, "run"), Path.Combine(outer, "page")
                    Directory.CreateDirectory target |> ignore
                    write source [] findings
                    Report.write target "run" (fun _ -> []) None (Run.read source)
                    let page = File.ReadAllText(Path.Combine(target, "report.html"))
                    Expect.stringContains page "href=\"../run/witnesses/003-weight-concentration.json\"" "witness"
                    Expect.stringContains page "href=\"../run/summary.json\"" "summary"
                    Expect.stringContains page "href=\"#weight-concentration\"" "anchors stay")

            testCase "findings pair whatever number of rows a draw has in its statement"
            <| fun () ->
                let said text =
                    { findings[1] with
                        Statement = $"at most {text} rows"
                    }

                inFolder (fun earlier ->
                    inFolder (fun later ->
                        write earlier [] [ said "276" ]
                        write later [] [ said "273" ]

                        let text =
                            Report.page "later" (fun _ -> []) (Some("earlier", Run.read earlier)) (Run.read later)
                            |> Markdown.render

                        Expect.stringContains text "1 findings stand in both" "paired"
                        Expect.isFalse (text.Contains "Only in") "neither new nor gone"))

            testCase
                "numbers: counts keep their digits, powers are written out, confidences keep the digits of their error"
            <| fun () ->
                for value, text in
                    [
                        98304.0, "98304"
                        -3.0, "−3"
                        0.0, "0"
                        2.5e-15, "2.5·10⁻¹⁵"
                        -1.23456e20, "−1.235·10²⁰"
                        1234.5678, "1235"
                        nan, "not a number"
                        -infinity, "−∞"
                    ] do
                    Expect.equal (Numbers.short value) text text

                for value, text in
                    [
                        0.95, "95 %"
                        0.9993589743589744, "99.936 %"
                        0.999999, "99.9999 %"
                        0.5, "50 %"
                        1.0, "100 %"
                        0.0, "0 %"
                    ] do
                    Expect.equal (Numbers.confidence value) text text

            testCase "what was expected and never judged fails in JUnit's file"
            <| fun () ->
                let text = one "junit.xml" [ "origin=supported" ] findings
                Expect.stringContains text "expected, but nothing was checked" "it fails"
                Expect.isFalse ((one "junit.xml" [] findings).Contains "nothing was checked") "not unexpected"

            testCase "a run that was cancelled says so at its head"
            <| fun () ->
                inFolder (fun folder ->
                    write folder [] findings
                    let file = Path.Combine(folder, "summary.json")
                    File.WriteAllText(file, (File.ReadAllText file).Replace("\"exit\":0", "\"exit\":130"))

                    let text = Report.page "r" (fun _ -> []) None (Run.read folder) |> Markdown.render

                    Expect.isLessThan (text.IndexOf "Not complete") (text.IndexOf "| Claim |") "first"
                    Expect.stringContains text "inversion audit --resume r" "what to do")

            testCase "a proof whose certificate was not written is no proof"
            <| fun () ->
                let kept = Proofs.AuditProofs.withoutCertificates findings

                Expect.isFalse (kept |> List.exists (fun finding -> finding.Verdict.IsProved)) "none is proved"

                for before, after in List.zip findings kept do
                    if not before.Verdict.IsProved then
                        Expect.equal after.Verdict.Word before.Verdict.Word "the others stay"

            testCase "reasons are told in words"
            <| fun () ->
                for reason, told in
                    [
                        "budget: 3 of 5", "more trials, weights or time would be needed: 3 of 5"
                        "not applicable: no layer", "the claim has no meaning here: no layer"
                        "budgets differ", "budgets differ"
                    ] do
                    Expect.equal (Evidence.reason reason) told reason
        ]
