/// Reports: they say what the run says, in any culture, and nothing in a name is taken for a mark.
module Inversion.Laws.ReportLaws

open System
open System.Globalization
open System.IO
open System.Text.RegularExpressions
open Expecto
open Inversion.Verify
open Inversion.Report
open Inversion.Laws.ReportCases

/// A culture that writes numbers as this one would, wherever its data are missing.
let private like decimal group minus =
    let culture = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
    culture.NumberFormat.NumberDecimalSeparator <- decimal
    culture.NumberFormat.NumberGroupSeparator <- group
    culture.NumberFormat.PercentDecimalSeparator <- decimal
    culture.NumberFormat.NegativeSign <- minus
    culture.DateTimeFormat.ShortDatePattern <- "dd.MM.yyyy"
    culture

let private withCulture culture work =
    let before = CultureInfo.CurrentCulture

    try
        CultureInfo.CurrentCulture <- culture
        work ()
    finally
        CultureInfo.CurrentCulture <- before

let private cultures =
    [
        "invariant", CultureInfo.InvariantCulture
        "en-US", like "." "," "-"
        "de-DE", like "," "." "-"
        "ru-RU", like "," "\u00a0" "\u2212"
    ]

let private matches pattern text =
    Regex.Matches(text, pattern)
    |> Seq.map (fun found -> found.Groups[1].Value)
    |> Seq.toList

/// To approve a change: INVERSION_APPROVE_REPORT=1 has the tests write it; read the difference and commit it.
let private isApproving =
    Environment.GetEnvironmentVariable "INVERSION_APPROVE_REPORT" = "1"

