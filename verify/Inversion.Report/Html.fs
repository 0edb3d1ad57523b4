/// A page as one HTML file: no script, no font and no picture from elsewhere.
[<RequireQualifiedAccess>]
module Inversion.Report.Html

open System
open System.IO
open Giraffe.ViewEngine

/// The style sheet, which the page carries.
let private style =
    lazy
        (use stream =
            match Reflection.Assembly.GetExecutingAssembly().GetManifestResourceStream "report.css" with
            | null -> failwith "report.css is not in the assembly"
            | found -> found

         use reader = new StreamReader(stream)
         reader.ReadToEnd())

let private inlineNode (part: Inline) =
    match part with
    | Plain text -> encodedText text
    | Strong text -> strong [] [ encodedText text ]
    | Code text -> code [] [ encodedText text ]
    | Formula text -> span [ _class "formula" ] [ encodedText text ]
    | VerdictWord word -> span [ _class $"verdict {word}" ] [ encodedText word ]
    | Link(text, target) -> a [ _href target ] [ encodedText text ]

let private inlineNodes parts = parts |> List.map inlineNode

let private tableNode (table: Table) =
    let attributes column =
        if List.contains column table.Numeric then
            [ _class "number" ]
        else
            []

    div
        [ _class "scroll"; _tabindex "0" ]
        [
            Giraffe.ViewEngine.HtmlElements.table
                []
                [
                    thead
                        []
                        [
                            tr
                                []
                                (table.Headings
                                 |> List.mapi (fun column text -> th (attributes column) [ encodedText text ]))
                        ]
                    tbody
                        []
                        [
                            for row in table.Rows ->
                                tr [] (row |> List.mapi (fun column cell -> td (attributes column) (inlineNodes cell)))
                        ]
                ]
        ]

let private pictureNode (picture: Picture) =
    figure
        []
        [
            img
                [
                    _src $"data:{picture.MediaType};base64,{Convert.ToBase64String picture.Bytes}"
                    _alt picture.Alternative
                    attr "decoding" "async"
                    match picture.Size with
                    | Some(width, height) ->
                        _width (string width)
                        _height (string height)
                    | None -> ()
                ]
            figcaption [] [ encodedText picture.Caption ]
        ]

let private heading level =
    match level with
    | 2 -> h2
    | 3 -> h3
    | _ -> h4

let rec private blockNode level (block: Block) =
    match block with
    | Paragraph parts -> p [] (inlineNodes parts)
    | Bullets items -> ul [] [ for item in items -> li [] (inlineNodes item) ]
    | Rows table -> tableNode table
    | Facts facts ->
        dl
            []
            [
                for name, value in facts do
                    dt [] [ encodedText name ]
                    dd [] (inlineNodes value)
            ]
    | Command text -> pre [ _tabindex "0" ] [ code [] [ encodedText text ] ]
    | Figure picture -> pictureNode picture
    | Part part -> sectionNode level part

and private sectionNode level (part: Section) =
    let blocks = part.Blocks |> List.map (blockNode (level + 1))

    if part.IsFolded then
        details [ _id part.Anchor ] (summary [] [ (heading level) [] (inlineNodes part.Title) ] :: blocks)
    else
        section [ _id part.Anchor ] ((heading level) [] (inlineNodes part.Title) :: blocks)

/// The page's text. The same page gives the same text.
let render (page: Page) =
    html
        [ _lang "en" ]
        [
            head
                []
                [
                    meta [ _charset "utf-8" ]
                    meta [ _name "viewport"; _content "width=device-width, initial-scale=1" ]
                    meta [ _name "color-scheme"; _content "light dark" ]
                    title [] [ encodedText page.Title ]
                    Giraffe.ViewEngine.HtmlElements.style [] [ rawText style.Value ]
                ]
            body
                []
                [
                    main
                        []
                        [
                            header
                                []
                                [
                                    h1 [] [ encodedText page.Title ]
                                    p [ _class "subtitle" ] (inlineNodes page.Subtitle)
                                ]
                            yield! page.Lead |> List.map (blockNode 2)
                            if page.Sections.Length > 1 then
                                nav
                                    []
                                    [
                                        ul
                                            []
                                            [
                                                for part in page.Sections ->
                                                    li [] [ a [ _href $"#{part.Anchor}" ] (inlineNodes part.Title) ]
                                            ]
                                    ]
                            yield! page.Sections |> List.map (sectionNode 2)
                        ]
                ]
        ]
    |> RenderView.AsString.htmlDocument
