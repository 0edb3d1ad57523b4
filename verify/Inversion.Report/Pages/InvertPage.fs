/// The page of `invert`.
[<RequireQualifiedAccess>]
module Inversion.Report.InvertPage

open System.Text.Json.Nodes

/// Codes of the table; the rest are in invert.json.
let private mostCodes = 400

let private columns =
    [
        "relativeError", "relative error of the code"
        "relativeResidual", "relative residual of the measurements"
        "psnr", "PSNR of the output (dB)"
        "ssim", "SSIM"
        "evaluations", "gradient evaluations"
        "restarts", "descents"
    ]

let private table (codes: JsonObject list) =
    let there =
        columns
        |> List.filter (fun (name, _) ->
            codes
            |> List.exists (fun code -> not (System.Double.IsNaN(JsonRead.number name code))))

    let hasClass = codes |> List.exists (fun code -> JsonRead.text "class" code <> "")

    Rows
        {
            Headings =
                [
                    "code"
                    if hasClass then
                        "class"
                    yield! there |> List.map snd
                    "what ended its best descent"
                ]
            Rows =
                [
                    for code in codes |> List.truncate mostCodes ->
                        [
                            [ Plain((JsonRead.text "name" code).Replace(' ', '\u00a0')) ]
                            if hasClass then
                                [ Plain(JsonRead.text "class" code) ]
                            for name, _ in there do
                                [ Plain(Numbers.short (JsonRead.number name code)) ]
                            [ Plain(JsonRead.text "stop" code) ]
                        ]
                ]
            Numeric =
                (let first = if hasClass then 2 else 1
                 [ first .. first + there.Length - 1 ])
        }

let private rate (content: JsonObject) =
    match JsonRead.number "successRate" content with
    | known when System.Double.IsNaN known -> "The true codes are not known: nothing says that these are they."
    | known ->
        $"""Recovered to a thousandth: {Numbers.percent known} ({Numbers.percent (JsonRead.number "successRateLower" content)} to {Numbers.percent (JsonRead.number "successRateUpper" content)} at a confidence of 95 %%)."""

/// From invert.json.
let page folder (content: JsonObject) : Page =
    let codes = JsonRead.items "codes" content

    {
        Title = "Recovered codes"
        Subtitle =
            [
                Plain
                    $"""{codes.Length} {(if codes.Length = 1 then "code" else "codes")} from {JsonRead.text "measurements" content} measurements of {JsonRead.text "outputs" content} outputs"""
            ]
        Lead =
            [
                Paragraph [ Plain(rate content) ]
                for file in JsonRead.texts "figures" content do
                    yield!
                        FolderParts.picture
                            folder
                            file
                            "Pictures of the outputs: truth where it is known, what was observed, what was recovered, and the error."
                            file
                table codes
                if codes.Length > mostCodes then
                    Paragraph
                        [
                            Plain $"{mostCodes} of {codes.Length} codes; the others are in "
                            Link("invert.json", "invert.json")
                            Plain "."
                        ]
                Paragraph
                    [
                        Plain
                            "A descent that ended with a small residual explains the measurements; only a known truth says whether its code is the one that was asked for."
                    ]
            ]
        Sections = [ FolderParts.run folder content [ "invert.json"; "codes.npy"; "plan.json" ] ]
    }
