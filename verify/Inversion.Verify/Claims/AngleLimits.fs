/// What HV claim of angles, and the limits that follow from ε.
module internal Inversion.Verify.Claims.AngleLimits

open System
open Inversion.Verify

/// Id of the claim.
let claimId = "angle-contraction"

/// Where the statements are from.
let source = "HV (arXiv 1705.07576), (4) and Lemma 7"

/// What is claimed of one layer.
let layerStatement =
    "|θ₁ − g(θ₀)| ≤ 4√ε and |cos θ₁ − cos g(θ₀)| ≤ 5ε, θ₀ = ∠(x, y), θ₁ = ∠(F₊ₓx, F₊ᵧy), for all nonzero x, y"

/// What is claimed of the whole network.
let networkStatement =
    "|θ_d − θ̄_d| ≤ 4d√ε for all nonzero codes x, y, θ̄_0 = ∠(x, y), θ̄_i = g(θ̄_{i−1}), θ_d = ∠(G(x), G(y))"

/// Both outputs are free of negative entries, and so are the expected ones: no two such angles differ by more, nor their cosines.
let private largestAngle = Math.PI / 2.0

let private largestCosine = 1.0

/// The limits, and which of them can fail at all.
type Limits =
    {
        Angle: float
        /// None for the whole network, about which HV say nothing of the cosine.
        Cosine: float option
    }

    /// True when a difference of angles can exceed its limit.
    member limits.AngleDecides = limits.Angle < largestAngle

    /// True when a difference of cosines can exceed its limit.
    member limits.CosineDecides =
        match limits.Cosine with
        | Some limit -> limit < largestCosine
        | None -> false

    /// Why a limit cannot fail, for each that cannot.
    member limits.Vacuous =
        [
            if not limits.AngleDecides then
                $"the limit on the angle, {limits.Angle:G6}, is at least π/2, the largest difference there can be"

            match limits.Cosine with
            | Some limit when not limits.CosineDecides ->
                $"the limit on the cosine, {limit:G6}, is at least 1, the largest difference there can be"
            | _ -> ()
        ]

    /// True when the pair exceeds a limit that decides.
    member limits.Fails(pair: AngleSearch.Pair) =
        (limits.AngleDecides && pair.Angle > limits.Angle)
        || (limits.CosineDecides && pair.Cosine > limits.Cosine.Value)

/// 4√ε and 5ε.
let ofLayer (settings: Settings) =
    {
        Angle = 4.0 * sqrt settings.Epsilon
        Cosine = Some(5.0 * settings.Epsilon)
    }

/// 4d√ε.
let ofNetwork (settings: Settings) (depth: int) =
    {
        Angle = 4.0 * float depth * sqrt settings.Epsilon
        Cosine = None
    }
