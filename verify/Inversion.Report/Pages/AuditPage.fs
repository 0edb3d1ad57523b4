/// The page of an audit: verdicts at a glance, one paragraph for each claim, then everything behind it.
[<RequireQualifiedAccess>]
module Inversion.Report.AuditPage

let private verdicts = [ "proved"; "supported"; "refuted"; "undecided" ]

/// "4 proved, 34 supported, …".
let counts (entries: Entry list) =
    verdicts
    |> List.mapi (fun index verdict ->
        let count =
            entries |> List.filter (fun entry -> entry.Verdict = verdict) |> List.length

        [
            Plain((if index = 0 then "" else ", ") + Numbers.whole count + " ")
            VerdictWord verdict
        ])
    |> List.concat

/// How the gate stands, where the plan has one.
let gate (run: Run) =
    match JUnit.expectations run.Plan with
    | [] -> []
    | expected ->
        let broken =
            run.Findings |> List.filter (fun entry -> (JUnit.failure expected entry).IsSome)

        let problems =
            broken
            |> List.map (fun entry ->
                [
                    Code entry.Claim
                    Plain $" on {Telling.subject entry}: {(JUnit.failure expected entry).Value}"
                ])

        let missing =
            expected
            |> List.filter (fun expectation ->
                run.Findings |> List.forall (fun entry -> entry.Claim <> expectation.Claim))
            |> List.map (fun expectation -> [ Code expectation.Claim; Plain ": nothing was checked" ])

        if problems.IsEmpty && missing.IsEmpty then
            [ Paragraph [ Strong "The gate holds: "; Plain "every expectation is met." ] ]
        elif broken |> List.forall (fun entry -> entry.Verdict = "undecided") then
            [ Paragraph [ Strong "The gate is undecided." ]; Bullets(problems @ missing) ]
        else
            [ Paragraph [ Strong "The gate does not hold." ]; Bullets(problems @ missing) ]

/// The claim's sentences: what was claimed, what was found, how sure, what would change it.
let private sentences (entries: Entry list) =
    let words = ClaimWords.ofClaim entries.Head.Claim

    // One network is told in full; of several, the worst verdict's evidence is with each finding.
    let sure =
        match entries with
        | [ single ] -> [ Strong "How sure: "; Plain(Telling.evidence single) ]
        | _ ->
            let kinds = entries |> List.map _.Verdict |> List.distinct

            [
                Strong "How sure: "
                Plain(
                    System.String.Join(
                        " ",
                        kinds
                        |> List.map (fun kind ->
                            match kind with
                            | "proved" -> "Each proof names a certificate that an independent checker accepted."
                            | "supported" ->
                                "Supported means that no counterexample was found by the search that each finding describes; inputs not visited are open."
                            | "refuted" ->
                                "Each refutation names a counterexample in explicit numbers, confirmed in interval or exact arithmetic."
                            | _ -> "Where it is undecided, the reason stands with the finding.")
                    )
                )
            ]

    [
        if words.Claimed <> "" then
            Paragraph [ Strong "Claimed: "; Plain words.Claimed ]
        Paragraph(Strong "Found: " :: Telling.found entries @ [ Plain "." ])
        Paragraph sure
        if words.Change <> "" then
            Paragraph [ Strong "What would change it: "; Plain words.Change ]
    ]

let private numbers (entries: Entry list) =
    let words = ClaimWords.ofClaim entries.Head.Claim

    if entries |> List.forall (fun entry -> Telling.headline entry = "") then
        []
    else
        [
            Rows
                {
                    Headings = [ "Network"; "Verdict"; words.Headline; "Limit" ]
                    Rows =
                        [
                            for entry in entries ->
                                [
                                    [ Link(Telling.subject entry, $"#{FindingSection.anchor entry}") ]
                                    [ VerdictWord entry.Verdict ]
                                    [ Plain(Telling.headline entry) ]
                                    [
                                        Plain(
                                            match entry.Witness, entry.Allowed with
                                            | Some witness, _ -> Telling.broken witness
                                            | None, (name, limit) :: _ -> $"{name} {Numbers.short limit}"
                                            | None, [] -> ""
                                        )
                                    ]
                                ]
                        ]
                    Numeric = []
                }
        ]

/// A claim's part of the page, with its pictures.
let claimSection folder (figures: string -> Picture list) (entries: Entry list) =
    let claim = entries.Head.Claim
    let words = ClaimWords.ofClaim claim

    Page.section
        [ Plain words.Title; Plain " "; Code claim ]
        claim
        [
            yield! sentences entries
            yield! numbers entries
            yield! figures claim |> List.map Figure
            yield! entries |> List.map (FindingSection.section folder)
        ]
    |> Part

/// The claims of one role.
let roleSection folder figures role (entries: Entry list) =
    let title, meaning = ClaimWords.role role

    Page.section
        [ Plain title ]
        role
        [
            Paragraph [ Plain meaning ]
            yield!
                entries
                |> List.groupBy _.Claim
                |> List.map (fun (_, found) -> claimSection folder figures found)
        ]

/// The page. `name` is how the commands on it name the run folder; `figures` gives the pictures of a claim.
let page name (figures: string -> Picture list) (run: Run) : Page =
    let epsilon =
        match run.Plan["epsilon"] with
        | null -> ""
        | value -> $", ε = {value}"

    {
        Title = "Invertibility audit"
        Subtitle =
            [
                yield! counts run.Findings
                Plain
                    $""" on {run.Findings |> List.map _.Network |> List.distinct |> List.length} networks{epsilon}, seed {run.Summary["seed"]}"""
            ]
        Lead =
            [
                yield! gate run
                VerdictMatrix.table run.Findings
                Paragraph
                    [
                        Plain
                            "A number after a verdict is the claim's own measure, explained with the claim; k/n counts the networks with a counterexample. "
                        Plain "A verdict is never stronger than its evidence."
                    ]
            ]
        Sections =
            [
                for role in ClaimWords.roles do
                    match run.Findings |> List.filter (fun entry -> entry.Role = role) with
                    | [] -> ()
                    | entries -> roleSection name figures role entries
                RunFacts.section run
            ]
    }
