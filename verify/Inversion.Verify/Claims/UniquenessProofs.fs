/// Proofs that two codes have the same observed output, without rounding.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.UniquenessProofs

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// Products that an exact evaluation may cost.
let private exactBudget = 4_000_000L

/// The stages of A G, A last.
let internal stages (subject: Subject) =
    Array.append
        subject.Reference.Value.Stages
        [| Stage.Affine(MeasurementRows.ofMeasurement subject.Measurement, 0, 1) |]

/// The fewest numbers that a code's image passes through on its way to the observations.
let narrowest (subject: Subject) =
    stages subject
    |> Array.fold
        (fun least stage ->
            match stage with
            | Stage.Affine(rows, _, _) -> min least rows.Count
            | Stage.Activation _ -> least)
        Int32.MaxValue

/// A box around z, at most a millionth wide of z, on which no kink of the network lies, and the signs on it. A unit that is constantly 0
/// on it has the sign Zero. The box around 0 is a millionth wide: a box without inside would show nothing.
let private cell (network: ReferenceNetwork) (code: float[]) =
    let largest = code |> Array.fold (fun most x -> max most (abs x)) 0.0
    let size = if largest > 0.0 then largest else 1.0

    [ -20; -32; -42 ]
    |> List.tryPick (fun exponent ->
        let radius = Math.ScaleB(size, exponent)

        let box =
            code
            |> Array.map (fun x -> Interval.ofFloat x + Interval.between -radius radius)

        let signs = Pattern.onBox network box

        if Pattern.isDecided network signs then
            Some(box, signs)
        else
            None)

/// True for a unit whose derivative is not zero on the cell.
let private passes slope sign =
    match sign with
    | Sign.Positive -> true
    | Sign.Zero -> false
    | _ -> slope <> 0.0

/// An upper bound on the number of dimensions that some columns of A Λ_s span: the fewest units, over the stages, that the columns reach
/// through weights that are not 0 and units that are not flat.
let internal reach (stages: Stage[]) (signs: Sign[][]) latent (columns: int[]) =
    let mutable reached = Array.create latent false

    for c in columns do
        reached[c] <- true

    let mutable least = columns.Length

    for stage in stages do
        match stage with
        | Stage.Affine(rows, _, _) ->
            let below = reached

            reached <-
                Array.map2
                    (fun (inputs: int[]) (weights: float[]) ->
                        let mutable any = false

                        for t in 0 .. inputs.Length - 1 do
                            any <- any || (weights[t] <> 0.0 && below[inputs[t]])

                        any)
                    rows.Columns
                    rows.Weights
        | Stage.Activation(index, Nonlinearity.Kink slope, _) ->
            reached <- Array.map2 (fun r sign -> r && passes slope sign) reached signs[index]
        | Stage.Activation _ -> ()

        least <- min least (reached |> Array.sumBy (fun r -> if r then 1 else 0))

    least

/// The exact rank of those columns of the product of the first stages, as soon as it falls below their number; of all stages otherwise.
/// Error when that would cost too much.
let internal exactRank (stages: Stage[]) (signs: Sign[][]) latent (columns: int[]) =
    let count = columns.Length
    let zero: Dyadic[] = [||]
    let mutable rows = Array.create latent zero

    columns
    |> Array.iteri (fun at c -> rows[c] <- Array.init count (fun j -> if j = at then Dyadic.ofInt 1 else Dyadic.zero))

    let mutable rank = count
    let mutable spent = 0L
    let mutable at = 0

    while at < stages.Length && rank = count && spent <= exactBudget do
        match stages[at] with
        | Stage.Affine(matrix, _, _) ->
            let below = rows

            for inputs in matrix.Columns do
                for c in inputs do
                    if below[c].Length > 0 then
                        spent <- spent + int64 count

            if spent <= exactBudget then
                rows <-
                    Array.map2
                        (fun (inputs: int[]) (weights: float[]) ->
                            let mutable sum = zero

                            for t in 0 .. inputs.Length - 1 do
                                if weights[t] <> 0.0 && below[inputs[t]].Length > 0 then
                                    let weight = Dyadic.ofFloat weights[t]
                                    let term = below[inputs[t]] |> Array.map (fun x -> weight * x)
                                    sum <- if sum.Length = 0 then term else Array.map2 (+) sum term

                            sum)
                        matrix.Columns
                        matrix.Weights

                let present = rows |> Array.filter (fun row -> row.Length > 0)
                rank <- if present.Length = 0 then 0 else ExactLinear.rank present
        | Stage.Activation(index, Nonlinearity.Kink slope, _) ->
            rows <-
                Array.map2
                    (fun (row: Dyadic[]) sign ->
                        match sign with
                        | Sign.Positive -> row
                        | sign when passes slope sign -> row |> Array.map (fun x -> Dyadic.ofFloat slope * x)
                        | _ -> zero)
                    rows
                    signs[index]

            let present = rows |> Array.filter (fun row -> row.Length > 0)
            rank <- if present.Length = 0 then 0 else ExactLinear.rank present
        | Stage.Activation _ -> spent <- exactBudget + 1L

        at <- at + 1

    if rank < count then
        Ok rank
    elif spent > exactBudget then
        Error "its rank is too costly to compute exactly"
    else
        Ok count

