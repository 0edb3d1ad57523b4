/// One finding in full: statement, numbers, evidence, witness or certificate, and how to have it again.
[<RequireQualifiedAccess>]
module Inversion.Report.FindingSection

open Inversion.Verify

/// Entries of a vector that are shown; the witness file has all.
let private mostEntries = 12

/// The finding's anchor on the page.
let anchor (entry: Entry) =
    Page.anchor [ "finding"; Numbers.whole entry.Number; entry.Claim ]

let private quantities (entry: Entry) =
    // What nothing measured is compared with is there to be read beside it.
    let isLimit name =
        name = "epsilon"
        || name = snd (ClaimWords.ofClaim entry.Claim).Limit
        || entry.Measured |> List.exists (fun (measured, _) -> measured = name)

    let allowed =
        entry.Allowed
        |> List.map (fun (name, value) ->
            [
                [ Code name ]
                [ Plain(Numbers.short value) ]
                [ Plain(if isLimit name then "limit" else "for comparison") ]
            ])

    let measured =
        entry.Measured
        |> List.map (fun (name, value) -> [ [ Code name ]; [ Plain(Numbers.quantity value) ]; [] ])

    if allowed.IsEmpty && measured.IsEmpty then
        []
    else
        [
            Rows
                {
                    Headings = [ "Name"; "Number"; "" ]
                    Rows = measured @ allowed
                    Numeric = [ 1 ]
                }
        ]

let private witnessBlocks folder (entry: Entry) =
    match entry.WitnessFile, entry.Witness with
    | None, _ -> []
    | Some file, None ->
        [
            Paragraph
                [
                    Strong "The witness is gone or damaged: "
                    Code file
                    Plain ". Without it the refutation cannot be replayed."
                ]
        ]
    | Some file, Some witness ->
        [
            Paragraph [ Strong "Counterexample. "; Plain witness.Fact ]
            Facts
                [
                    "limit", [ Plain(Telling.broken witness) ]
                    "enclosure",
                    [
                        Plain $"[{Numbers.full witness.Measured.Lower}, {Numbers.full witness.Measured.Upper}]"
                    ]
                    for name, value in witness.Scalars do
                        name, [ Plain(Numbers.full value) ]
                    for name, values in witness.Vectors do
                        $"{name}, {values.Length} entries", [ Plain(Numbers.vector mostEntries values) ]
                    "file", [ Link(file, file) ]
                ]
            Command $"inversion replay {folder}/{file}"
        ]

let private certificateBlocks folder (entry: Entry) =
    match entry.Certificate with
    | None -> []
    | Some file ->
        [
            Paragraph [ Strong "Certificate. "; Link(file, file) ]
            Command $"inversion check-certificate {folder}/{file}"
        ]

/// What follows the heading.
let blocks folder (entry: Entry) =
    [
        Paragraph [ Formula entry.Statement ]
        Paragraph [ Plain(Evidence.sentence entry) ]
        if entry.Verdict <> "undecided" && entry.Reason <> "" then
            Paragraph [ Plain "Beside it: "; Plain entry.Reason; Plain "." ]
        yield! quantities entry
        yield! witnessBlocks folder entry
        yield! certificateBlocks folder entry
        if entry.Method <> "" then
            Paragraph [ Strong "How it was searched. "; Plain entry.Method ]
        Facts
            [
                "source", [ Plain entry.Source ]
                "arithmetic", [ Plain entry.Arithmetic ]
                "about", [ Plain entry.Scope ]
                "key", [ Code entry.Key ]
                "time", [ Plain(Numbers.seconds entry.Seconds) ]
            ]
        Command $"inversion replay {folder} --finding {entry.Number}"
    ]

/// A folded section of the finding.
let section folder (entry: Entry) =
    let number = Telling.headline entry

    Part
        {
            Title =
                [
                    VerdictWord entry.Verdict
                    Plain $" {Telling.subject entry}"
                    if number <> "" then
                        Plain $": {(ClaimWords.ofClaim entry.Claim).Headline} {number}"
                ]
            Anchor = anchor entry
            IsFolded = true
            Blocks = blocks folder entry
        }
