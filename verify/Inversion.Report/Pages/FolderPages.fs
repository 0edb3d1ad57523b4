/// Pages of folders that are no audit and no sweep: weights, landscape, certify.
[<RequireQualifiedAccess>]
module Inversion.Report.FolderPages

open System.IO
open System.Text.Json.Nodes

/// A picture of the folder; none where the file is gone.
let private picture (folder: string) (file: string) alternative caption =
    let path = Path.Combine(folder, file)

    if file.EndsWith(".svg", System.StringComparison.Ordinal) && File.Exists path then
        [
            Figure
                {
                    Files = []
                    MediaType = "image/svg+xml"
                    Bytes = File.ReadAllBytes path
                    Size = None
                    Alternative = alternative
                    Caption = caption
                }
        ]
    else
        []

let private plan (content: JsonObject) files =
    Page.section
        [ Plain "How this was run" ]
        "run"
        [
            Facts(RunFacts.facts (JsonRead.fields "plan" content) [])
            Paragraph(
                Plain "Files: "
                :: (files
                    |> List.mapi (fun index file ->
                        [
                            if index > 0 then
                                Plain ", "
                            Link(file, file)
                        ])
                    |> List.concat)
            )
        ]

/// Numbers of a layer's weights, in the order of the table.
let private columns =
    [
        "count", "weights"
        "mean", "mean"
        "deviation", "standard deviation"
        "skewness", "skewness"
        "excessKurtosis", "excess kurtosis"
        "andersonDarling", "Anderson–Darling A*²"
        "distance", "distance from a normal law"
        "resolution", "± at 95 %"
    ]

/// The page of `weights`, from weights.json.
let weights folder (content: JsonObject) : Page =
    let layers = JsonRead.items "layers" content
    let network = JsonRead.text "network" content

    {
        Title = $"Weights of {network}"
        Subtitle = [ Plain $"{layers.Length} layers with weights, each beside a normal law" ]
        Lead =
            [
                Rows
                    {
                        Headings = "layer" :: "type" :: (columns |> List.map snd)
                        Rows =
                            [
                                for layer in layers ->
                                    [
                                        [ Plain(JsonRead.text "layer" layer) ]
                                        [ Code(JsonRead.text "type" layer) ]
                                        for name, _ in columns do
                                            [ Plain(Numbers.short (JsonRead.number name layer)) ]
                                    ]
                            ]
                        Numeric = [ 2 .. columns.Length + 1 ]
                    }
                Paragraph
                    [
                        Plain
                            "The distance is the largest difference of the shares of weights below a value, from the nearest normal law: an effect size, which does not grow with the number of weights. With many weights every test of normality rejects."
                    ]
            ]
        Sections =
            [
                Page.section
                    [ Plain "Layer by layer" ]
                    "layers"
                    [
                        for file in JsonRead.texts "figures" content do
                            yield!
                                picture
                                    folder
                                    file
                                    $"Histogram and Q–Q plot of {network}, {Path.GetFileNameWithoutExtension file}."
                                    "Histogram with the normal law of the same mean and deviation, and the Q–Q plot."
                    ]
                plan content [ "weights.json"; "weights.csv"; "plan.json" ]
            ]
    }

/// The page of `landscape`, from landscape.json.
let landscape folder (content: JsonObject) : Page =
    let network = JsonRead.text "network" content

    let place (fields: JsonObject) =
        $"""J = {Numbers.short (JsonRead.number "J" fields)} at offsets ({Numbers.short (JsonRead.number "x" fields)}, {Numbers.short (JsonRead.number "y" fields)})"""

    {
        Title = $"Landscape of {network}"
        Subtitle =
            [
                Plain
                    $"""J on {JsonRead.text "points" content} × {JsonRead.text "points" content} points of a plane of codes around the true one"""
            ]
        Lead =
            [
                yield!
                    picture
                        folder
                        "figures/landscape.svg"
                        $"J of {network} on a plane around the true code, with lines of equal value."
                        "J on the plane; lines of equal value are denser near the least."
                Facts
                    [
                        "least", [ Plain(place (JsonRead.fields "least" content)) ]
                        "largest", [ Plain(place (JsonRead.fields "largest" content)) ]
                        "points below their eight neighbors", [ Plain(JsonRead.text "gridMinima" content) ]
                        "points with the least value", [ Plain(JsonRead.text "leastCount" content) ]
                        "points that are not finite", [ Plain(JsonRead.text "notFinite" content) ]
                        "observed",
                        [
                            Plain
                                $"""{JsonRead.text "measurements" content} of {JsonRead.text "outputs" content} outputs"""
                        ]
                        "key", [ Code(JsonRead.text "key" content) ]
                    ]
                if File.Exists(Path.Combine(folder, "landscape.html")) then
                    Paragraph [ Link("The surface, to be turned", "landscape.html"); Plain "." ]
            ]
        Sections = [ plan content [ "landscape.json"; "landscape.csv"; "plan.json" ] ]
    }

/// The page of `certify`, from its summary.json. `name` is how the commands on it name the folder.
let certify name (content: JsonObject) : Page =
    let decided = JsonRead.items "decided" content
    let network = JsonRead.text "network" content

    {
        Title = $"Proofs about {network}"
        Subtitle =
            [
                Plain
                    $"""measured: {JsonRead.text "measurement" content}; weights sha256 {JsonRead.text "weights" content}"""
            ]
        Lead =
            [
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
                Paragraph
                    [
                        Plain
                            "Proved and refuted hold for the weights with this hash, rounding included. A certificate is checked by a program that shares no code with what wrote it:"
                    ]
                Command $"inversion check-certificate {name}"
            ]
        Sections = [ plan content [ "summary.json"; "plan.json"; "network.safetensors" ] ]
    }
