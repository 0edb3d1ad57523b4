namespace Inversion.Verify.Reference

open System
open System.Collections.Generic
open Inversion.Verify.Exact

/// On which side of its kink each unit is.
[<RequireQualifiedAccess>]
module Pattern =
    /// Values of single units in exact arithmetic, given the signs found so far, each computed once.
    type private ExactValues(network: ReferenceNetwork, z: float[], signs: Sign[][]) =
        let known = Dictionary<struct (int * int), Dyadic>()

        /// The number that enters stage `stage` at `unit'`. Needs the signs of every activation layer below that stage.
        member this.Before(stage: int, unit': int) : Dyadic =
            if stage = 0 then
                Dyadic.ofFloat z[unit']
            else
                let key = struct (stage, unit')

                match known.TryGetValue key with
                | true, value -> value
                | _ ->
                    let value = this.After(stage - 1, unit')
                    known[key] <- value
                    value

        member private this.After(stage: int, unit': int) : Dyadic =
            match network.Stages[stage] with
            | Stage.Affine(rows, _, _) ->
                let mutable total =
                    if rows.Offset.Length = 0 then
                        Dyadic.zero
                    else
                        Dyadic.ofFloat rows.Offset[unit']

                Array.iter2
                    (fun column weight ->
                        if weight <> 0.0 then
                            total <- total + Dyadic.ofFloat weight * this.Before(stage, column))
                    rows.Columns[unit']
                    rows.Weights[unit']

                total
            | Stage.Activation(index, Nonlinearity.Kink slope, _) ->
                match signs[index][unit'] with
                | Sign.Positive -> this.Before(stage, unit')
                | Sign.Negative when slope <> 0.0 -> Dyadic.ofFloat slope * this.Before(stage, unit')
                | _ -> Dyadic.zero
            | Stage.Activation _ -> invalidOp "a smooth unit has no exact dyadic value"

    let private numbers = IntervalArithmetic() :> IArithmetic<Interval>

    let private numberSign (x: Dyadic) =
        match x.Sign with
        | 1 -> Sign.Positive
        | -1 -> Sign.Negative
        | _ -> Sign.Zero

    /// Narrows an enclosure by a sign that was decided otherwise.
    let private narrow (x: Interval) sign =
        match sign with
        | Sign.Zero -> Interval.zero
        | Sign.Positive -> Interval.between (max x.Lower 0.0) (max x.Upper 0.0)
        | Sign.Negative -> Interval.between (min x.Lower 0.0) (min x.Upper 0.0)
        | Sign.Unknown -> x

    /// The signs at the float point z when the units of `onKink` (activation layer from 0, unit) are taken to be exactly zero, wherever
    /// z has them. Intervals decide what they can, exact arithmetic the rest. Unknown remains only where a number is not finite or a
    /// sigmoid or tanh lies below.
    let withKinks (network: ReferenceNetwork) (onKink: Set<struct (int * int)>) (z: float[]) : Sign[][] =
        let signs = Array.create network.Activations [||]
        let finite = network.IsFinite && Array.forall Double.IsFinite z
        let exact = ExactValues(network, z, signs)
        let mutable canBeExact = finite
        let mutable signal = Interval.ofArray z

        network.Stages
        |> Array.iteri (fun stage kind ->
            match kind with
            | Stage.Affine(rows, _, _) -> signal <- Evaluate.apply<Interval, IntervalArithmetic> rows signal
            | Stage.Activation(index, nonlinearity, _) ->
                signs[index] <-
                    signal
                    |> Array.mapi (fun unit' x ->
                        if onKink.Contains(struct (index, unit')) then
                            Sign.Zero
                        else
                            match Interval.sign x with
                            | Sign.Unknown when canBeExact && nonlinearity.IsPiecewiseLinear ->
                                numberSign (exact.Before(stage, unit'))
                            | sign -> sign)

                signal <-
                    match nonlinearity with
                    | Nonlinearity.Kink slope ->
                        Array.map2 (fun x sign -> numbers.LeakyRelu(slope, narrow x sign)) signal signs[index]
                    | Nonlinearity.Sigmoid -> Array.map numbers.Sigmoid signal
                    | Nonlinearity.Tanh -> Array.map numbers.Tanh signal

                canBeExact <- canBeExact && nonlinearity.IsPiecewiseLinear)

        signs

    /// The sign of every pre-activation at the float point z: for each activation layer in order, each unit in PyTorch's flattened
    /// order. Always decided for finite piecewise linear networks: by intervals where they can, in exact arithmetic otherwise.
    [<CompiledName("At")>]
    let at (network: ReferenceNetwork) (z: float[]) : Sign[][] = withKinks network Set.empty z

    /// The signs that all points of a box share; Unknown where they differ or where rounding hides it.
    [<CompiledName("OnBox")>]
    let onBox (network: ReferenceNetwork) (box: Interval[]) : Sign[][] =
        Evaluate.trace<Interval, IntervalArithmetic> network box
        |> Evaluate.signs<Interval, IntervalArithmetic>

    /// True when no sign is Unknown in a layer with kinks.
    let isDecided (network: ReferenceNetwork) (signs: Sign[][]) =
        network.Stages
        |> Array.forall (fun stage ->
            match stage with
            | Stage.Activation(index, Nonlinearity.Kink _, _) ->
                signs[index] |> Array.forall (fun sign -> sign <> Sign.Unknown)
            | _ -> true)
