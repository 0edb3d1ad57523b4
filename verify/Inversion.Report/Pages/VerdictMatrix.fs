/// The verdicts at a glance: claims down, networks across.
[<RequireQualifiedAccess>]
module Inversion.Report.VerdictMatrix

open System
open Inversion.Verify

/// A refutation of some networks of an ensemble is told with their number.
let private counted (entry: Entry) =
    if entry.Verdict = "refuted" && entry.Scope <> "network" then
        $" {Numbers.whole entry.Failures}/{Numbers.whole entry.Trials}"
    else
        ""

let private cell (entry: Entry) =
    let number =
        match
            entry.Measured
            |> List.tryFind (fun (name, _) -> name = Catalogue.headline entry.Claim)
        with
        | Some(_, Quantity.Number value) when not (Double.IsNaN value) -> ", " + Numbers.rough value
        | _ -> ""

    [ VerdictWord entry.Verdict; Plain(counted entry + number) ]

/// One row for each claim, or each of its layers; the name links to the claim's section.
let table (entries: Entry list) =
    let networks = entries |> List.map _.Network |> List.distinct

    let rows =
        entries
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
