/// The page of `reproduce`.
[<RequireQualifiedAccess>]
module Inversion.Report.ReproducePage

open System.Text.Json.Nodes

let private step (content: JsonObject) =
    let folder = JsonRead.text "folder" content

    [
        [ Plain(JsonRead.text "figure" content) ]
        [
            match
                JsonRead.texts "files" content
                |> List.tryFind (fun file -> file.EndsWith("report.html", System.StringComparison.Ordinal))
            with
            | Some page -> Link(folder, page)
            | None -> Plain folder
        ]
        [ Code(JsonRead.text "command" content) ]
        [ Plain(Numbers.seconds (JsonRead.number "seconds" content)) ]
    ]

/// From summary.json.
let page folder (content: JsonObject) : Page =
    let finished, steps =
        JsonRead.text "finished" content, JsonRead.text "steps" content

    {
        Title = "Figures of Ma, Ayaz and Karaman, NeurIPS 2018"
        Subtitle =
            [
                Plain $"""{finished} of {steps} steps in {Numbers.seconds (JsonRead.number "seconds" content)}"""
            ]
        Lead =
            [
                Paragraph
                    [
                        Plain
                            "Networks, codes and masks are this program's, not the authors': the figures show what the same kind of experiment gives here. "
                        Link("index.md", "index.md")
                        Plain " has what each step printed."
                    ]
                for file in JsonRead.texts "joined" content do
                    if file.EndsWith(".png", System.StringComparison.Ordinal) then
                        yield! FolderParts.picture folder file $"The joint picture {file}." file
                Rows
                    {
                        Headings = [ "Figure"; "Folder"; "Command"; "Time" ]
                        Rows = JsonRead.items "figures" content |> List.map step
                        Numeric = [ 3 ]
                    }
            ]
        Sections = [ FolderParts.run folder content [ "index.md"; "summary.json" ] ]
    }
