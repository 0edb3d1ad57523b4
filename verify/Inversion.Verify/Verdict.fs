namespace Inversion.Verify

open System

/// What a refutation would mean.
type Role =
    /// A condition that the proof assumes. Its refutation is an ordinary result.
    | Hypothesis = 0
    /// What the theorem asserts. Its refutation is news.
    | Conclusion = 1
    /// What the paper observed rather than proved.
    | Empirical = 2
    /// Two ways to one number. Its refutation is our bug.
    | Consistency = 3

/// The arithmetic that a verdict rests on.
type Arithmetic =
    | Exact = 0
    | Interval = 1
    | Float64 = 2

/// Both ends of what a number can be. NaN ends enclose nothing and separate nothing.
[<Struct>]
type Enclosure =
    {
        Lower: float
        Upper: float
    }

    /// The number itself, known exactly.
    static member Point value = { Lower = value; Upper = value }

/// Which side of its limit a claim keeps a measured number on.
type Side =
    /// measured ≤ allowed
    | AtMost = 0
    /// measured < allowed
    | Below = 1
    /// measured ≥ allowed
    | AtLeast = 2
    /// measured > allowed
    | Above = 3

/// One counterexample as explicit numbers: enough to judge it again without any search.
type Witness =
    {
        /// Id of the claim it refutes.
        Claim: string
        /// Which of the claim's statements it breaks; the claim's replay reads it.
        Kind: string
        /// Layer with weights, from 1; None when the claim is about the whole network.
        Layer: int option
        /// Named vectors: codes, directions, positions.
        Vectors: (string * float[]) list
        /// Named numbers.
        Scalars: (string * float) list
        /// Enclosure of the measured number at this witness, by the slow reference in interval or exact arithmetic.
        Measured: Enclosure
        /// The side of the limit that the claim asserts.
        Side: Side
        /// The limit.
        Allowed: float
        /// The counterexample in one sentence.
        Fact: string
    }

    /// The named vector.
    member witness.Vector name =
        match witness.Vectors |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, values) -> values
        | None -> raise (FormatException $"the witness has no vector '{name}'")

    /// The named number.
    member witness.Scalar name =
        match witness.Scalars |> List.tryFind (fun (key, _) -> key = name) with
        | Some(_, value) -> value
        | None -> raise (FormatException $"the witness has no number '{name}'")

/// What is known about a claim. Never stronger than its evidence.
[<RequireQualifiedAccess>]
type Verdict =
    /// True for every input in the claim's range, rounding included: the named certificate shows it.
    | Proved of Certificate: string
    /// Survived random trials and a worst-case search. Says nothing about inputs that were not visited.
    | Supported
    /// False, and here is where.
    | Refuted of Witness: Witness
    /// Neither, for the reason given.
    | Undecided of Reason: string

    /// The word of the command line: proved, supported, refuted or undecided.
    member verdict.Word =
        match verdict with
        | Proved _ -> "proved"
        | Supported -> "supported"
        | Refuted _ -> "refuted"
        | Undecided _ -> "undecided"

[<RequireQualifiedAccess>]
module Verdict =
    /// True when the enclosure lies wholly outside the claimed side of the limit. NaN never does.
    let breaks side allowed (measured: Enclosure) =
        match side with
        | Side.AtMost -> measured.Lower > allowed
        | Side.Below -> measured.Lower >= allowed
        | Side.AtLeast -> measured.Upper < allowed
        | _ -> measured.Upper <= allowed

    /// True when the enclosure lies wholly on the claimed side of the limit. NaN never does.
    let keeps side allowed (measured: Enclosure) =
        match side with
        | Side.AtMost -> measured.Upper <= allowed
        | Side.Below -> measured.Upper < allowed
        | Side.AtLeast -> measured.Lower >= allowed
        | _ -> measured.Lower > allowed

    /// Refuted if the witness' own numbers break its limit; else undecided. A float64 search alone refutes nothing.
    let ofWitness (witness: Witness) =
        if breaks witness.Side witness.Allowed witness.Measured then
            Verdict.Refuted witness
        else
            Verdict.Undecided
                $"numerics: the worst case found lies within rounding of the limit ([{witness.Measured.Lower:R}, {witness.Measured.Upper:R}] against {witness.Allowed:R})"

    /// The verdict on "this and that": a refuted part refutes, then an undecided part decides, then the weaker evidence.
    let both first second =
        match first, second with
        | Verdict.Refuted _, _ -> first
        | _, Verdict.Refuted _ -> second
        | Verdict.Undecided _, _ -> first
        | _, Verdict.Undecided _ -> second
        | Verdict.Supported, _ -> first
        | _ -> second

    /// The verdict on all parts; undecided when there is none.
    let all verdicts =
        if Seq.isEmpty verdicts then
            Verdict.Undecided "nothing was checked"
        else
            Seq.reduce both verdicts