let internal refuse note =
    {
        Confirmed = false
        Measured = { Lower = nan; Upper = nan }
        Note = note
    }

let internal isCode (subject: Subject) (code: float[]) =
    code.Length = subject.Network.LatentDimension
    && Array.forall Double.IsFinite code

/// Kind "cone": z lies strictly inside a cell on which A G is affine, and some columns of its matrix are dependent. The measured number
/// is an upper bound on the rank.
let internal cone (subject: Subject) (witness: Witness) =
    let network = subject.Reference.Value
    let code = witness.Vector "code"
    let columns = witness.Vector "columns" |> Array.map int |> Array.distinct
    let latent = network.LatentDimension

    if not network.IsPiecewiseLinear then
        refuse "the network is not piecewise linear"
    elif
        not (isCode subject code)
        || columns |> Array.exists (fun c -> c < 0 || c >= latent)
    then
        refuse "the code or the columns do not fit the network"
    else
        match cell network code with
        | None -> refuse "the code lies on or within rounding of a kink"
        | Some(_, signs) ->
            let all = stages subject
            let bound = reach all signs latent columns

            let found =
                if bound < columns.Length then
                    Ok bound
                else
                    exactRank all signs latent columns

            match found with
            | Error why -> refuse why
            | Ok rank ->
                let total = latent - columns.Length + rank

                {
                    Confirmed = total < latent
                    Measured = Enclosure.Point(float total)
                    Note = $"the rank on the cone of z is at most {total}"
                }

let private isSamePoint (x: Interval) (y: Interval) =
    Interval.isPoint x && Interval.isPoint y && x.Lower = y.Lower

let internal connections (network: ReferenceNetwork) =
    network.Stages
    |> Array.sumBy (fun stage ->
        match stage with
        | Stage.Affine(rows, _, _) -> rows.Columns |> Array.sumBy (fun c -> int64 c.Length)
        | Stage.Activation _ -> 0L)

/// Kind "collision": two explicit codes whose observed outputs are equal in exact arithmetic.
let internal collision (subject: Subject) (witness: Witness) =
    let network = subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement subject.Measurement
    let first, second = witness.Vector "first", witness.Vector "second"

    if not (isCode subject first && isCode subject second) then
        refuse "the codes do not fit the network"
    elif Array.forall2 (fun (a: float) b -> a = b) first second then
        refuse "both codes are the same"
    else
        let a = IntervalReference.observeAt network rows first
        let b = IntervalReference.observeAt network rows second

        let isSame =
            Array.forall2 isSamePoint a b
            || (network.IsPiecewiseLinear
                && Array.forall2 (fun x y -> (Interval.intersect x y).IsSome) a b
                && connections network <= exactBudget / 4L
                && ExactReference.observe network rows first = ExactReference.observe network rows second)

        {
            Confirmed = isSame
            Measured =
                if isSame then
                    Enclosure.Point 0.0
                else
                    { Lower = nan; Upper = nan }
            Note =
                if isSame then
                    "both observed outputs are the same numbers"
                else
                    "the outputs are not known to be equal"
        }

