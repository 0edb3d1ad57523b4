namespace Inversion.Verify.Reference

open Inversion.Verify.Exact

/// Which units depend on the code, and on one another, near a point with given signs.
[<RequireQualifiedAccess>]
module Kinks =
    /// For each activation layer and unit: whether the pre-activation reads anything that the mark reaches. Marks start at the code's
    /// entries (`code`) and at the units that `starts` picks; an inactive unit (negative, slope 0) stops them.
    let private reach (network: ReferenceNetwork) (signs: Sign[][]) code (starts: int -> int -> bool) =
        let marks = Array.create network.Activations [||]
        let mutable marked = Array.create network.LatentDimension code

        for stage in network.Stages do
            match stage with
            | Stage.Affine(rows, _, _) ->
                let below = marked

                marked <-
                    Array.map2
                        (fun columns weights ->
                            Array.exists2 (fun (column: int) weight -> weight <> 0.0 && below[column]) columns weights)
                        rows.Columns
                        rows.Weights
            | Stage.Activation(index, nonlinearity, _) ->
                marks[index] <- marked

                marked <-
                    Array.mapi2
                        (fun unit' sign isMarked ->
                            let stopped =
                                match nonlinearity with
                                | Nonlinearity.Kink slope -> slope = 0.0 && sign = Sign.Negative
                                | _ -> false

                            (isMarked && not stopped) || starts index unit')
                        signs[index]
                        marked

        marks

    /// For each activation layer and unit, false when the pre-activation is constant near the point: it reads inactive units only. A
    /// pre-activation that is zero there is no kink.
    let varying (network: ReferenceNetwork) (signs: Sign[][]) : bool[][] =
        reach network signs true (fun _ _ -> false)

    /// The units (activation layer from 0, unit) whose sign is Zero and whose pre-activation is not constant near the point.
    let at (network: ReferenceNetwork) (signs: Sign[][]) : Set<struct (int * int)> =
        let varying = varying network signs

        Set.ofSeq
            [
                for stage in network.Stages do
                    match stage with
                    | Stage.Activation(layer, Nonlinearity.Kink slope, units) when slope <> 1.0 ->
                        for unit' in 0 .. units - 1 do
                            if signs[layer].[unit'] = Sign.Zero && varying[layer].[unit'] then
                                struct (layer, unit')
                    | _ -> ()
            ]

    /// The first of `kinks` that another of them feeds; None when no kink feeds another.
    let fed (network: ReferenceNetwork) (signs: Sign[][]) (kinks: Set<struct (int * int)>) : struct (int * int) option =
        let reached =
            reach network signs false (fun layer unit' -> kinks.Contains(struct (layer, unit')))

        kinks |> Seq.tryFind (fun (struct (layer, unit')) -> reached[layer].[unit'])

    /// The units whose kink passes z within `tolerance` · ‖z‖: |p| ≤ tolerance ‖z‖ ‖∇p‖ for the pre-activation p on z's piece.
    /// In double precision: a proposal of faces to try, not a proof of anything. Needs a piecewise linear network.
    let near (network: ReferenceNetwork) (tolerance: float) (z: float[]) : Set<struct (int * int)> =
        let trace = Evaluate.trace<float, FloatArithmetic> network z
        let signs = Evaluate.signs<float, FloatArithmetic> trace
        let columns = Evaluate.pieceColumns<float, FloatArithmetic> network signs
        let size = z |> Array.sumBy (fun x -> x * x) |> sqrt

        Set.ofSeq
            [
                for stage in network.Stages do
                    match stage with
                    | Stage.Activation(layer, Nonlinearity.Kink slope, units) when slope <> 1.0 ->
                        for unit' in 0 .. units - 1 do
                            let slopes =
                                columns |> Array.map (fun (struct (_, before)) -> before[layer].[unit'])

                            let steepness = slopes |> Array.sumBy (fun s -> s * s) |> sqrt

                            if
                                steepness > 0.0
                                && abs trace.PreActivations[layer].[unit'] <= tolerance * size * steepness
                            then
                                struct (layer, unit')
                    | _ -> ()
            ]
