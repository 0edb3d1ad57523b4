/// What a refutation must not lose while it shrinks. Without it everything ends in the same trivial networks: one of zeros, whose J is
/// flat, or a dead code, whose output is 0.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Telling

open System
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private isNotZero (signal: Interval[]) =
    signal |> Array.exists (Interval.certainlyZero >> not)

/// Whether A G is not 0 at a code.
let private isSeen (subject: Subject) (code: float[]) =
    let rows = MeasurementRows.ofMeasurement subject.Measurement
    isNotZero (IntervalReference.observeAt subject.Reference.Value rows code)

/// Whether A DG(0; v) is not 0.
let private moves (subject: Subject) (direction: float[]) =
    let network = subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement subject.Measurement
    let origin = Array.zeroCreate network.LatentDimension
    isNotZero (IntervalReference.measure rows (IntervalReference.jacobianProductAt network origin direction))

/// Whether J is not flat all around the points, and whether they are isolated.
let private stationary (subject: Subject) (witness: Witness) =
    let kinds =
        Alternatives.prefixes witness
        |> List.map (fun prefix ->
            StationaryPoints.prove subject (Alternatives.radiusOf witness) (StationaryPoints.candidate prefix witness)
            |> Result.map (fun proven -> proven.Kind)
            |> Result.defaultValue "dead")

    let none (word: string) =
        kinds
        |> List.forall (fun kind -> not (kind.Contains(word, StringComparison.Ordinal)))

    [ none "dead"; none "dead" && none "flat" ]

/// What holds of a refutation; what was true of it at first must stay true.
let signs (subject: Subject) (witness: Witness) =
    [
        subject.Network.Layers
        |> Seq.forall (fun layer ->
            match layer with
            | :? AffineLayer as affine -> affine.Weight |> Array.exists (fun w -> w <> 0.0)
            | _ -> true)

        match witness.Claim with
        | "origin" ->
            isSeen subject (witness.Vector "truth")
            moves subject (witness.Vector "direction")
        | "uniqueness"
        | "mode-collapse" ->
            for name, code in witness.Vectors do
                if name = "code" || name = "first" || name = "second" then
                    isSeen subject code
        | _ when Alternatives.isStationary witness -> yield! stationary subject witness
        | _ -> ()
    ]