/// A Λ_s and A c_s on a cell, in intervals.
let private piece (subject: Subject) (signs: Sign[][]) =
    let network = subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement subject.Measurement

    let matrix =
        IntervalReference.mergedMap network signs
        |> Array.transpose
        |> Array.map (IntervalReference.measure rows)
        |> Array.transpose

    matrix, IntervalReference.measure rows (IntervalReference.mergedOffset network signs)

/// Kind "meeting": near z and z' there are two codes with the same observed output. On both cells A G is affine, so equality is a linear
/// system; with all but as many coordinates as equations fixed, Krawczyk's method shows that it has a solution inside the cells.
let private meeting (subject: Subject) (witness: Witness) =
    let network = subject.Reference.Value
    let first, second = witness.Vector "first", witness.Vector "second"
    let latent = network.LatentDimension
    let free = witness.Vector "free" |> Array.map int

    if not network.IsPiecewiseLinear then
        refuse "the network is not piecewise linear"
    elif
        not (isCode subject first && isCode subject second)
        || (Array.distinct free).Length <> free.Length
        || free |> Array.exists (fun c -> c < 0 || c >= 2 * latent)
    then
        refuse "the codes or the free coordinates do not fit the network"
    else
        match cell network first, cell network second with
        | Some(box, signs), Some(otherBox, otherSigns) ->
            let left, leftOffset = piece subject signs
            let right, rightOffset = piece subject otherSigns

            let differences =
                Array.map2 (fun l r -> Array.append l (Array.map (~-) r)) left right

            let offsets = Array.map2 (-) leftOffset rightOffset

            let equations =
                [| 0 .. differences.Length - 1 |]
                |> Array.filter (fun i ->
                    not (
                        Array.forall Interval.certainlyZero differences[i]
                        && Interval.certainlyZero offsets[i]
                    ))

            let codes = Array.append first second
            let boxes = Array.append box otherBox
            let isFree = Array.init (2 * latent) (fun c -> Array.contains c free)

            if equations.Length <> free.Length || equations.Length = 0 then
                refuse $"{equations.Length} equations, but {free.Length} free coordinates"
            else
                let matrix =
                    equations
                    |> Array.map (fun i -> free |> Array.map (fun c -> differences[i].[c]))

                let target =
                    equations
                    |> Array.map (fun i ->
                        let fixedPart =
                            Array.init (2 * latent) (fun c ->
                                if isFree[c] then
                                    Interval.zero
                                else
                                    codes[c] * differences[i].[c])

                        -(Interval.sum fixedPart + offsets[i]))

                match Krawczyk.solve matrix target with
                | None -> refuse "the linear system could not be verified"
                | Some solution ->
                    let solved = codes |> Array.map Interval.ofFloat
                    free |> Array.iteri (fun at c -> solved[c] <- solution[at])

                    let inside =
                        Array.forall2 (fun outer inner -> Interval.isInside outer inner) boxes solved

                    let apart =
                        [| 0 .. latent - 1 |]
                        |> Array.exists (fun i -> (Interval.intersect solved[i] solved[latent + i]).IsNone)

                    {
                        Confirmed = inside && apart
                        Measured =
                            if inside && apart then
                                Enclosure.Point 0.0
                            else
                                { Lower = nan; Upper = nan }
                        Note =
                            if not inside then
                                "the solution leaves the cells"
                            elif not apart then
                                "the two codes are not known to differ"
                            else
                                "two codes near the given ones have the same observed output"
                    }
        | _ -> refuse "a code lies on or within rounding of a kink"

/// Kind "dimension": no continuous map from R^{n0} into fewer dimensions is one-to-one (Borsuk–Ulam), and G is continuous.
let private dimension (subject: Subject) =
    let width = narrowest subject

    {
        Confirmed = width < subject.Network.LatentDimension
        Measured = Enclosure.Point(float width)
        Note = $"{subject.Network.LatentDimension} unknowns pass through {width} numbers"
    }

/// Judges a witness of this claim again.
let replay (subject: Subject) (witness: Witness) : Replay =
    match witness.Kind with
    | "cone" -> cone subject witness
    | "collision" -> collision subject witness
    | "meeting" -> meeting subject witness
    | "dimension" -> dimension subject
    | other -> refuse $"'{other}' is no kind of this claim"
