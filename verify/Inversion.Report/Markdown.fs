/// A page as Markdown, short enough for a comment on a pull request or the summary of a job: folded sections and figures are left out.
[<RequireQualifiedAccess>]
module Inversion.Report.Markdown

open System
open System.Text

/// Characters that would be read as marks, made plain.
let private plain (text: string) =
    let builder = StringBuilder text.Length

    for letter in text do
        if "\\`*_{}[]<>#|~".Contains letter then
            builder.Append('\\').Append letter |> ignore
        elif letter = '\n' || letter = '\r' then
            builder.Append ' ' |> ignore
        else
            builder.Append letter |> ignore

    builder.ToString()

/// A span of code; more backticks around it than it holds.
let private span (text: string) =
    let text = text.Replace("\n", " ")
    if text.Contains '`' then $"`` {text} ``" else $"`{text}`"

let private inlineText (part: Inline) =
    match part with
    | Plain text
    | Formula text -> plain text
    // Marks must touch the words: spaces stand outside.
    | Strong text ->
        let words = text.Trim()
        let before = text.Substring(0, text.Length - text.TrimStart().Length)
        before + $"**{plain words}**" + text.Substring(before.Length + words.Length)
    | Code text -> span text
    | VerdictWord "refuted" -> "**refuted**"
    | VerdictWord word -> word
    // The page's anchors and files are not where the Markdown is pasted: a file is named.
    | Link(text, target) when target.StartsWith '#' || target = text -> plain text
    | Link(text, target) -> $"{plain text} ({span target})"

let private line parts =
    parts |> List.map inlineText |> String.concat ""

/// A line that is a table's cell: there a bar ends the cell even in a span of code.
let private cellLine parts =
    parts
    |> List.map (function
        | Code text -> (span text).Replace("|", "\\|")
        | part -> inlineText part)
    |> String.concat ""

let private tableLines (table: Table) =
    let row cells =
        "| "
        + String.Join(" | ", cells |> List.map (fun cell -> if cell = "" then " " else cell))
        + " |"

    let marks =
        table.Headings
        |> List.mapi (fun column _ -> if List.contains column table.Numeric then "--:" else "---")

    [
        row (table.Headings |> List.map plain)
        row marks
        yield! table.Rows |> List.map (fun cells -> row (cells |> List.map cellLine))
    ]

let rec private blockLines level (block: Block) =
    match block with
    | Paragraph parts -> [ line parts; "" ]
    | Bullets items -> (items |> List.map (fun item -> "- " + line item)) @ [ "" ]
    | Rows table -> tableLines table @ [ "" ]
    | Facts facts ->
        (facts |> List.map (fun (name, value) -> $"- {plain name}: {line value}"))
        @ [ "" ]
    | Command text -> [ "```sh"; text; "```"; "" ]
    | Figure _ -> []
    | Part part -> sectionLines level part

and private sectionLines level (part: Section) =
    // A section of figures alone has nothing to say here.
    match part.Blocks |> List.collect (blockLines (level + 1)) with
    | _ when part.IsFolded -> []
    | [] -> []
    | lines -> (String('#', level) + " " + line part.Title) :: "" :: lines

/// Characters that a comment on a pull request may have, less some for the notice.
let private most = 65_000

/// The text, cut before the first line that does not fit.
let private shortened (lines: string list) =
    let lengths = lines |> List.scan (fun total line -> total + line.Length + 1) 0

    if List.last lengths <= most then
        lines
    else
        let fitting =
            lines
            |> List.zip (List.tail lengths)
            |> List.takeWhile (fun (total, _) -> total <= most)
            |> List.map snd

        fitting @ [ ""; "*Cut here for its length: report.html has the rest.*" ]

/// The page's text, not longer than a comment may be.
let render (page: Page) =
    [
        $"# {plain page.Title}"
        ""
        line page.Subtitle
        ""
        yield! page.Lead |> List.collect (blockLines 2)
        yield! page.Sections |> List.collect (sectionLines 2)
    ]
    |> shortened
    |> String.concat "\n"
    |> fun text -> text.TrimEnd() + "\n"
