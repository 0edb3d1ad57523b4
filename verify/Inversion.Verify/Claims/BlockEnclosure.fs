/// Enclosures of what a block does to single codes, by the slow reference's rows: signs are exact, everything else is rounded outward.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.BlockEnclosure

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// One observed output of a block: the channels that it reads at the block's position, and their weights.
type ReferenceRow =
    {
        Output: int
        Channels: int[]
        Weights: float[]
    }

/// The rows of layer `number` at an input position, by the slow reference; None when the network has no such layer or position.
let rows (subject: Subject) number position =
    subject.Reference.Value.Stages
    |> Array.tryPick (fun stage ->
        match stage with
        | Stage.Affine(rows, found, positions) when found = number && position >= 0 && position < positions ->
            Some(rows, positions)
        | _ -> None)
    |> Option.map (fun (rows, positions) ->
        let index =
            subject.Network.Layers
            |> Seq.indexed
            |> Seq.filter (fun (_, layer) -> layer :? Inversion.Networks.AffineLayer)
            |> Seq.item (number - 1)
            |> fst

        let observed, _, _ = BlockedLayer.observedRows subject index

        rows.Inputs / positions,
        [|
            for output in 0 .. rows.Count - 1 do
                if observed[output] then
                    let columns = rows.Columns[output]

                    let here =
                        [| 0 .. columns.Length - 1 |]
                        |> Array.filter (fun t -> columns[t] % positions = position)

                    if here.Length > 0 then
                        {
                            Output = output
                            Channels = here |> Array.map (fun t -> columns[t] / positions)
                            Weights = here |> Array.map (fun t -> rows.Weights[output][t])
                        }
        |])

/// ⟨w, x⟩.
let product (row: ReferenceRow) (x: float[]) =
    let mutable total = Interval.zero

    for t in 0 .. row.Channels.Length - 1 do
        total <- total + row.Weights[t] * Interval.ofFloat x[row.Channels[t]]

    total

/// True when ⟨w, x⟩ > 0, decided exactly.
let isActive (row: ReferenceRow) (x: float[]) =
    let enclosure = product row x

    if enclosure.Lower > 0.0 then
        true
    elif enclosure.Upper <= 0.0 then
        false
    else
        let mutable total = Dyadic.zero

        for t in 0 .. row.Channels.Length - 1 do
            total <- total + Dyadic.ofFloat row.Weights[t] * Dyadic.ofFloat x[row.Channels[t]]

        total.Sign > 0

/// uᵀ Q_{x,y} u, from 2π uᵀQu = (π − θ)‖u‖² + N/(XY √(XY − P²)), N = 2ab XY − P(a²Y + b²X), X = ‖x‖², Y = ‖y‖², P = ⟨x,y⟩,
/// a = ⟨u,x⟩, b = ⟨u,y⟩ [ours]. All products are exact, so nothing cancels, however close the codes are to parallel. x, y are not zero.
let quadraticQ (x: float[]) (y: float[]) (u: float[]) =
    let exact = Array.map Dyadic.ofFloat
    let x, y, u = exact x, exact y, exact u
    let xx, yy, xy, uu = Dyadic.dot x x, Dyadic.dot y y, Dyadic.dot x y, Dyadic.dot u u
    let a, b = Dyadic.dot u x, Dyadic.dot u y
    let both = xx * yy
    let cross = both - xy * xy

    if cross.Sign = 0 then
        // Parallel: Q = I/2; opposite: Q = 0.
        if xy.Sign > 0 then
            0.5 * Dyadic.toInterval uu
        else
            Interval.zero
    else
        let swapped = Dyadic.ofInt 2 * a * b * both - xy * (a * a * yy + b * b * xx)
        let sine = sqrt (Dyadic.toInterval cross)
        let theta = Elementary.atan2 sine (Dyadic.toInterval xy)

        ((Elementary.pi - theta) * Dyadic.toInterval uu
         + Dyadic.toInterval swapped / (Dyadic.toInterval both * sine))
        / (2.0 * Elementary.pi)

/// |uᵀ(F₊ₓᵀF₊ᵧ n/(m s²) − Q_{x,y})u|/‖u‖²: a lower bound of the matrix' norm. `observed` of `all` outputs are measured.
let deviation (block: ReferenceRow[]) scale (observed: int, all: int) (x: float[]) (y: float[]) (u: float[]) =
    let mutable gram = Interval.zero

    for row in block do
        if isActive row x && isActive row y then
            gram <- gram + Interval.sqr (product row u)

    let factor =
        Interval.ofInt all
        / (Interval.ofInt observed * Interval.sqr (Interval.ofFloat scale))

    let squared = Interval.squaredNorm (Interval.ofArray u)
    abs (factor * gram - quadraticQ x y u) / squared

/// ∠(x, y): from exact products, sharp everywhere. x, y are not zero.
let angle (x: float[]) (y: float[]) =
    let x, y = Array.map Dyadic.ofFloat x, Array.map Dyadic.ofFloat y
    let xy = Dyadic.dot x y
    let cross = Dyadic.dot x x * Dyadic.dot y y - xy * xy
    Elementary.atan2 (sqrt (Dyadic.toInterval cross)) (Dyadic.toInterval xy)

/// cos g(θ) = ((π − θ) cos θ + sin θ)/π.
let cosContracted (theta: Interval) =
    ((Elementary.pi - theta) * Elementary.cos theta + Elementary.sin theta)
    / Elementary.pi

/// True when the vector has this length, is finite and not zero.
let isUsable length (v: float[]) =
    v.Length = length
    && Array.forall Double.IsFinite v
    && Array.exists (fun value -> value <> 0.0) v
