/// JUnit's XML of a run: it agrees with the exit code, and its counts with its cases.
module Inversion.Laws.JUnitLaws

open System.Xml.Linq
open Expecto
open Inversion.Verify
open Inversion.Laws.ReportCases

let private testCases (xml: string) =
    XDocument.Parse(xml).Descendants(XName.Get "testcase") |> Seq.toList

let private children (name: string) (node: XElement) =
    node.Elements(XName.Get name) |> Seq.toList

let private attribute (name: string) (node: XElement) =
    match node.Attribute(XName.Get name) with
    | null -> failtest $"no attribute {name}"
    | found -> found.Value

[<Tests>]
let tests =
    testList
        "junit"
        [
            testCase "JUnit: undecided is skipped with its reason, and nothing else fails without expectations"
            <| fun () ->
                let cases = testCases (one "junit.xml" [] findings)
                Expect.equal cases.Length findings.Length "one case a finding"

                let skipped =
                    cases |> List.filter (fun case -> not (children "skipped" case).IsEmpty)

                Expect.equal skipped.Length 1 "skipped"

                Expect.stringContains
                    (attribute "message" (children "skipped" skipped.Head).Head)
                    "budget: too few"
                    "the reason"

                Expect.isEmpty (cases |> List.collect (children "failure")) "no failure"

            testCase "JUnit: a broken expectation fails with the fact and the replay command; a proof satisfies support"
            <| fun () ->
                let made =
                    rendered [ "weight-concentration=supported,expected-landscape=supported" ] findings

                let failures = testCases made["junit.xml"] |> List.collect (children "failure")
                Expect.equal failures.Length 1 "the refuted one"
                Expect.stringContains failures.Head.Value "leaves Q by 0.403" "fact"
                Expect.stringContains failures.Head.Value "inversion replay runs/sample/witnesses/" "replay"
                Expect.stringContains made["report.md"] "The gate does not hold" "the page says so"

            testCase "JUnit: a refuted consistency law fails though nothing is expected"
            <| fun () ->
                let broken =
                    findings
                    |> List.map (fun finding ->
                        if finding.Role = Role.Consistency then
                            { finding with
                                Verdict = Verdict.Refuted { witness with Claim = finding.Claim }
                            }
                        else
                            finding)

                let failures =
                    testCases (one "junit.xml" [] broken) |> List.collect (children "failure")

                Expect.equal failures.Length 1 "one"

            testCase "the counts of a suite are those of its cases"
            <| fun () ->
                let xml =
                    XDocument.Parse(one "junit.xml" [ "weight-concentration=proved" ] findings)

                for suite in xml.Descendants(XName.Get "testsuite") do
                    let cases = children "testcase" suite

                    let count name =
                        cases |> List.collect (children name) |> List.length |> string

                    Expect.equal (attribute "tests" suite) (string cases.Length) "tests"
                    Expect.equal (attribute "failures" suite) (count "failure") "failures"
                    Expect.equal (attribute "skipped" suite) (count "skipped") "skipped"
        ]
