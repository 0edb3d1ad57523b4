/// The page of `certify`.
[<RequireQualifiedAccess>]
module Inversion.Report.CertifyPage

open System.Text.Json.Nodes
open Inversion.Verify

/// What the claims that were decided say, and where they are from.
let private claims (decided: JsonObject list) =
    decided
    |> List.map (JsonRead.text "claim")
    |> List.distinct
    |> List.map (fun claim ->
        let words = ClaimWords.ofClaim claim

        let source =
            match Catalogue.tryFind claim with
            | Some known -> $" ({known.Source})"
            | None -> ""

        [ Code claim; Plain $": {words.Claimed}{source}" ])
    |> Bullets

/// From its summary.json. `name` is how the commands on it name the folder.
let page folder name (content: JsonObject) : Page =
    let decided = JsonRead.items "decided" content
    let network = JsonRead.text "network" content

    {
        Title = $"Proofs about {network}"
        Subtitle =
            [
                match JsonRead.text "weights" content with
                | "" -> Plain "no weights enter"
                | hash -> Plain $"""measured: {JsonRead.text "measurement" content}; weights sha256 {hash}"""
            ]
        Lead =
            [
                if JsonRead.text "complete" content = "false" then
                    Paragraph
                        [
                            Strong "Not complete: "
                            Plain "it was cancelled; of claims that are not listed nothing is known."
                        ]
                Rows
                    {
                        Headings = [ "Claim"; "Layer"; "Verdict"; "What is shown"; "Certificate" ]
                        Rows =
                            [
                                for entry in decided ->
                                    let certificate = JsonRead.text "certificate" entry

                                    [
                                        [ Code(JsonRead.text "claim" entry) ]
                                        [ Plain(JsonRead.text "layer" entry) ]
                                        [ VerdictWord(JsonRead.text "verdict" entry) ]
                                        [ Plain(JsonRead.text "statement" entry) ]
                                        (if certificate = "" then
                                             []
                                         else
                                             [ Link(certificate, certificate) ])
                                    ]
                            ]
                        Numeric = []
                    }
                claims decided
                Paragraph
                    [
                        Plain
                            "Proved and refuted hold for these weights, rounding included, and say nothing of others. A certificate is checked by a program that shares no code with what wrote it:"
                    ]
                Command $"inversion check-certificate {name}"
            ]
        Sections =
            [
                FolderParts.run folder content [ "summary.json"; "plan.json"; "network.safetensors" ]
            ]
    }
