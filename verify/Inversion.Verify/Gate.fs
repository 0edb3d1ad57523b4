namespace Inversion.Verify

open System
open System.Globalization

/// A gate that did not hold. The message says which finding broke it, where, and by which witness.
type GateException(message: string, findings: Finding list) =
    inherit Exception(message)

    /// Every finding that the gate looked at; a refuted one holds its witness with all its digits.
    member _.Findings = findings

/// What is expected of one claim.
type Expectation = { Claim: string; Verdict: string }

/// How an audit stands against expectations.
[<RequireQualifiedAccess>]
type GateOutcome =
    | Held
    | Failed of string list
    | Undecided of string list

/// Expectations on verdicts: what a continuous-integration gate asks for.
[<RequireQualifiedAccess>]
module Gate =
    let private claims = Catalogue.ids @ SweepClaims.ids
    let private words = [ "proved"; "supported"; "refuted"; "undecided" ]

    /// Reads "CLAIM=VERDICT"; Error says what is wrong.
    let parse (text: string) =
        match text.Split '=' with
        | [| claim; _ |] when not (List.contains claim claims) ->
            Error $"--expect {text}: '{claim}' is not a claim; the claims are {String.Join(' ', claims)}"
        | [| _; verdict |] when not (List.contains verdict words) ->
            Error $"--expect {text}: '{verdict}' is not a verdict; the verdicts are {String.Join(' ', words)}"
        | [| claim; verdict |] -> Ok { Claim = claim; Verdict = verdict }
        | _ -> Error $"--expect {text}: write CLAIM=VERDICT"

    /// Whether the word of a verdict is what was expected: a proof satisfies whoever asked for support.
    let satisfies (expected: string) (found: string) =
        found = expected || (found = "proved" && expected = "supported")

    let private number (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    /// Vectors longer than this are cut off in a message; the finding holds all of them.
    let private mostEntries = 16

    /// The witness' own numbers, a line for each vector.
    let private numbers (witness: Witness) =
        [
            for name, values in witness.Vectors do
                let entries =
                    values |> Array.truncate mostEntries |> Array.map number |> String.concat ", "

                let more =
                    if values.Length > mostEntries then
                        $", … {values.Length - mostEntries} more"
                    else
                        ""

                $"  {name} = ({entries}{more})"

            $"  measured {number witness.Measured.Lower} to {number witness.Measured.Upper}, limit {number witness.Allowed}"
        ]

    let private describe (expectation: Expectation) (finding: Finding) =
        let layer =
            match finding.Layer with
            | Some number -> $", layer {number}"
            | None -> ""

        let detail =
            match finding.Verdict with
            | Verdict.Refuted witness -> $": {witness.Fact}"
            | Verdict.Undecided reason -> $": {reason}"
            | _ -> ""

        $"{finding.Claim} on {finding.Network}{layer}: expected {expectation.Verdict}, found {finding.Verdict.Word}{detail}"

    /// Every finding of an expected claim must have the expected verdict. With no expectation, no consistency law may be refuted.
    let judge (expectations: Expectation list) (findings: Finding list) =
        let broken =
            if expectations.IsEmpty then
                findings
                |> List.filter (fun f -> f.Role = Role.Consistency && f.Verdict.Word = "refuted")
                |> List.map (fun f ->
                    f,
                    describe
                        {
                            Claim = f.Claim
                            Verdict = "not refuted"
                        }
                        f)
            else
                [
                    for expectation in expectations do
                        let found = findings |> List.filter (fun f -> f.Claim = expectation.Claim)

                        for finding in found do
                            if not (satisfies expectation.Verdict finding.Verdict.Word) then
                                finding, describe expectation finding
                ]

        let missing =
            expectations
            |> List.filter (fun e -> findings |> List.forall (fun f -> f.Claim <> e.Claim))
            |> List.map (fun e -> $"{e.Claim}: expected {e.Verdict}, but nothing was checked")

        match broken |> List.filter (fun (f, _) -> f.Verdict.Word <> "undecided") with
        | [] when broken.IsEmpty && missing.IsEmpty -> GateOutcome.Held
        | [] -> GateOutcome.Undecided((broken |> List.map snd) @ missing)
        | failed -> GateOutcome.Failed(failed |> List.map snd)

    /// Raises GateException unless every finding of an expected claim has the expected verdict.
    let hold (expectations: Expectation list) (findings: Finding list) =
        match judge expectations findings with
        | GateOutcome.Held -> ()
        | GateOutcome.Failed lines
        | GateOutcome.Undecided lines ->
            let witnesses =
                findings
                |> List.collect (fun finding ->
                    match finding.Verdict with
                    | Verdict.Refuted witness when
                        expectations
                        |> List.exists (fun e -> e.Claim = finding.Claim && e.Verdict <> "refuted")
                        ->
                        numbers witness
                    | _ -> [])

            raise (GateException(String.Join('\n', lines @ witnesses), findings))
