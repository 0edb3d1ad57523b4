namespace Inversion.Verify.Claims

open System
open Inversion.Verify

/// A point where J is said to have no descent direction, the code that was measured, and the units held at zero there.
type Candidate =
    {
        Truth: float[]
        Point: float[]
        Held: KinkUnit list
    }

/// The balls of the descent claim, in float64; StationaryPoints has the interval version that verdicts rest on.
[<RequireQualifiedAccess>]
module Balls =
    /// ‖z − z°‖/‖z°‖.
    let distance (point: Candidate) =
        Theory.norm (Array.map2 (-) point.Point point.Truth) / Theory.norm point.Truth

    /// The foot of z on the line of −z° and the distance from it, both in units of ‖z°‖.
    let alongAndAcross (point: Candidate) =
        let length = Theory.norm point.Truth
        let along = -(Theory.dot point.Point point.Truth) / (length * length)
        let foot = Array.map2 (fun z t -> (z + along * t) / length) point.Point point.Truth
        struct (along, Theory.norm foot)

    /// The ρ > 0 with ‖z + ρz°‖ ≤ ε‖z°‖; None when there is none.
    let rhos epsilon point =
        let struct (along, across) = alongAndAcross point

        if across > epsilon then
            None
        else
            let half = sqrt (epsilon * epsilon - across * across)

            if along + half > 0.0 then
                Some
                    {
                        Lower = max 0.0 (along - half)
                        Upper = along + half
                    }
            else
                None

    /// True when z lies outside B(z°, ε‖z°‖) ∪ B(−ρz°, ε‖z°‖) ∪ {0}.
    let isOutside epsilon rho point =
        let length = Theory.norm point.Truth

        distance point > epsilon
        && Theory.norm point.Point > 0.0
        && Theory.norm (Array.map2 (fun z t -> z + rho * t) point.Point point.Truth) > epsilon * length

    /// What all intervals share; None when two of them do not meet (on a line, intervals that meet two by two meet all: Helly).
    let shared (intervals: Enclosure list) =
        let lower = intervals |> List.fold (fun most i -> max most i.Lower) 0.0

        let upper =
            intervals
            |> List.fold (fun least i -> min least i.Upper) Double.PositiveInfinity

        if lower <= upper then
            Some { Lower = lower; Upper = upper }
        else
            None

    /// True when both points say the same after scaling z° to length 1.
    let same first second =
        let close (a: float[]) (b: float[]) lengthA lengthB =
            Array.forall2 (fun x y -> abs (x / lengthA - y / lengthB) <= 1e-6) a b

        let a, b = Theory.norm first.Truth, Theory.norm second.Truth
        close first.Truth second.Truth a b && close first.Point second.Point a b
