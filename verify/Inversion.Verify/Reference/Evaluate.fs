namespace Inversion.Verify.Reference

open Inversion.Verify.Exact

/// One evaluation of a network, kept whole.
type Trace<'T> =
    {
        /// G(z), in PyTorch's flattened order.
        Output: 'T[]
        /// For each activation layer in order, what enters it.
        PreActivations: 'T[][]
        /// For each activation layer in order, what leaves it.
        PostActivations: 'T[][]
    }

/// The formulas, written once for every kind of number. 'A is a type without state that names the arithmetic.
module internal Evaluate =
    let apply<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (rows: SparseRows) (x: 'T[]) : 'T[] =
        let numbers = Unchecked.defaultof<'A>

        if x.Length <> rows.Inputs then
            invalidArg (nameof x) $"{x.Length} entries; {rows.Inputs} are needed"

        Array.init rows.Count (fun o ->
            let columns = rows.Columns[o]
            let weights = rows.Weights[o]

            let mutable total =
                numbers.OfFloat(if rows.Offset.Length = 0 then 0.0 else rows.Offset[o])

            for t in 0 .. columns.Length - 1 do
                total <- numbers.AddScaled(total, weights[t], x[columns[t]])

            total)

    /// The same without the offset: the map's derivative.
    let applyLinear<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (rows: SparseRows) (x: 'T[]) : 'T[] =
        apply<'T, 'A> { rows with Offset = [||] } x

    let applyTransposed<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (rows: SparseRows) (y: 'T[]) : 'T[] =
        let numbers = Unchecked.defaultof<'A>

        if y.Length <> rows.Count then
            invalidArg (nameof y) $"{y.Length} entries; {rows.Count} are needed"

        let x = Array.init rows.Inputs (fun _ -> numbers.OfFloat 0.0)

        for o in 0 .. rows.Count - 1 do
            let columns = rows.Columns[o]
            let weights = rows.Weights[o]

            for t in 0 .. columns.Length - 1 do
                x[columns[t]] <- numbers.AddScaled(x[columns[t]], weights[t], y[o])

        x

    let subtract<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (x: 'T[]) (y: 'T[]) : 'T[] =
        Array.map2 (fun a b -> Unchecked.defaultof<'A>.Subtract(a, b)) x y

    let dot<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (x: 'T[]) (y: 'T[]) : 'T =
        let numbers = Unchecked.defaultof<'A>

        Array.fold2 (fun total a b -> numbers.Add(total, numbers.Multiply(a, b))) (numbers.OfFloat 0.0) x y

    let trace<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (network: ReferenceNetwork) (z: 'T[]) : Trace<'T> =
        let numbers = Unchecked.defaultof<'A>
        let before = Array.create network.Activations [||]
        let after = Array.create network.Activations [||]
        let mutable signal = z

        for stage in network.Stages do
            match stage with
            | Stage.Affine(rows, _, _) -> signal <- apply<'T, 'A> rows signal
            | Stage.Activation(index, nonlinearity, _) ->
                before[index] <- signal

                signal <-
                    match nonlinearity with
                    | Nonlinearity.Kink slope -> signal |> Array.map (fun t -> numbers.LeakyRelu(slope, t))
                    | Nonlinearity.Sigmoid -> signal |> Array.map numbers.Sigmoid
                    | Nonlinearity.Tanh -> signal |> Array.map numbers.Tanh

                after[index] <- signal

        {
            Output = signal
            PreActivations = before
            PostActivations = after
        }

    /// The sign of every pre-activation, as far as this arithmetic knows it.
    let signs<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (trace: Trace<'T>) =
        trace.PreActivations |> Array.map (Array.map Unchecked.defaultof<'A>.Sign)

    /// The derivative of a smooth unit from its value: y (1 − y) or 1 − y².
    let private smoothSlope<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> nonlinearity (value: 'T) =
        let numbers = Unchecked.defaultof<'A>
        let one = numbers.OfFloat 1.0

        match nonlinearity with
        | Nonlinearity.Sigmoid -> numbers.Multiply(value, numbers.Subtract(one, value))
        | _ -> numbers.Multiply(numbers.Subtract(one, value), numbers.Add(one, value))

    /// The affine piece of a piecewise linear network that the signs choose (zero counts as inactive), at z, which need not lie in it:
    /// the output, and what enters each activation layer. `linear` leaves the offsets out; `onFace` takes the pre-activations with
    /// sign Zero to be zero, whatever is computed for them.
    let piece<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        (network: ReferenceNetwork)
        (signs: Sign[][])
        linear
        onFace
        (z: 'T[])
        : struct ('T[] * 'T[][]) =
        let numbers = Unchecked.defaultof<'A>
        let zero = numbers.OfFloat 0.0
        let before = Array.create network.Activations [||]
        let mutable signal = z

        for stage in network.Stages do
            match stage with
            | Stage.Affine(rows, _, _) ->
                signal <-
                    if linear then
                        applyLinear<'T, 'A> rows signal
                    else
                        apply<'T, 'A> rows signal
            | Stage.Activation(index, Nonlinearity.Kink slope, _) ->
                before[index] <- signal

                signal <-
                    Array.map2
                        (fun sign t ->
                            match sign with
                            | Sign.Positive -> t
                            | Sign.Zero when onFace -> zero
                            | Sign.Negative
                            | Sign.Zero -> numbers.AddScaled(zero, slope, t)
                            | Sign.Unknown -> numbers.Hull(t, numbers.AddScaled(zero, slope, t)))
                        signs[index]
                        signal
            | Stage.Activation _ -> invalidArg (nameof network) "not piecewise linear"

        struct (signal, before)

    let private unitVector<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> n i =
        Array.init n (fun j -> Unchecked.defaultof<'A>.OfFloat(if i = j then 1.0 else 0.0))

    /// The derivative of that piece by columns: for each entry of the code, the output and what enters each activation layer.
    let pieceColumns<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> (network: ReferenceNetwork) (signs: Sign[][]) =
        Array.init network.LatentDimension (fun i ->
            piece<'T, 'A> network signs true false (unitVector<'T, 'A> network.LatentDimension i))

    /// Λ_s by rows.
    let mergedMap<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        (network: ReferenceNetwork)
        (signs: Sign[][])
        : 'T[][] =
        pieceColumns<'T, 'A> network signs
        |> Array.map (fun (struct (output, _)) -> output)
        |> Array.transpose

    /// DG(z; v): one-sided where a sign is Zero (the side that the direction points to), an enclosure of both sides where it is Unknown.
    let tangent<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        (network: ReferenceNetwork)
        (trace: Trace<'T>)
        (signs: Sign[][])
        (direction: 'T[])
        : 'T[] =
        let numbers = Unchecked.defaultof<'A>
        let mutable moving = direction

        for stage in network.Stages do
            match stage with
            | Stage.Affine(rows, _, _) -> moving <- applyLinear<'T, 'A> rows moving
            | Stage.Activation(index, Nonlinearity.Kink slope, _) ->
                moving <-
                    Array.map2
                        (fun sign t ->
                            match sign with
                            | Sign.Positive -> t
                            | Sign.Negative -> numbers.AddScaled(numbers.OfFloat 0.0, slope, t)
                            | Sign.Zero -> numbers.LeakyRelu(slope, t)
                            | Sign.Unknown -> numbers.Hull(t, numbers.AddScaled(numbers.OfFloat 0.0, slope, t)))
                        signs[index]
                        moving
            | Stage.Activation(index, nonlinearity, _) ->
                moving <-
                    Array.map2
                        (fun value t -> numbers.Multiply(smoothSlope<'T, 'A> nonlinearity value, t))
                        trace.PostActivations[index]
                        moving

        moving

    /// From a cotangent of what leaves stage `last` to one of the latent code, with relu'(0) = 0, leaky relu'(0) = slope.
    let cotangentFrom<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        (network: ReferenceNetwork)
        (trace: Trace<'T>)
        (signs: Sign[][])
        first
        last
        (cotangent: 'T[])
        : 'T[] =
        let numbers = Unchecked.defaultof<'A>
        let mutable pulled = cotangent

        for at in last .. -1 .. first do
            match network.Stages[at] with
            | Stage.Affine(rows, _, _) -> pulled <- applyTransposed<'T, 'A> rows pulled
            | Stage.Activation(index, Nonlinearity.Kink slope, _) ->
                pulled <-
                    Array.map2
                        (fun sign w ->
                            match sign with
                            | Sign.Positive -> w
                            | Sign.Negative
                            | Sign.Zero -> numbers.AddScaled(numbers.OfFloat 0.0, slope, w)
                            | Sign.Unknown -> numbers.Hull(w, numbers.AddScaled(numbers.OfFloat 0.0, slope, w)))
                        signs[index]
                        pulled
            | Stage.Activation(index, nonlinearity, _) ->
                pulled <-
                    Array.map2
                        (fun value w -> numbers.Multiply(smoothSlope<'T, 'A> nonlinearity value, w))
                        trace.PostActivations[index]
                        pulled

        pulled

    /// The transpose of DG(z) applied to a cotangent of the output.
    let cotangent<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>> network (trace: Trace<'T>) signs (w: 'T[]) : 'T[] =
        cotangentFrom<'T, 'A> network trace signs 0 (network.Stages.Length - 1) w

    /// A G(z) − y.
    let residual<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        (rows: SparseRows)
        (observed: 'T[])
        (trace: Trace<'T>)
        : 'T[] =
        subtract<'T, 'A> (apply<'T, 'A> rows trace.Output) observed

    let gradient<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        network
        rows
        observed
        (trace: Trace<'T>)
        signs
        : 'T[] =
        let pulled = applyTransposed<'T, 'A> rows (residual<'T, 'A> rows observed trace)
        cotangent<'T, 'A> network trace signs pulled

    let directionalDerivative<'T, 'A when 'A: struct and 'A :> IArithmetic<'T>>
        network
        rows
        observed
        (trace: Trace<'T>)
        signs
        (direction: 'T[])
        : 'T =
        let moved = apply<'T, 'A> rows (tangent<'T, 'A> network trace signs direction)
        dot<'T, 'A> (residual<'T, 'A> rows observed trace) moved
