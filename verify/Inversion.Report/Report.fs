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
            Lead = Part(Against.section other before run) :: page.Lead
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

/// The page of the folder `source` as it is written into `target`: its links lead back.
let private placed (source: string) (target: string) page =
    if Path.GetFullPath source = Path.GetFullPath target then
        page
    else
        let way =
            Path.GetRelativePath(target, source).Replace(Path.DirectorySeparatorChar, '/')

        Page.relinked (way + "/") page

/// Renders a run into `folder`, which exists: the run's own, or another.
let write (folder: string) name figures against (run: Run) =
    let page = page name figures against run |> placed run.Folder folder
    writePictures folder (page.Lead @ (page.Sections |> List.map Part) |> picturesOf)
    writeWhole (Path.Combine(folder, "report.html")) (Html.render page)
    writeWhole (Path.Combine(folder, "report.md")) (Markdown.render page)
    writeWhole (Path.Combine(folder, "junit.xml")) (JUnit.render name run)

/// The page of a folder of `weights`, `landscape`, `invert`, `certify` or `reproduce`; None for another folder. ReportException says what is damaged.
let folderPage (folder: string) (name: string) : Page option =
    let content file =
        JsonRead.file (Path.Combine(folder, file))

    let holds file = File.Exists(Path.Combine(folder, file))

    try
        if holds "weights.json" then
            Some(FolderPages.weights folder (content "weights.json"))
        elif holds "landscape.json" then
            Some(FolderPages.landscape folder (content "landscape.json"))
        elif holds "invert.json" then
            Some(InvertPage.page folder (content "invert.json"))
        elif holds "summary.json" then
            let summary = content "summary.json"

            match JsonRead.text "schema" summary with
            | "inversion.certify/1" -> Some(CertifyPage.page folder name summary)
            | "inversion.reproduce/1" -> Some(ReproducePage.page folder summary)
            | _ -> None
        else
            None
    with :? System.FormatException as problem ->
        raise (ReportException $"{folder}: {problem.Message}")

/// Writes report.html and report.md of such a folder. False, and nothing is written, for another folder.
let writeFolderPage (folder: string) (target: string) (name: string) =
    match folderPage folder name with
    | None -> false
    | Some found ->
        let page = placed folder target found
        writeWhole (Path.Combine(target, "report.html")) (Html.render page)
        writeWhole (Path.Combine(target, "report.md")) (Markdown.render page)
        true