let private expectApproved name (made: string) =
    if isApproving then
        File.WriteAllText(Path.Combine(__SOURCE_DIRECTORY__, "Approved", name), made)
    else
        Expect.equal
            made
            (File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Approved", name)))
            $"Approved/{name}"

let private against before after =
    inFolder (fun earlier ->
        inFolder (fun later ->
            write earlier [] before
            write later [] after

            Report.page "later" (fun _ -> []) (Some("earlier", Run.read earlier)) (Run.read later)
            |> Markdown.render))

let private message (work: unit -> 'T) =
    try
        work () |> ignore
        failtest "it was read"
    with :? ReportException as problem ->
        problem.Message

[<Tests>]
let tests =
    testList
        "report"
        [
            for name, culture in cultures do
                testCase $"the text approved is written in the culture {name}"
                <| fun () ->
                    let made =
                        withCulture culture (fun () -> rendered [ "weight-concentration=supported" ] findings)

                    expectApproved "report.md" made["report.md"]
                    expectApproved "junit.xml" made["junit.xml"]

            testCase "the page is the same in every culture"
            <| fun () ->
                let pages =
                    cultures
                    |> List.map (fun (_, culture) -> withCulture culture (fun () -> (one "report.html" [] findings)))

                Expect.allEqual pages pages.Head "one page"

            testCase "every link on the page leads to an anchor or a file of the folder, and anchors are unique"
            <| fun () ->
                let page = (one "report.html" [] findings)
                let ids = matches "id=\"([^\"]*)\"" page
                Expect.equal (List.distinct ids).Length ids.Length "unique"

                for target in matches "href=\"([^\"]*)\"" page do
                    if target.StartsWith '#' then
                        Expect.contains ids (target.Substring 1) target
                    else
                        Expect.isTrue
                            (Regex.IsMatch(target, "^(witnesses|certificates)/[a-z0-9.-]+$|^summary.json$"))
                            target

            testCase "the page asks nothing of a network and runs nothing"
            <| fun () ->
                let page = (one "report.html" [] findings)

                Expect.isFalse
                    (Regex.IsMatch(page, "https?:|<script|@import|url\\(|srcset|<link"))
                    "no address, no script"

                Expect.isEmpty (matches "src=\"([^\"]*)\"" page) "no source"

            testCase "names and facts are text, not marks"
            <| fun () ->
                let made = rendered [] findings
                Expect.isFalse (made["report.html"].Contains "<i>") "HTML"
                Expect.stringContains made["report.html"] "a &lt;i&gt;&amp; *b*|c" "HTML, encoded"
                Expect.isFalse (Regex.IsMatch(made["report.md"], "(?<!`[^`\n]*)(?<!\\\\)<i>")) "Markdown"
                Expect.isTrue (made["report.md"].Contains "\\<i\\>& \\*b\\*\\|c") "Markdown, escaped"

            testCase "every row of a Markdown table has as many cells as its heading"
            <| fun () ->
                let cells (line: string) = Regex.Count(line, "(?<!\\\\)\\|")
                let lines = (one "report.md" [] findings).Split(char 10)

                for index in 1 .. lines.Length - 1 do
                    if lines[index].StartsWith '|' && lines[index - 1].StartsWith '|' then
                        Expect.equal (cells lines[index]) (cells lines[index - 1]) lines[index]

            testCase "verdicts are counted and shown as the run has them"
            <| fun () ->
                let made = rendered [] findings
                Expect.stringContains made["report.md"] "1 proved, 3 supported, 1 **refuted**, 1 undecided" "counts"
                Expect.stringContains made["report.html"] "on 4 of 6 networks drawn" "networks refuted"

                Expect.stringContains
                    made["report.html"]
                    "inversion replay runs/sample/witnesses/003-weight-concentration.json"
                    "replay"

                Expect.stringContains made["report.html"] "[0.4029997, 0.4029998]" "the witness' enclosure in full"
                Expect.stringContains made["report.html"] "certificates/a.json" "certificate"

            testCase "against an earlier run: changed verdicts, moved numbers, new and gone findings"
            <| fun () ->
                let later =
                    findings
                    |> List.filter (fun finding -> finding.Claim <> "assumptions")
                    |> List.map (fun finding ->
                        match finding.Claim with
                        | "expected-landscape" ->
                            { finding with
                                Verdict = Verdict.Supported
                            }
                        | "descent" ->
                            { finding with
                                Measured = [ "smallestSlope", Quantity.Number 2.0 ]
                            }
                        | _ -> finding)

                let text = against findings later

                Expect.stringContains
                    text
                    "5 findings stand in both: 1 changed their verdict, 1 kept it with another number, 3 are as they were"
                    "counts"

                Expect.stringContains text "| `expected-landscape` on theorem | proved | supported |" "changed"
                Expect.stringContains text "1235 | 2 |" "moved"
                Expect.stringContains text "**Only in earlier**\n\n- `assumptions` on theorem" "gone"

                Expect.stringContains
                    (against findings findings)
                    "6 findings stand in both: 0 changed their verdict, 0 kept"
                    "the same run"

            testCase "a damaged folder is refused with the file and the field"
            <| fun () ->
                inFolder (fun folder ->
                    let file = Path.Combine(folder, "summary.json")
                    Expect.stringContains (message (fun () -> Run.read folder)) "no summary.json" "no run folder"

                    Expect.stringContains
                        (message (fun () -> Run.read (Path.Combine(folder, "none"))))
                        "no such folder"
                        "no folder"

                    write folder [] findings
                    let whole = File.ReadAllText file
                    File.WriteAllText(file, whole.Substring(0, whole.Length / 2))
                    Expect.stringContains (message (fun () -> Run.read folder)) "not JSON" "cut off"
                    File.WriteAllText(file, whole.Replace("\"verdict\":\"proved\"", "\"verdict\":\"true\""))

                    Expect.stringContains
                        (message (fun () -> Run.read folder))
                        "finding 1: field 'verdict' is 'true'"
                        "no verdict"

                    File.WriteAllText(file, whole.Replace("inversion.audit/1", "inversion.audit/9"))
                    Expect.stringContains (message (fun () -> Run.read folder)) "inversion.audit/9" "another schema"
                    File.WriteAllText(file, whole.Replace("witnesses/003", "../003"))
                    let escaped = Run.read folder
                    Expect.isNone (escaped.Findings[2].Witness) "a file outside the folder is not read")

            testCase
                "what is refuted without a witness, or proved without a certificate, is not told as if they were there"
            <| fun () ->
                inFolder (fun folder ->
                    write folder [] findings

                    let told () =
                        Report.page "r" (fun _ -> []) None (Run.read folder) |> Html.render

                    Expect.stringContains (told ()) "was accepted by a checker" "there"
                    Expect.stringContains (told ()) "A counterexample in explicit numbers" "there"
                    Directory.Delete(Path.Combine(folder, "witnesses"), true)
                    Directory.Delete(Path.Combine(folder, "certificates"), true)
                    let page = told ()
                    Expect.stringContains page "The witness is gone or damaged" "said beside the numbers"
                    Expect.stringContains page "its witness is not in this folder" "said of the evidence"
                    Expect.stringContains page "the certificate is not in this folder" "said of the proof"
                    Expect.isFalse (page.Contains "confirmed in interval arithmetic") "nothing is confirmed"
                    Expect.isFalse (page.Contains "was accepted by a checker") "nothing is proved here"
                    write folder [] findings
                    let file = Path.Combine(folder, "summary.json")

                    File.WriteAllText(
                        file,
                        (File.ReadAllText file).Replace("\"witnesses/003-weight-concentration.json\"", "null")
                    )

                    Expect.stringContains (told ()) "its witness is not in this folder" "a refutation that names none")

            testCase "every claim has words"
            <| fun () ->
                for claim in Catalogue.ids @ SweepClaims.ids do
                    Expect.contains ClaimWords.ids claim "words"
        ]
