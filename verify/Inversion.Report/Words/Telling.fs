/// Findings told in sentences. Nothing is judged here: the words say what the verdict's evidence is, and no more.
[<RequireQualifiedAccess>]
module Inversion.Report.Telling

open System
open Inversion.Verify

/// "theorem, layer 2".
let subject (entry: Entry) =
    match entry.Layer with
    | Some layer -> $"{entry.Network}, layer {layer}"
    | None -> entry.Network

/// The measured number that the claim is judged by, and its limit: "0.403, at most 0.1 claimed". Empty where there is none.
let headline (entry: Entry) =
    let name = Catalogue.headline entry.Claim

    let found =
        match entry.Measured |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, Quantity.Absent)
        | None -> ""
        | Some(_, quantity) -> Numbers.quantity quantity

    found

let private side (side: Side) =
    match side with
    | Side.AtMost -> "at most"
    | Side.Below -> "less than"
    | Side.AtLeast -> "at least"
    | _ -> "more than"

/// The limit that was broken: "at most 0.1 was claimed, 0.403 is certain".
let broken (witness: Witness) =
    // The end of the enclosure on the claim's side: what rounding cannot explain away.
    let certain =
        match witness.Side with
        | Side.AtMost
        | Side.Below -> witness.Measured.Lower
        | _ -> witness.Measured.Upper

    $"{side witness.Side} {Numbers.short witness.Allowed} was claimed, {Numbers.short certain} found"

let private unit (entry: Entry) =
    match entry.Scope with
    | "network" -> "trials"
    | _ -> "networks"

let private trialsOfEach (entry: Entry) =
    match entry.Value "trialsPerNetwork" with
    | each when each > 0.0 && entry.Scope <> "network" -> $", {Numbers.whole (int each)} trials on each"
    | _ -> ""

/// How sure it is: the evidence of the verdict in one sentence. Of a witness or certificate that is not in the folder it says just that.
let evidence (entry: Entry) =
    match entry.Verdict with
    | "refuted" when entry.Witness.IsNone ->
        "The run says that it found a counterexample, but its witness is not in this folder, or damaged: nothing here confirms it."
    | "proved" when not entry.IsCertificateThere ->
        "The run says that it was proved, but the certificate is not in this folder: nothing here can be checked."
    | "proved" ->
        let certificate = defaultArg entry.Certificate "its certificate"
        $"True for every input in the claim's range, rounding included: {certificate} was accepted by a checker that shares no code with what wrote it."
    | "supported" ->
        let limit =
            if Double.IsNaN entry.FailureRateUpper then
                ""
            else
                $"; with confidence {Numbers.full (Math.Round(entry.Confidence, 6))} at most {Numbers.percent entry.FailureRateUpper} of such {unit entry} fail"

        $"No counterexample was found in {Numbers.whole entry.Trials} {unit entry}{trialsOfEach entry}{limit}. The finding tells how it was searched; nothing is known of inputs that were not visited."
    | "refuted" ->
        let counted =
            if entry.Scope = "network" then
                ""
            else
                $" in {Numbers.whole entry.Failures} of {Numbers.whole entry.Trials} {unit entry}"

        let means =
            match entry.Arithmetic with
            | "exact" -> "in exact arithmetic"
            | "interval" -> "in interval arithmetic, so that rounding cannot explain it"
            | other -> $"in {other}"

        $"A counterexample in explicit numbers{counted}, confirmed {means}."
    | _ -> $"Neither shown nor refuted: {entry.Reason}."

/// Names in a row: "a, b and c". Each is set as a name, since a name may hold a comma.
let private list (names: string list) =
    names
    |> List.mapi (fun index name ->
        [
            if index > 0 then
                Plain(if index = names.Length - 1 then " and " else ", ")
            Code name
        ])
    |> List.concat

/// What was found on all networks of a claim: "supported on a and b; refuted on c".
let found (entries: Entry list) =
    [ "proved"; "supported"; "refuted"; "undecided" ]
    |> List.choose (fun verdict ->
        let held = entries |> List.filter (fun entry -> entry.Verdict = verdict)

        if held.IsEmpty then
            None
        elif held.Length = entries.Length && held.Length > 1 then
            Some [ VerdictWord verdict; Plain " everywhere" ]
        else
            Some(
                VerdictWord verdict
                :: Plain " on "
                :: list (held |> List.map subject |> List.distinct)
            ))
    |> List.mapi (fun index words -> if index = 0 then words else Plain "; " :: words)
    |> List.concat
