/// The verdicts at a glance: claims down, networks across.
[<RequireQualifiedAccess>]
module Inversion.Report.VerdictMatrix

open System
open Inversion.Verify

let private cell (entry: Entry) =
    let number =
        match
            entry.Measured
            |> List.tryFind (fun (name, _) -> name = Catalogue.headline entry.Claim)
        with
        | Some(_, Quantity.Number value) when not (Double.IsNaN value) -> ", " + Numbers.rough value
        | _ -> ""

    [
        VerdictWord entry.Verdict
        Plain(Telling.counted entry + number)
        if Evidence.isMissing entry then
            Strong " (evidence missing)"
    ]

/// Networks beside each other: a page is no wider.
let private mostColumns = 6

let private part (entries: Entry list) networks =

    let rows =
        entries
        |> List.filter (fun entry -> List.contains entry.Network networks)
        |> List.groupBy (fun entry -> entry.Claim, entry.Layer)
        |> List.map (fun ((claim, layer), found) ->
            let name = Link(claim, $"#{claim}")

            [
                match layer with
                | Some number -> [ name; Plain $" layer {number}" ]
                | None -> [ name ]
                for network in networks do
                    match found |> List.filter (fun entry -> entry.Network = network) with
                    | [] -> []
                    | some ->
                        some
                        |> List.map cell
                        |> List.reduce (fun first rest -> first @ Plain "; " :: rest)
            ])

    Rows
        {
            Headings = "Claim" :: networks
            Rows = rows
            Numeric = []
        }

/// One row for each claim, or each of its layers; the name links to the claim's section. Several tables where the networks are many.
let tables (entries: Entry list) =
    entries
    |> List.map _.Network
    |> List.distinct
    |> List.chunkBySize mostColumns
    |> List.map (part entries)
