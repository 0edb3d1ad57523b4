/// The evidence of findings in sentences: what the verdict rests on, and no more.
[<RequireQualifiedAccess>]
module Inversion.Report.Evidence

open System
open Inversion.Verify

/// Networks that a finding of an ensemble speaks for; None for one network, and where no network enters.
let networks (entry: Entry) =
    match entry.Value "networks" with
    | count when entry.Scope = "ensemble" && count > 0.0 -> Some(int count)
    | _ -> None

/// True where the finding is refuted and its witness is not at hand, or proved and its certificate is not.
let isMissing (entry: Entry) =
    (entry.Verdict = "refuted" && entry.Witness.IsNone)
    || (entry.Verdict = "proved" && not entry.IsCertificateThere)

let private basis (entry: Entry) = (ClaimWords.ofClaim entry.Claim).Basis

/// Trials on one network: of an ensemble's finding the worst network's.
let private trials (entry: Entry) =
    match networks entry with
    | Some _ -> int (entry.Value "trialsPerNetwork")
    | None -> entry.Trials

let private proved (entry: Entry) =
    let certificate = defaultArg entry.Certificate "its certificate"
    let checkedBy = "accepted by a checker that shares no code with what wrote"

    match entry.Scope, networks entry with
    | "expected-landscape", _ ->
        $"True for every code in the claim's range, rounding included; no weights enter. {certificate} was {checkedBy} it."
    | _, Some 1
    | _, None ->
        $"True of this network for every code in the claim's range, rounding included: {certificate} was {checkedBy} it."
    | _, Some count ->
        $"True of each of the {count} networks drawn, for every code in the claim's range, rounding included: the certificates in {certificate} were {checkedBy} them. Nothing is said of other draws."

let private supported (entry: Entry) =
    let sure = Numbers.confidence entry.Confidence

    match basis entry, networks entry with
    | Bounded, _ -> "Bounded in interval arithmetic, without a certificate."
    | ReadOff, _ ->
        $"The form was read off the network, which leaves nothing open; the law of its {Numbers.whole (trials entry)} weights was checked as the finding describes, which does not show it."
    | Counted _, count when entry.Scope <> "network" && count.IsNone ->
        $"A statistical test, not a search: the counts of {Numbers.whole entry.Trials} trials agree with the statement at a confidence of {sure}. That does not show it; more trials can tell otherwise."
    | Counted what, count ->
        let each =
            match count with
            | Some count when count > 1 -> $", on each of {count} networks drawn"
            | _ -> ""

        // Of weights the reason is what the test takes for granted.
        let provided =
            if what = "weights" && entry.Reason <> "" then
                $" Provided: {entry.Reason}."
            else
                ""

        $"A statistical test, not a search: {Numbers.whole (trials entry)} {what} put the number on its side of the limit at a confidence of {sure}{each}.{provided}"
    | Searched, count ->
        let search =
            $"{Numbers.whole (trials entry)} random trials and a search for the worst case"

        let rate = Numbers.percent entry.FailureRateUpper

        match count with
        | Some count ->
            let on =
                if count = 1 then
                    "On the one network drawn"
                else
                    $"On none of the {count} networks drawn"

            let found, each = if count = 1 then "was no", "" else "was a", " on each"

            $"{on} {found} counterexample found by {search}{each}. Codes that were not visited are open; with a confidence of {sure} this search would find one on at most {rate} of networks drawn like these."
        | None when Double.IsNaN entry.FailureRateUpper ->
            $"No counterexample was found by {search}. Codes that were not visited are open."
        | None ->
            $"No counterexample was found by {search}. Codes that were not visited are open; with a confidence of {sure} at most {rate} of random trials like these would break the claim."

let private refuted (entry: Entry) =
    let counted =
        match networks entry with
        | Some count -> $" on {Numbers.whole entry.Failures} of {Numbers.whole count} networks drawn"
        | None -> ""

    let means =
        match entry.Arithmetic with
        | "exact" -> "in exact arithmetic"
        | "interval" -> "in interval arithmetic, so that rounding cannot explain it"
        | other -> $"in {other}"

    match basis entry with
    | Counted _ ->
        $"Refuted by a statistical test{counted}: were the statement true, counts so far from it would come up with a chance of at most {Numbers.percent (1.0 - entry.Confidence)}; that chance was computed {means}."
    | Bounded -> $"A counterexample in explicit numbers, confirmed {means}; no weights enter."
    | _ -> $"A counterexample in explicit numbers{counted}, confirmed {means}."

/// What kind of reason this is: the word before its colon told in full.
let reason (text: string) =
    let told =
        [
            "budget: ", "more trials, weights or time would be needed: "
            "vacuous: ", "nothing could break the claim: "
            "numerics: ", "rounding decides: "
            "not applicable: ", "the claim has no meaning here: "
        ]

    match
        told
        |> List.tryFind (fun (word, _) -> text.StartsWith(word, StringComparison.Ordinal))
    with
    | Some(word, meaning) -> meaning + text.Substring word.Length
    | None -> text

/// How sure it is: the evidence of the verdict. Of a witness or certificate that is not in the folder it says just that.
let sentence (entry: Entry) =
    match entry.Verdict with
    | "refuted" when isMissing entry ->
        "The run says that it found a counterexample, but its witness is not in this folder, or damaged: nothing here confirms it."
    | "proved" when isMissing entry ->
        "The run says that it was proved, but the certificate is not in this folder: nothing here can be checked."
    | "proved" -> proved entry
    | "supported" -> supported entry
    | "refuted" -> refuted entry
    | _ -> $"Neither shown nor refuted; {reason entry.Reason}."
