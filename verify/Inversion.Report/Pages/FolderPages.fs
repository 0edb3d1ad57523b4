/// The pages of `weights` and `landscape`.
[<RequireQualifiedAccess>]
module Inversion.Report.FolderPages

open System.IO
open System.Text.Json.Nodes

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
                                FolderParts.picture
                                    folder
                                    file
                                    $"Histogram and Q–Q plot of {network}, {Path.GetFileNameWithoutExtension file}."
                                    "Histogram with the normal law of the same mean and deviation, and the Q–Q plot."
                    ]
                FolderParts.run folder content [ "weights.json"; "weights.csv"; "plan.json" ]
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
                    FolderParts.picture
                        folder
                        "figures/landscape.svg"
                        $"J of {network} on a plane around the true code, with lines of equal value."
                        "J on the plane; lines of equal value are denser near the least."
                Facts
                    [
                        "z°, at offsets (0, 0)", [ Plain(FolderParts.code (JsonRead.numbers "truth" content)) ]
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
        Sections =
            [
                FolderParts.run folder content [ "landscape.json"; "landscape.csv"; "plan.json" ]
            ]
    }
