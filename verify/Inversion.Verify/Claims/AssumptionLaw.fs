/// What Theorem 1 assumes of the weights, where it is known how they were drawn.
module internal Inversion.Verify.Claims.AssumptionLaw

open System
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

/// Mean (in units of the root second moment) and excess kurtosis of the laws, by integration.
let private lawMoments law =
    match law with
    | WeightLaw.Gaussian -> 0.0, 0.0
    | WeightLaw.Uniform -> 0.0, -1.2
    | WeightLaw.Rademacher -> 0.0, -2.0
    | WeightLaw.Laplace -> 0.0, 3.0
    | WeightLaw.Uniform01 -> sqrt 3.0 / 2.0, -1.2
    | WeightLaw.Bernoulli01 -> sqrt 0.5, -2.0
    | _ -> 1.0, nan

/// What the law fails that the weights were drawn from.
let byConstruction (origin: DrawnNetwork) =
    let mean, kurtosis = lawMoments origin.Law
    let name = origin.Law.Name()

    [
        AssumptionParts.equal
            "law"
            None
            (if origin.Law = WeightLaw.Gaussian then 1.0 else 0.0)
            1.0
            $"the weights were drawn from the law {name}, not from a Gaussian"

        AssumptionParts.equal
            "law-mean"
            None
            mean
            0.0
            $"the law {name} has mean {mean:G6} in units of its root second moment, not 0"

        if not (Double.IsNaN kurtosis) then
            AssumptionParts.equal
                "law-kurtosis"
                None
                kurtosis
                0.0
                $"the law {name} has excess kurtosis {kurtosis:R}, not 0"
    ]

/// How the weights were drawn, when drawing them again gives these weights.
let trustedOrigin (subject: Subject) =
    match subject.Provenance with
    | Provenance.Drawn origin when
        Fingerprint.ofNetwork (NetworkBuilder.Redraw origin) = Fingerprint.ofNetwork subject.Network
        ->
        Some origin
    | _ -> None
