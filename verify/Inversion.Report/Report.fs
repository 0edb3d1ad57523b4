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

/// A file appears whole or not at all.
let private writeWhole path (text: string) =
    let half = path + ".part"
    File.WriteAllText(half, text)
    File.Move(half, path, true)

/// Renders a run into `folder`, which exists.
let write (folder: string) name figures against (run: Run) =
    let page = page name figures against run
    writeWhole (Path.Combine(folder, "report.html")) (Html.render page)
    writeWhole (Path.Combine(folder, "report.md")) (Markdown.render page)
    writeWhole (Path.Combine(folder, "junit.xml")) (JUnit.render name run)
