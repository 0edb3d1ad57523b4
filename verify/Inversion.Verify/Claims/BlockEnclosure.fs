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

/// The inner products of x, y and u that uᵀ Q_{x,y} u is made of.
type Products =
    {
        XX: Dyadic
        YY: Dyadic
        XY: Dyadic
        UU: Dyadic
        UX: Dyadic
        UY: Dyadic
    }

/// The inner products of three vectors.
let products (x: Dyadic[]) (y: Dyadic[]) (u: Dyadic[]) =
    {
        XX = Dyadic.dot x x
        YY = Dyadic.dot y y
        XY = Dyadic.dot x y
        UU = Dyadic.dot u u
        UX = Dyadic.dot u x
        UY = Dyadic.dot u y
    }

/// uᵀ Q_{x,y} u, from 2π uᵀQu = (π − θ)‖u‖² + N/(XY √(XY − P²)), N = 2ab XY − P(a²Y + b²X), X = ‖x‖², Y = ‖y‖², P = ⟨x,y⟩,
/// a = ⟨u,x⟩, b = ⟨u,y⟩ [ours]. All products are exact, so nothing cancels, however close the codes are to parallel. x, y are not zero.
let quadraticOf (p: Products) =
    let both = p.XX * p.YY
    let cross = both - p.XY * p.XY

    if cross.Sign = 0 then
        // Parallel: Q = I/2; opposite: Q = 0.
        if p.XY.Sign > 0 then
            0.5 * Dyadic.toInterval p.UU
        else
            Interval.zero
    else
        let swapped =
            Dyadic.ofInt 2 * p.UX * p.UY * both
            - p.XY * (p.UX * p.UX * p.YY + p.UY * p.UY * p.XX)

        let sine = sqrt (Dyadic.toInterval cross)
        let theta = Elementary.atan2 sine (Dyadic.toInterval p.XY)

        ((Elementary.pi - theta) * Dyadic.toInterval p.UU
         + Dyadic.toInterval swapped / (Dyadic.toInterval both * sine))
        / (2.0 * Elementary.pi)

/// uᵀ Q_{x,y} u; x, y are not zero.
let quadraticQ (x: float[]) (y: float[]) (u: float[]) =
    let exact = Array.map Dyadic.ofFloat
    quadraticOf (products (exact x) (exact y) (exact u))

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
