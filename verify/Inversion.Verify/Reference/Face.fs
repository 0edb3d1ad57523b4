namespace Inversion.Verify.Reference

open Inversion.Verify.Exact

/// The quadratic that J is on one cone, or on the face where given units are exactly on their kinks, in interval arithmetic. Letters as
/// in `Stationary`.
module internal Face =
    type Problem =
        {
            Network: ReferenceNetwork
            Rows: SparseRows
            Signs: Sign[][]
            Kinks: struct (int * int)[]
            /// L by columns.
            Columns: Interval[][]
            /// n_j by kink.
            Normals: Interval[][]
            /// o_j by kink.
            Offsets: Interval[]
            /// y − c.
            Target: Interval[]
        }

    let describe (struct (layer: int, unit': int)) =
        $"unit {unit'} of activation layer {layer}"

    let private measure rows signal =
        Evaluate.applyLinear<Interval, IntervalArithmetic> rows signal

    /// The piece of these signs, or why it cannot be used.
    let pose network rows (y: Interval[]) (signs: Sign[][]) (kinks: Set<struct (int * int)>) =
        let found = Kinks.at network signs

        match Seq.tryHead (Set.difference found kinks), Seq.tryHead (Set.difference kinks found) with
        | Some other, _ -> Error $"the point also lies on the kink of {describe other}"
        | _, Some constant ->
            Error $"{describe constant} is no kink: its pre-activation is constant there, or its slope 1"
        | None, None ->
            match Kinks.fed network signs kinks with
            | Some unit' -> Error $"another kink unit feeds {describe unit'}"
            | None ->
                let columns = Evaluate.pieceColumns<Interval, IntervalArithmetic> network signs

                let struct (offset, before) =
                    Evaluate.piece<Interval, IntervalArithmetic>
                        network
                        signs
                        false
                        false
                        (Array.create network.LatentDimension Interval.zero)

                let kinks = Set.toArray kinks

                Ok
                    {
                        Network = network
                        Rows = rows
                        Signs = signs
                        Kinks = kinks
                        Columns = columns |> Array.map (fun (struct (output, _)) -> measure rows output)
                        Normals =
                            kinks
                            |> Array.map (fun (struct (layer, unit')) ->
                                columns |> Array.map (fun (struct (_, at)) -> at[layer].[unit']))
                        Offsets = kinks |> Array.map (fun (struct (layer, unit')) -> before[layer].[unit'])
                        Target = Array.map2 (-) y (measure rows offset)
                    }

    /// Entries of the code on which the piece or a kink depends.
    let freeEntries problem =
        [|
            for i in 0 .. problem.Columns.Length - 1 do
                let touched =
                    not (Array.forall Interval.certainlyZero problem.Columns[i])
                    || problem.Normals
                       |> Array.exists (fun normal -> not (Interval.certainlyZero normal[i]))

                if touched then
                    i
        |]

    /// Encloses (z, μ), the entries of z outside `free` fixed at their floats.
    let solve problem (free: int[]) (z: float[]) =
        let m = problem.Kinks.Length
        let fixedEntries = [| 0 .. z.Length - 1 |] |> Array.except free

        let target =
            problem.Target
            |> Array.mapi (fun row value ->
                Array.fold (fun total i -> total - z[i] * problem.Columns[i].[row]) value fixedEntries)

        let entry i j =
            if i < free.Length && j < free.Length then
                if i = j then
                    Interval.squaredNorm problem.Columns[free[i]]
                else
                    Interval.dot problem.Columns[free[i]] problem.Columns[free[j]]
            elif i < free.Length then
                problem.Normals[j - free.Length].[free[i]]
            elif j < free.Length then
                problem.Normals[i - free.Length].[free[j]]
            else
                Interval.zero

        let size = free.Length + m
        let matrix = Array.init size (fun i -> Array.init size (entry i))

        let right =
            Array.init size (fun i ->
                if i < free.Length then
                    Interval.dot problem.Columns[free[i]] target
                else
                    let j = i - free.Length

                    Array.fold (fun total k -> total - z[k] * problem.Normals[j].[k]) -problem.Offsets[j] fixedEntries)

        Krawczyk.solve matrix right
        |> Option.map (fun solution ->
            let box = Interval.ofArray z
            free |> Array.iteri (fun at i -> box[i] <- solution[at])
            struct (box, Array.skip free.Length solution))

    /// The first unit whose pre-activation does not keep its sign on the box, taken on the face of the kinks.
    let strayed problem (box: Interval[]) =
        let struct (_, before) =
            Evaluate.piece<Interval, IntervalArithmetic> problem.Network problem.Signs false true box

        let varying = Kinks.varying problem.Network problem.Signs

        Seq.tryHead (
            seq {
                for stage in problem.Network.Stages do
                    match stage with
                    | Stage.Activation(layer, Nonlinearity.Kink slope, units) when slope <> 1.0 ->
                        for unit' in 0 .. units - 1 do
                            let holds =
                                match problem.Signs[layer].[unit'] with
                                | Sign.Positive -> Interval.certainlyPositive before[layer].[unit']
                                | Sign.Negative -> Interval.certainlyNegative before[layer].[unit']
                                | _ -> true

                            // A constant pre-activation keeps the sign that was decided at the point itself.
                            if varying[layer].[unit'] && not holds then
                                struct (layer, unit')
                    | _ -> ()
            }
        )

    /// c_j for each kink.
    let limits problem (y: Interval[]) (box: Interval[]) =
        let network = problem.Network

        let struct (output, _) =
            Evaluate.piece<Interval, IntervalArithmetic> network problem.Signs false true box

        let residual =
            Array.map2 (-) (Evaluate.apply<Interval, IntervalArithmetic> problem.Rows output) y

        let pulled =
            Evaluate.applyTransposed<Interval, IntervalArithmetic> problem.Rows residual

        let empty =
            {
                Output = [||]
                PreActivations = [||]
                PostActivations = [||]
            }

        problem.Kinks
        |> Array.map (fun (struct (layer, unit')) ->
            let stage =
                network.Stages
                |> Array.findIndex (fun stage ->
                    match stage with
                    | Stage.Activation(index, _, _) -> index = layer
                    | Stage.Affine _ -> false)

            let slope =
                match network.Stages[stage] with
                | Stage.Activation(_, Nonlinearity.Kink slope, _) -> slope
                | _ -> 1.0

            let value =
                Evaluate.cotangentFrom<Interval, IntervalArithmetic>
                    network
                    empty
                    problem.Signs
                    (stage + 1)
                    (network.Stages.Length - 1)
                    pulled

            (Interval.one - Interval.ofFloat slope) * value[unit'])
