namespace Inversion.Report

/// A run of text within a line.
type Inline =
    | Plain of string
    | Strong of string
    /// A name, a file, a command: in the typewriter's letters.
    | Code of string
    /// A formula in Unicode, readable without a script or a font from elsewhere.
    | Formula of string
    /// proved, supported, refuted or undecided, shown in its color and in letters.
    | VerdictWord of string
    /// To an anchor of the page ("#descent") or a file beside it.
    | Link of Text: string * Target: string

/// A picture that the page carries in itself.
type Picture =
    {
        /// Files beside the page, relative to it, and what is written into them; none where they are there already.
        Files: (string * byte[]) list
        /// "image/svg+xml" or "image/webp".
        MediaType: string
        /// What the page carries.
        Bytes: byte[]
        /// Width and height at which it is shown, in pixels at 100 %; None for those that it has of itself.
        Size: (int * int) option
        /// What is to be seen, for those who do not see it.
        Alternative: string
        Caption: string
    }

/// Rows of cells under a line of headings.
type Table =
    {
        Headings: string list
        Rows: Inline list list list
        /// Columns whose cells are numbers: set to the right.
        Numeric: int list
    }

/// What a page is built of.
type Block =
    | Paragraph of Inline list
    | Bullets of Inline list list
    | Rows of Table
    /// Names and what they are.
    | Facts of (string * Inline list) list
    /// Something to type into a terminal.
    | Command of string
    | Figure of Picture
    | Part of Section

/// A headed part of a page.
and Section =
    {
        Title: Inline list
        /// Unique on the page; letters, digits and hyphens.
        Anchor: string
        /// True where only the heading shows until it is opened.
        IsFolded: bool
        Blocks: Block list
    }

/// A page: what is read first, then its sections.
type Page =
    {
        Title: string
        /// One line below the title.
        Subtitle: Inline list
        Lead: Block list
        Sections: Section list
    }

[<RequireQualifiedAccess>]
module Page =
    /// An anchor of these words: small letters and digits, everything else a hyphen.
    let anchor (words: string seq) =
        let letters =
            System.String.Join('-', words)
            |> Seq.map (fun letter ->
                if System.Char.IsAsciiLetterOrDigit letter then
                    System.Char.ToLowerInvariant letter
                else
                    '-')
            |> Seq.toArray
            |> System.String

        System.String.Join('-', letters.Split('-', System.StringSplitOptions.RemoveEmptyEntries))

    let rec private relinkedBlock (prefix: string) (block: Block) =
        let line =
            List.map (fun part ->
                match part with
                | Link(text, target) when not (target.StartsWith '#') -> Link(text, prefix + target)
                | other -> other)

        match block with
        | Paragraph parts -> Paragraph(line parts)
        | Bullets items -> Bullets(items |> List.map line)
        | Rows table ->
            Rows
                { table with
                    Rows = table.Rows |> List.map (List.map line)
                }
        | Facts facts -> Facts(facts |> List.map (fun (name, value) -> name, line value))
        | Part part ->
            Part
                { part with
                    Title = line part.Title
                    Blocks = part.Blocks |> List.map (relinkedBlock prefix)
                }
        | Command _
        | Figure _ -> block

    /// The page as it lies in another folder, from which `prefix` leads to the files that it links to.
    let relinked prefix (page: Page) =
        { page with
            Lead = page.Lead |> List.map (relinkedBlock prefix)
            Sections =
                page.Sections
                |> List.map (fun part ->
                    { part with
                        Blocks = part.Blocks |> List.map (relinkedBlock prefix)
                    })
        }

    /// A section that is open.
    let section title anchor blocks =
        {
            Title = title
            Anchor = anchor
            IsFolded = false
            Blocks = blocks
        }
