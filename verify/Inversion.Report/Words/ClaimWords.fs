/// What each claim and each role says in plain words.
[<RequireQualifiedAccess>]
module Inversion.Report.ClaimWords

/// The words of a claim; of one that is not known here, its id.
let ofClaim id =
    match ClaimTable.entries |> List.tryFind (fun (name, _) -> name = id) with
    | Some(_, words) -> words
    | None ->
        {
            Title = id
            Claimed = ""
            Headline = "measured"
            Limit = "", ""
            Basis = Searched
            Change =
                {
                    Supported = ""
                    Refuted = ""
                    Undecided = ""
                }
        }

/// Every claim that has words.
let ids = ClaimTable.entries |> List.map fst

/// What could change a verdict of the claim.
let change id verdict =
    let words = (ofClaim id).Change

    match verdict with
    | "proved" -> "Nothing: a proof stays. Other networks, sizes or ε are other questions."
    | "supported" -> words.Supported
    | "refuted" -> words.Refuted
    | _ -> words.Undecided

/// What a claim of this role is, and what its refutation would mean.
let role word =
    match word with
    | "hypothesis" ->
        "Hypotheses",
        "What the proof assumes. A refutation is an ordinary result: it says that the proof does not reach these networks, not that its conclusions fail on them."
    | "conclusion" ->
        "Conclusions", "What the theorem asserts. A refutation is news wherever the theorem's assumptions hold."
    | "empirical" -> "Empirical findings", "What the paper observed rather than proved."
    | "consistency" -> "Consistency", "Two ways to one number. A refutation would be a bug of this program."
    | other -> other, ""

/// The roles in the order of reading.
let roles = [ "conclusion"; "hypothesis"; "empirical"; "consistency" ]
