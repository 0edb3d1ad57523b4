/// Findings told in words. Nothing is judged here.
[<RequireQualifiedAccess>]
module Inversion.Report.Telling

open System
open Inversion.Verify

/// "theorem, layer 2".
let subject (entry: Entry) =
    match entry.Layer with
    | Some layer -> $"{entry.Network}, layer {layer}"
    | None -> entry.Network

/// The measured number that the finding is judged by, as it is named. Growth along a size is judged by a power, a fall by an exponent.
let headlineName (entry: Entry) =
    match entry.Claim with
    | "failure-probability" when entry.Statement.Contains("grows at most", StringComparison.Ordinal) -> "power"
    | claim -> Catalogue.headline claim

/// The number that the finding is judged by; empty where there is none. Where it is known between two ends alone, those.
let headline (entry: Entry) =
    let name = headlineName entry

    let between () =
        $"""between {Numbers.short (entry.Value "r50Lower")} and {Numbers.short (entry.Value "r50Upper")}"""

    match entry.Claim, entry.Measured |> List.tryFind (fun (key, _) -> key = name) with
    | _, (None | Some(_, Quantity.Absent)) -> ""
    | "phase-transition", _ when entry.Value "width" = 0.0 -> between ()
    | "failure-probability", Some(_, quantity) -> $"{name} {Numbers.quantity quantity}"
    | _, Some(_, quantity) -> Numbers.quantity quantity

/// How many of the networks drawn: " 4/6" where it is refuted, or proved, on each of so many; empty for one network.
let counted (entry: Entry) =
    match entry.Verdict, Evidence.networks entry with
    | "refuted", Some count -> $" {Numbers.whole entry.Failures}/{Numbers.whole count}"
    | "proved", Some count -> $" {Numbers.whole count}/{Numbers.whole count}"
    | _ -> ""

/// What was claimed of the number: "at most 0.1".
let limit (entry: Entry) =
    match (ClaimWords.ofClaim entry.Claim).Limit with
    | words, "" -> words
    | words, name ->
        match entry.Allowed |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, value) -> $"{words} {Numbers.short value}"
        | None -> ""

/// What is wrong with the evidence's files, or the counterexample: the last column of a claim's table.
let counterexample (entry: Entry) =
    match entry.Verdict, entry.Witness with
    | "proved", _ when Evidence.isMissing entry -> "the certificate is not in this folder"
    | "refuted", None -> "the witness is not in this folder, or damaged"
    | "refuted", Some witness -> witness.Fact
    | "undecided", _ -> Evidence.reason entry.Reason
    | _ -> ""

let private side (side: Side) =
    match side with
    | Side.AtMost -> "at most"
    | Side.Below -> "less than"
    | Side.AtLeast -> "at least"
    | _ -> "more than"

/// The limit that was broken: "at most 0.1 was claimed, 0.403 is certain"; of a test by counts the chance that they would have.
let broken (witness: Witness) =
    // The end of the enclosure on the claim's side: what rounding cannot explain away.
    let certain =
        match witness.Side with
        | Side.AtMost
        | Side.Below -> witness.Measured.Lower
        | _ -> witness.Measured.Upper

    match (ClaimWords.ofClaim witness.Claim).Basis, witness.Side with
    | Counted _, Side.AtLeast ->
        $"such counts would have a chance of at most {Numbers.short certain} if the claim were true; below {Numbers.short witness.Allowed} it is refuted"
    | _ -> $"{side witness.Side} {Numbers.short witness.Allowed} was claimed, {Numbers.short certain} found"

/// Names in a row: "a, b and c". Each is set as a name, since a name may hold a comma.
let private list (names: (string * string) list) =
    names
    |> List.mapi (fun index (name, count) ->
        [
            if index > 0 then
                Plain(if index = names.Length - 1 then " and " else ", ")
            Code name
            if count <> "" then
                Plain $" ({count})"
        ])
    |> List.concat

let private drawn (entry: Entry) =
    match entry.Verdict, Evidence.networks entry with
    | "refuted", Some count -> $"{Numbers.whole entry.Failures} of {Numbers.whole count} networks drawn"
    | "undecided", _
    | _, None -> ""
    | _, Some count -> $"{Numbers.whole count} networks drawn"

/// What was found, by numbers alone: "supported on 4 and refuted on 2 of 6 networks".
let tally (entries: Entry list) =
    match entries with
    | [ single ] -> [ VerdictWord single.Verdict ]
    | _ ->
        let what =
            if entries |> List.exists (fun entry -> entry.Layer.IsSome) then
                "findings"
            elif entries |> List.exists (fun entry -> (Evidence.networks entry).IsSome) then
                "kinds of network"
            else
                "networks"

        let counts =
            [ "proved"; "supported"; "refuted"; "undecided" ]
            |> List.choose (fun verdict ->
                match entries |> List.filter (fun entry -> entry.Verdict = verdict) |> List.length with
                | 0 -> None
                | count -> Some [ VerdictWord verdict; Plain $" on {Numbers.whole count}" ])

        [
            for index, words in List.indexed counts do
                if index > 0 then
                    Plain(if index = counts.Length - 1 then " and " else ", ")

                yield! words
            Plain $" of {Numbers.whole entries.Length} {what}"
        ]

/// More names than these are counted.
let private mostNames = 12

/// What was found on all networks of a claim: "supported on a (6 networks drawn) and b; refuted on c".
let found (entries: Entry list) =
    [ "proved"; "supported"; "refuted"; "undecided" ]
    |> List.choose (fun verdict ->
        let held = entries |> List.filter (fun entry -> entry.Verdict = verdict)

        if held.IsEmpty then
            None
        elif entries.Length > mostNames then
            Some
                [
                    VerdictWord verdict
                    Plain $" in {Numbers.whole held.Length} of {Numbers.whole entries.Length} findings"
                ]
        else
            let named =
                held |> List.map (fun entry -> subject entry, drawn entry) |> List.distinct

            // What is true of each is said once.
            match named |> List.map snd |> List.distinct with
            | [ same ] when same <> "" && named.Length > 1 ->
                let names = named |> List.map (fun (name, _) -> name, "")
                Some(VerdictWord verdict :: Plain " on " :: list names @ [ Plain $" ({same} each)" ])
            | _ -> Some(VerdictWord verdict :: Plain " on " :: list named))
    |> List.mapi (fun index words -> if index = 0 then words else Plain "; " :: words)
    |> List.concat
