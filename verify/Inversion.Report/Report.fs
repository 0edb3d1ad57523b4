/// Writes what people read into a run folder: report.html, report.md, junit.xml.
[<RequireQualifiedAccess>]
module Inversion.Report.Report

open System.IO

/// The files that `write` makes.
let files = [ "report.html"; "report.md"; "junit.xml" ]

/// The page of a run. `name` is how its commands name the folder, `figures` gives the pictures of a claim ("" for a whole sweep),
/// `against` an earlier run and its name.
let page name (figures: string -> Picture list) (against: (string * Run) option) (run: Run) =
    let page =
        if run.Schema = "inversion.sweep/1" then
            SweepPage.page name (figures "") run
        else
            AuditPage.page name figures run

    match against with
    | None -> page
    | Some(other, before) ->
        { page with
            Sections = Against.section other before run :: page.Sections
        }

/// The pictures of a run, by claim ("" for a whole sweep): those that can be made of what is at hand.
let pictures (subjectOf: string -> Inversion.Verify.Subject option) (run: Run) (claim: string) : Picture list =
    if run.Schema = "inversion.sweep/1" then
        (if claim = "" then
             SweepFigures.curves run @ FailureFigures.series run
         else
             [])
    else
        AuditFigures.pictures subjectOf run claim

/// A file appears whole or not at all.
let private writeWhole path (text: string) =
    let half = path + ".part"
    File.WriteAllText(half, text)
    File.Move(half, path, true)

/// The pictures of a page, each in a file of its own too.
let private writePictures (folder: string) (pictures: Picture list) =
    let old = Path.Combine(folder, "figures")

    if Directory.Exists old then
        for ending in [ "*.svg"; "*.png" ] do
            for file in Directory.GetFiles(old, ending) do
                File.Delete file

    for file, bytes in pictures |> List.collect _.Files do
        Directory.CreateDirectory(Path.Combine(folder, "figures")) |> ignore
        File.WriteAllBytes(Path.Combine(folder, file), bytes)

let rec private picturesOf (blocks: Block list) =
    blocks
    |> List.collect (fun block ->
        match block with
        | Figure picture -> [ picture ]
        | Part part -> picturesOf part.Blocks
        | _ -> [])

/// Renders a run into `folder`, which exists.
let write (folder: string) name figures against (run: Run) =
    let page = page name figures against run
    writePictures folder (page.Lead @ (page.Sections |> List.map Part) |> picturesOf)
    writeWhole (Path.Combine(folder, "report.html")) (Html.render page)
    writeWhole (Path.Combine(folder, "report.md")) (Markdown.render page)
    writeWhole (Path.Combine(folder, "junit.xml")) (JUnit.render name run)

/// The page of a folder of `weights`, `landscape` or `certify`; None for another folder. ReportException says what is damaged.
let folderPage (folder: string) (name: string) : Page option =
    let content file =
        JsonRead.file (Path.Combine(folder, file))

    let holds file = File.Exists(Path.Combine(folder, file))

    try
        if holds "weights.json" then
            Some(FolderPages.weights folder (content "weights.json"))
        elif holds "landscape.json" then
            Some(FolderPages.landscape folder (content "landscape.json"))
        elif
            holds "summary.json"
            && JsonRead.text "schema" (content "summary.json") = "inversion.certify/1"
        then
            Some(FolderPages.certify name (content "summary.json"))
        else
            None
    with :? System.FormatException as problem ->
        raise (ReportException $"{folder}: {problem.Message}")

/// Writes report.html and report.md of such a folder. False, and nothing is written, for another folder.
let writeFolderPage (folder: string) (target: string) (name: string) =
    match folderPage folder name with
    | None -> false
    | Some page ->
        writeWhole (Path.Combine(target, "report.html")) (Html.render page)
        writeWhole (Path.Combine(target, "report.md")) (Markdown.render page)
        true
