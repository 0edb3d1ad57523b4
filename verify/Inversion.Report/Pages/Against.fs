/// Two runs beside each other: what changed its verdict, what moved, what is new or gone.
[<RequireQualifiedAccess>]
module Inversion.Report.Against

open System
open System.Text.Json.Nodes
open System.Text.RegularExpressions
open Inversion.Verify

/// What a finding is about, the same in both runs: numbers in its statement may be those of a draw.
let private identity (entry: Entry) =
    entry.Claim, entry.Network, entry.Layer, Regex.Replace(entry.Statement, @"\d+(\.\d+)?", "#")

/// Below this, numbers are roundings.
let private rounding = 1e-12

/// A number moved where it changed by more than one part in a thousand, and not among roundings.
let private moved (before: float) (after: float) =
    not (before.Equals after)
    && not (abs before < rounding && abs after < rounding)
    && not (abs (after - before) <= 1e-3 * max (abs before) (abs after))

let private numberOf (entry: Entry) = entry.Value(Telling.headlineName entry)

/// The keys of two plans that have other values, or stand in one alone.
let private differing (first: JsonObject) (second: JsonObject) =
    [ for field in first -> field.Key ] @ [ for field in second -> field.Key ]
    |> List.distinct
    |> List.filter (fun key -> not (JsonNode.DeepEquals(first[key], second[key])))

/// The findings that stand in both runs, as pairs; those only in the earlier; those only in the later. Repeated ones pair in their order.
let pair (before: Entry list) (after: Entry list) =
    let keyed entries =
        entries
        |> List.groupBy identity
        |> List.collect (fun (key, found) -> found |> List.mapi (fun index entry -> (key, index), entry))

    let earlier = keyed before |> Map.ofList
    let later = keyed after

    let pairs =
        later
        |> List.choose (fun (key, entry) -> earlier |> Map.tryFind key |> Option.map (fun first -> first, entry))

    let fresh =
        later
        |> List.filter (fun (key, _) -> not (earlier.ContainsKey key))
        |> List.map snd

    let laterKeys = later |> List.map fst |> Set.ofList

    let gone =
        keyed before
        |> List.filter (fun (key, _) -> not (laterKeys.Contains key))
        |> List.map snd

    pairs, gone, fresh

/// The counterexample or the reason that is new, or gone.
let private why (before: Entry) (after: Entry) =
    match Telling.counterexample after, Telling.counterexample before with
    | "", "" -> ""
    | "", gone -> $"before: {gone}"
    | now, _ -> now

let private name (entry: Entry) =
    [ Code entry.Claim; Plain $" on {Telling.subject entry}" ]

/// The section; `other` names the earlier run.
let section (other: string) (before: Run) (after: Run) =
    let pairs, gone, fresh = pair before.Findings after.Findings

    let changed =
        pairs |> List.filter (fun (first, second) -> first.Verdict <> second.Verdict)

    let shifted =
        pairs
        |> List.filter (fun (first, second) ->
            first.Verdict = second.Verdict && moved (numberOf first) (numberOf second))

    // A network that the other run has not at all is one line.
    let lines title (others: Entry list) (entries: Entry list) =
        let known = others |> List.map (fun entry -> entry.Network) |> Set.ofList

        match entries with
        | [] -> []
        | some ->
            [
                Paragraph [ Strong title ]
                Bullets
                    [
                        for network, found in some |> List.groupBy (fun entry -> entry.Network) do
                            if known.Contains network then
                                for entry in found do
                                    name entry @ [ Plain ": "; VerdictWord entry.Verdict ]
                            else
                                [ Plain $"everything on {network}: {found.Length} findings" ]
                    ]
            ]

    let differing = differing before.Plan after.Plan

    Page.section
        [ Plain $"Against {other}" ]
        "against"
        [
            Paragraph
                [
                    Plain
                        $"{pairs.Length} findings stand in both: {changed.Length} changed their verdict, {shifted.Length} kept it with another number, {pairs.Length - changed.Length - shifted.Length} are as they were."
                ]
            match differing with
            | [] -> ()
            | [ "seed" ] ->
                Paragraph
                    [
                        Strong "The seeds differ: "
                        Plain
                            "networks that are drawn are other networks, and trials are other trials; a change can be chance's."
                    ]
            | keys ->
                Paragraph
                    [
                        Strong "The plans differ "
                        Plain $"""in {String.Join(", ", keys)}: a change can be the plan's and not the network's."""
                    ]
            if not changed.IsEmpty then
                Rows
                    {
                        Headings = [ "Changed its verdict"; "Before"; "Now"; "Number before"; "Number now"; "Why" ]
                        Rows =
                            [
                                for first, second in changed ->
                                    [
                                        name second
                                        [ VerdictWord first.Verdict; Plain(Telling.counted first) ]
                                        [ VerdictWord second.Verdict; Plain(Telling.counted second) ]
                                        [ Plain(Telling.headline first) ]
                                        [ Plain(Telling.headline second) ]
                                        [ Plain(why first second) ]
                                    ]
                            ]
                        Numeric = []
                    }
            if not shifted.IsEmpty then
                Rows
                    {
                        Headings = [ "Moved"; "Verdict"; "Before"; "Now"; "Change" ]
                        Rows =
                            [
                                for first, second in shifted ->
                                    [
                                        name second
                                        [ VerdictWord second.Verdict ]
                                        [ Plain(Telling.headline first) ]
                                        [ Plain(Telling.headline second) ]
                                        [ Plain(Numbers.short (numberOf second - numberOf first)) ]
                                    ]
                            ]
                        Numeric = [ 2; 3; 4 ]
                    }
            yield! lines "Only in this run" before.Findings fresh
            yield! lines $"Only in {other}" after.Findings gone
        ]
