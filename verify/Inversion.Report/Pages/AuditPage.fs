/// The page of an audit: verdicts at a glance, one paragraph for each claim, then everything behind it.
[<RequireQualifiedAccess>]
module Inversion.Report.AuditPage

open Inversion.Verify

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

/// How sure the findings of a verdict are, of several networks together.
let private sureOf (entries: Entry list) =
    let missing, there = entries |> List.partition Evidence.isMissing

    let names (found: Entry list) =
        System.String.Join(", ", found |> List.map Telling.subject |> List.distinct)

    [
        match there |> List.map Evidence.sentence |> List.distinct with
        | [] -> ()
        // What is true of each is said once, of the weakest; reasons are told one by one.
        | [ same ] -> same
        | _ when there.Head.Verdict = "undecided" ->
            for reason, found in there |> List.groupBy _.Reason do
                $"On {names found}: neither shown nor refuted; {Evidence.reason reason}."
        | _ ->
            for sentence, found in there |> List.groupBy Evidence.sentence do
                $"On {names found}: {sentence}"
        if not missing.IsEmpty then
            $"On {names missing}: {Evidence.sentence missing.Head}"
    ]

/// Sentences about single networks that are listed; more are in the findings.
let private mostSentences = 3

/// The claim's sentences: what was claimed, what was found, how sure, what would change it.
let private sentences (entries: Entry list) =
    let claim = entries.Head.Claim
    let words = ClaimWords.ofClaim claim

    let kinds =
        [ "proved"; "supported"; "refuted"; "undecided" ]
        |> List.filter (fun verdict -> entries |> List.exists (fun entry -> entry.Verdict = verdict))

    let sure =
        [
            for kind in kinds do
                let told = entries |> List.filter (fun entry -> entry.Verdict = kind) |> sureOf

                for sentence in told |> List.truncate mostSentences do
                    [ VerdictWord kind; Plain $": {sentence}" ]

                if told.Length > mostSentences then
                    [ VerdictWord kind; Plain $": {told.Length - mostSentences} more, below." ]
        ]

    [
        if words.Claimed <> "" then
            Paragraph [ Strong "Claimed: "; Plain words.Claimed ]
        Paragraph(Strong "Found: " :: Telling.found entries @ [ Plain "." ])
        match sure with
        | [ [ _; Plain sentence ] ] -> Paragraph [ Strong "How sure: "; Plain(sentence.Substring 2) ]
        | several ->
            Paragraph [ Strong "How sure:" ]
            Bullets several
        // A proof stays only where it is at hand.
        let isAtHand kind =
            entries
            |> List.exists (fun entry -> entry.Verdict = kind && not (Evidence.isMissing entry))

        let change kind =
            if isAtHand kind then
                ClaimWords.change claim kind
            else
                "The evidence, which is not in this folder."

        match kinds |> List.map (fun kind -> kind, change kind) with
        | [ _, text ] -> Paragraph [ Strong "What would change it: "; Plain text ]
        | several ->
            Paragraph [ Strong "What would change it:" ]

            Bullets(
                several
                |> List.map (fun (kind, text) -> [ VerdictWord kind; Plain $": {text}" ])
            )
    ]

let private numbers (entries: Entry list) =
    let words = ClaimWords.ofClaim entries.Head.Claim
    let hasLimit = entries |> List.exists (fun entry -> Telling.limit entry <> "")

    Rows
        {
            Headings =
                [
                    if List.contains entries.Head.Claim SweepClaims.ids then
                        "Cells"
                    else
                        "Network"
                    "Verdict"
                    words.Headline
                    if hasLimit then
                        "Claimed"
                    "Counterexample, or the reason"
                ]
            Rows =
                [
                    for entry in entries ->
                        [
                            [ Link(Telling.subject entry, $"#{FindingSection.anchor entry}") ]
                            [ VerdictWord entry.Verdict; Plain(Telling.counted entry) ]
                            [ Plain(Telling.headline entry) ]
                            if hasLimit then
                                [ Plain(Telling.limit entry) ]
                            [ Plain(Telling.counterexample entry) ]
                        ]
                ]
            Numeric = []
        }

/// The command that judges the claim's counterexamples again: one stands for all.
let private replay folder (entries: Entry list) =
    entries
    |> List.tryPick (fun entry ->
        match entry.WitnessFile, entry.Witness with
        | Some file, Some _ -> Some(Command $"inversion replay {folder}/{file}")
        | _ -> None)
    |> Option.toList

/// A claim's part of the page, with its pictures.
let claimSection folder (figures: string -> Picture list) (entries: Entry list) =
    let claim = entries.Head.Claim
    let words = ClaimWords.ofClaim claim

    Page.section
        [ Plain words.Title; Plain " "; Code claim ]
        claim
        [
            yield! sentences entries
            numbers entries
            yield! replay folder entries
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

/// One line for each claim: its question, and what was found.
let private atAGlance (entries: Entry list) =
    Bullets
        [
            for role in ClaimWords.roles do
                for claim, found in entries |> List.filter (fun entry -> entry.Role = role) |> List.groupBy _.Claim do
                    [
                        Link((ClaimWords.ofClaim claim).Title, $"#{claim}")
                        Plain " "
                        yield! Telling.tally found
                        Plain $". Claimed: {(ClaimWords.ofClaim claim).Claimed}"
                    ]
        ]

/// "on 36 networks drawn from 6 laws", "on 1 network".
let private networks (entries: Entry list) =
    let each = entries |> List.groupBy _.Network |> List.map snd

    let drawn =
        each
        |> List.sumBy (List.map (Evidence.networks >> Option.defaultValue 1) >> List.max)

    match drawn, each.Length with
    | 1, _ -> "1 network"
    | count, laws when count = laws -> $"{count} networks"
    | count, 1 -> $"{count} networks drawn from 1 law"
    | count, laws -> $"{count} networks of {laws} kinds"

/// The page. `name` is how the commands on it name the run folder; `figures` gives the pictures of a claim.
let page name (figures: string -> Picture list) (run: Run) : Page =
    let epsilon =
        match run.Plan["epsilon"] with
        | null -> ""
        | value -> $", ε = {value}"

    // As it was given, without leading zeros.
    let seed = (string run.Summary["seed"]).TrimStart('0').PadLeft(1, '0')

    {
        Title = "Invertibility audit"
        Subtitle =
            [
                yield! counts run.Findings
                Plain $""" on {networks run.Findings}{epsilon}, seed {seed}"""
            ]
        Lead =
            [
                // 130: cancelled.
                if run.Exit = 130 then
                    Paragraph
                        [
                            Strong "Not complete: "
                            Plain
                                "this audit was cancelled. What is told here is of the claims and networks that were finished; of others nothing is known, and an ensemble may have fewer draws than it was to have."
                        ]

                    Command $"inversion audit --resume {name}"
                yield! gate run
                yield! VerdictMatrix.tables run.Findings
                Paragraph
                    [
                        Plain
                            "A number after a verdict is the claim's own measure, explained with the claim; k/n counts the networks drawn on which it was refuted, or proved. "
                        Plain "A verdict is never stronger than its evidence."
                    ]
                yield! RunFacts.networks run
                atAGlance run.Findings
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
