/// The claims that are about many trials of a sweep, not about one network.
[<RequireQualifiedAccess>]
module Inversion.Verify.SweepClaims

/// The ids.
let ids = [ PhaseTransitionClaim.Id; FailureProbability.Id ]

/// Judges a witness of such a claim again, from its numbers alone. FormatException: it has not the numbers that it needs.
let replay (witness: Witness) =
    if witness.Kind <> RateOrder.Kind && witness.Kind <> RateOrder.HalfKind then
        raise (System.FormatException $"'{witness.Kind}' is no kind of witness of {witness.Claim}")

    RateOrder.judge witness
