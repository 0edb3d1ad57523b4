/// What the pages of folders that are no audit and no sweep have in common.
[<RequireQualifiedAccess>]
module Inversion.Report.FolderParts

open System.IO
open System.Text.Json.Nodes

let private mediaTypes = [ ".svg", "image/svg+xml"; ".png", "image/png" ]

/// A picture of the folder; none where the file is gone.
let picture (folder: string) (file: string) alternative caption =
    let path = Path.Combine(folder, file)

    match
        mediaTypes
        |> List.tryFind (fun (ending, _) -> file.EndsWith(ending, System.StringComparison.Ordinal))
    with
    | Some(_, mediaType) when File.Exists path ->
        [
            Figure
                {
                    Files = []
                    MediaType = mediaType
                    Bytes = File.ReadAllBytes path
                    Size = None
                    Alternative = alternative
                    Caption = caption
                }
        ]
    | _ -> []

/// A code as a line: its first entries.
let code (values: float list) = Numbers.vector 12 (List.toArray values)

/// An object of the folder's; empty where there is no such file.
let private objectIn folder file =
    let path = Path.Combine(folder, file)

    if File.Exists path then
        JsonRead.file path
    else
        JsonObject()

/// The last section: the plan, the program and the machine, and the files that are there.
let run (folder: string) (content: JsonObject) files =
    let plan =
        match content["plan"] with
        | :? JsonObject as plan -> plan
        | _ -> objectIn folder "plan.json"

    Page.section
        [ Plain "How this was run" ]
        "run"
        [
            Facts(RunFacts.facts plan [])
            // Without the time, so that the same run writes the same page.
            yield! RunFacts.machine [ "written" ] (objectIn folder "manifest.json")
            Paragraph(
                Plain "Files: "
                :: (files
                    |> List.filter (fun file -> File.Exists(Path.Combine(folder, file)))
                    |> List.mapi (fun index file ->
                        [
                            if index > 0 then
                                Plain ", "
                            Link(file, file)
                        ])
                    |> List.concat)
            )
        ]
