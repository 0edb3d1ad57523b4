/// Findings as JUnit's XML, which continuous integration reads. It agrees with the exit code: a finding fails where an expectation
/// on its claim is broken, or, where nothing is expected, if a consistency law is refuted. Undecided findings are skipped, with the reason.
[<RequireQualifiedAccess>]
module Inversion.Report.JUnit

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.Json.Nodes
open System.Xml
open System.Xml.Linq
open Inversion.Verify

/// What the plan expects of claims, as `--expect` has it.
let expectations (plan: JsonObject) =
    let texts =
        match plan["expect"] with
        | null -> []
        | :? JsonArray as list -> [ for node in list -> string node ]
        | node -> [ string node ]

    texts
    |> List.collect (fun text -> List.ofArray (text.Split(',')))
    |> List.choose (fun text ->
        match Gate.parse text with
        | Ok expectation -> Some expectation
        | Error _ -> None)

/// What is wrong with a finding; None where the gate holds for it.
let failure (expectations: Expectation list) (entry: Entry) =
    match expectations |> List.filter (fun expectation -> expectation.Claim = entry.Claim) with
    | [] when expectations.IsEmpty && entry.Role = "consistency" && entry.Verdict = "refuted" ->
        Some "a consistency law is refuted"
    | expected ->
        expected
        |> List.tryFind (fun expectation -> not (Gate.satisfies expectation.Verdict entry.Verdict))
        |> Option.map (fun expectation -> $"expected {expectation.Verdict}, found {entry.Verdict}")

/// XML has no place for most control characters.
let private clean (text: string) =
    text |> String.filter XmlConvert.IsXmlChar

let private attribute (name: string) (value: string) = XAttribute(XName.Get name, clean value)

/// What may stand within an element: another, an attribute, a text.
let private content (part: 'T) : objnull = box part

let private element (name: string) (parts: objnull list) =
    XElement(XName.Get name, List.toArray parts)

let private time (seconds: float) =
    attribute
        "time"
        (if Double.IsFinite seconds then
             seconds.ToString("0.000", CultureInfo.InvariantCulture)
         else
             "0.000")

let private testCase folder expectations (entry: Entry) =
    let outcome: objnull list =
        match failure expectations entry, entry.Verdict with
        | _, "undecided" -> [ content (element "skipped" [ content (attribute "message" entry.Reason) ]) ]
        | Some message, _ ->
            let replay =
                match entry.WitnessFile with
                | Some file -> $"\nreplay: inversion replay {folder}/{file}"
                | None -> $"\nreplay: inversion replay {folder} --finding {entry.Number}"

            let fact =
                match entry.Witness with
                | Some witness -> witness.Fact
                | None -> Evidence.sentence entry

            [
                content (
                    element
                        "failure"
                        [
                            content (attribute "message" message)
                            content (attribute "type" entry.Verdict)
                            content (clean (fact + replay))
                        ]
                )
            ]
        | None, _ -> []

    element
        "testcase"
        [
            content (attribute "classname" $"inversion.{entry.Role}.{entry.Claim}")
            content (attribute "name" $"{Telling.subject entry}: {entry.Verdict}")
            content (time entry.Seconds)
            yield! outcome
            content (
                element
                    "system-out"
                    [
                        content (clean $"{entry.Statement}\n{Evidence.sentence entry}\nkey {entry.Key}")
                    ]
            )
        ]

/// The XML of a run. `folder` is how the replay commands name the run folder.
let render (folder: string) (run: Run) =
    let expected = expectations run.Plan

    let suites =
        run.Findings
        |> List.groupBy _.Claim
        |> List.map (fun (claim, entries) ->
            let count holds =
                entries |> List.filter holds |> List.length |> Numbers.whole

            let skipped (entry: Entry) = entry.Verdict = "undecided"

            element
                "testsuite"
                [
                    content (attribute "name" claim)
                    content (attribute "tests" (Numbers.whole entries.Length))
                    content (
                        attribute
                            "failures"
                            (count (fun entry -> not (skipped entry) && (failure expected entry).IsSome))
                    )
                    content (attribute "errors" "0")
                    content (attribute "skipped" (count skipped))
                    content (time (entries |> List.sumBy _.Seconds))
                    yield! entries |> List.map (testCase folder expected >> content)
                ])

    // What was expected and never judged, as where a run was cancelled, fails.
    let unchecked =
        expected
        |> List.map _.Claim
        |> List.distinct
        |> List.filter (fun claim -> run.Findings |> List.forall (fun entry -> entry.Claim <> claim))
        |> List.map (fun claim ->
            let message = content (attribute "message" "expected, but nothing was checked")

            element
                "testsuite"
                [
                    content (attribute "name" claim)
                    for name, count in [ "tests", "1"; "failures", "1"; "errors", "0"; "skipped", "0" ] do
                        content (attribute name count)
                    content (
                        element
                            "testcase"
                            [
                                content (attribute "classname" $"inversion.{claim}")
                                content (attribute "name" "nothing was checked")
                                content (element "failure" [ message ])
                            ]
                    )
                ])

    let document =
        XDocument(
            element
                "testsuites"
                (content (attribute "name" "inversion")
                 :: (suites @ unchecked |> List.map content))
        )

    use writer = new StringWriter(CultureInfo.InvariantCulture)
    // The file is written in UTF-8, whatever a text writer in memory calls itself.
    let settings =
        XmlWriterSettings(Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n")

    using (XmlWriter.Create(writer, settings)) document.Save
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + writer.ToString() + "\n"
