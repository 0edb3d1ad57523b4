namespace Inversion.Verify

open System.Threading
open Inversion.Randomness

/// A witness judged again.
type Replay =
    {
        /// True when the witness breaks its limit in interval or exact arithmetic.
        Confirmed: bool
        Measured: Enclosure
        Note: string
    }

/// A claim: its id, what it says, and how it is judged.
type Claim =
    {
        Id: string
        Role: Role
        /// The statement in words and symbols.
        Statement: string
        /// Paper and number.
        Source: string
        /// Judges a subject: one finding, or one for each layer. Pure: the same settings, key and subject give the same findings but for the seconds.
        Check: Settings -> RandomKey -> CancellationToken -> Subject -> Finding list
        /// Judges a witness again by the slow reference implementation.
        Replay: Subject -> Witness -> Replay
    }

[<RequireQualifiedAccess>]
module Claim =
    /// A finding with nothing in it yet, for a claim to fill in.
    let blank (claim: string) role statement source (settings: Settings) (key: RandomKey) (subject: Subject) : Finding =
        {
            Claim = claim
            Role = role
            Verdict = Verdict.Undecided "nothing was checked"
            Reason = ""
            Statement = statement
            Source = source
            Arithmetic = Arithmetic.Float64
            Scope = Scope.Network
            Network = subject.Name
            Subject = subject.Name
            Layer = None
            Measured = []
            Allowed = []
            Method = ""
            Trials = 0
            Failures = 0
            FailureRateUpper = nan
            Confidence = settings.Confidence
            Key = key
            Seconds = 0.0
        }

    /// The judgement of a subject about which something numerical can be said; otherwise undecided, with the subject's defect.
    let unlessDefect (subject: Subject) (judge: Finding -> Finding) (blank: Finding) =
        match Subject.defect subject with
        | Some reason ->
            { blank with
                Verdict = Verdict.Undecided reason
            }
        | None -> judge blank
        |> Finding.guarded

    /// The finding that says why the claim has no meaning for the subject.
    let notApplicable why (finding: Finding) =
        { finding with
            Verdict = Verdict.Undecided $"not applicable: {why}"
        }
        |> Finding.guarded

    /// A witness of explicit vectors that only its replay measures.
    let unmeasured (claim: string) kind vectors side allowed fact : Witness =
        {
            Claim = claim
            Kind = kind
            Layer = None
            Vectors = vectors
            Scalars = []
            Measured = Enclosure.Point nan
            Side = side
            Allowed = allowed
            Fact = fact
        }

    /// Turns a witness found in float64 into the verdict that its replay allows, with the replay's own enclosure.
    let confirm (replay: Subject -> Witness -> Replay) subject (witness: Witness) =
        let again = replay subject witness

        if again.Confirmed then
            Verdict.ofWitness
                { witness with
                    Measured = again.Measured
                }
        else
            Verdict.Undecided $"numerics: a counterexample was found in float64 but does not replay ({again.Note})"
