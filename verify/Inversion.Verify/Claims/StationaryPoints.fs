/// Proofs, in intervals, that J has an exact point without descent direction next to a float64 candidate.
module Inversion.Verify.Claims.StationaryPoints

open System
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// A candidate that is one: somewhere in the box lies an exact code where D_v J ≥ 0 for every v.
type Proven =
    {
        Candidate: Candidate
        /// What kind of point, in words.
        Kind: string
        Box: Interval[]
        /// ‖z − z°‖/‖z°‖.
        Distance: Enclosure
        /// Contains every ρ > 0 with ‖z + ρz°‖ ≤ ε‖z°‖; None when there is provably none.
        Rhos: Enclosure option
    }

/// A candidate as named vectors of a witness.
let vectors prefix (candidate: Candidate) =
    let numbers part =
        candidate.Held |> List.map (part >> float) |> List.toArray

    [
        prefix + "truth", candidate.Truth
        prefix + "point", candidate.Point
        prefix + "heldLayers", numbers (fun unit -> unit.Layer)
        prefix + "heldUnits", numbers (fun unit -> unit.Index)
    ]

/// The candidate that `vectors` wrote.
let candidate prefix (witness: Witness) : Candidate =
    {
        Truth = witness.Vector(prefix + "truth")
        Point = witness.Vector(prefix + "point")
        Held =
            Array.map2
                (fun layer unit ->
                    {
                        Layer = int<float> layer
                        Index = int<float> unit
                    })
                (witness.Vector(prefix + "heldLayers"))
                (witness.Vector(prefix + "heldUnits"))
            |> Array.toList
    }

let private enclosure (x: Interval) = { Lower = x.Lower; Upper = x.Upper }

/// The ρ > 0 with ‖z + ρz°‖ ≤ ε‖z°‖ for some z of the box.
let private rhos epsilon (box: Interval[]) (truth: float[]) =
    let target = Interval.ofArray truth
    let square = Interval.squaredNorm target
    let along = -(Interval.dot box target / square)

    let across =
        Interval.squaredNorm (Array.map2 (fun z t -> z + along * t) box target) / square

    let room = Interval.sqr (Interval.ofFloat epsilon) - across

    if room.Upper < 0.0 then
        None
    else
        let half = (sqrt (Interval.ofFloat room.Upper)).Upper
        let ends = along + Interval.between -half half

        if ends.Upper > 0.0 then
            Some
                {
                    Lower = max 0.0 ends.Lower
                    Upper = ends.Upper
                }
        else
            None

/// The number from 0 of an activation layer among the activation layers, from its index among the network's layers.
let private activationNumber (subject: Subject) layer =
    subject.Network.Layers
    |> Seq.truncate layer
    |> Seq.filter (fun below -> below :? ActivationLayer)
    |> Seq.length

let private kindOf (point: StationaryPoint) =
    let n = point.Box.Length

    if point.FreeEntries.Length = 0 then
        "dead cone: A G is constant around it"
    elif not point.IsIsolated then
        $"local minimum, flat in {n - point.FreeEntries.Length} of {n} dimensions"
    elif point.Kinks.Length > 0 then
        let kinks = if point.Kinks.Length = 1 then "kink" else "kinks"
        $"local minimum on {point.Kinks.Length} {kinks}"
    else
        "local minimum inside its cone"

/// Proves that next to the candidate lies an exact code, not 0, without descent direction; or says why not.
let prove (subject: Subject) epsilon (candidate: Candidate) : Result<Proven, string> =
    let n = subject.Network.LatentDimension

    if candidate.Point.Length <> n || candidate.Truth.Length <> n then
        Error $"the codes do not have {n} entries"
    elif not (Array.forall Double.IsFinite candidate.Truth) then
        Error "z° is not finite"
    else
        let network = subject.Reference.Value
        let rows = MeasurementRows.ofMeasurement subject.Measurement
        let observed = IntervalReference.observeAt network rows candidate.Truth

        let held =
            candidate.Held
            |> Seq.map (fun unit -> struct (activationNumber subject unit.Layer, unit.Index))
            |> Set.ofSeq

        Stationary.onFace network rows observed held candidate.Point
        |> Result.bind (fun point ->
            let length = Interval.norm (Interval.ofArray candidate.Truth)

            if not (length.Lower > 0.0 && (Interval.norm point.Box).Lower > 0.0) then
                Error "z or z° may be 0"
            else
                let apart =
                    Interval.norm (Array.map2 (-) point.Box (Interval.ofArray candidate.Truth))
                    / length

                Ok
                    {
                        Candidate = candidate
                        Kind = kindOf point
                        Box = point.Box
                        Distance = enclosure apart
                        Rhos = rhos epsilon point.Box candidate.Truth
                    })
