/// Three weights that keep every normal law at a distance, judged in intervals from the weights themselves.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.NormalBend

open System
open Inversion.Verify
open Inversion.Verify.Exact

/// √(ln(2/level)/(2n)): with a chance of at least 1 − level, the distribution function of n independent draws is within it of the law's,
/// everywhere. Source: Massart, Annals of Probability 18 (1990), for Dvoretzky, Kiefer and Wolfowitz.
let margin (level: float) (count: int) =
    sqrt (
        Elementary.log (Interval.ofInt 2 / Interval.ofFloat level)
        / (2.0 * Interval.ofInt count)
    )

/// How many weights are below, and how many up to, a value.
let private counts (weights: float[]) (value: float) =
    let mutable below = 0
    let mutable upTo = 0

    for weight in weights do
        if weight < value then
            below <- below + 1

        if weight <= value then
            upTo <- upTo + 1

    struct (below, upTo)

let private share (count: int) (total: int) =
    Interval.ofInt count / Interval.ofInt total

/// Halvings of the distance.
let private halvings = 44

/// The least distance that a normal law can have from the sample at the three values. FormatException where they are out of order.
let distance (weights: float[]) (bend: NormalBands.Bend) =
    let n = weights.Length

    let isOne = bend.First = bend.Middle && bend.Middle = bend.Last

    if not (isOne || (bend.First < bend.Middle && bend.Middle < bend.Last)) then
        raise (FormatException "the three weights are neither one nor in ascending order")

    // (t − μ)/σ of a law within d lies above `low` and below `high`; None where it may lie anywhere.
    let low (struct (_, upTo)) d =
        let p = share upTo n - Interval.ofFloat d
        if p.Upper <= 0.0 then None else Some(NormalLaw.quantile p)

    let high (struct (below, _)) d =
        let p = share below n + Interval.ofFloat d
        if p.Lower >= 1.0 then None else Some(NormalLaw.quantile p)

    let first, middle, last =
        counts weights bend.First, counts weights bend.Middle, counts weights bend.Last

    let x = Interval.ofFloat

    let before, after, run =
        x bend.Middle - x bend.First, x bend.Last - x bend.Middle, x bend.Last - x bend.First

    let outer bound d =
        if isOne then
            bound middle d
        else
            Option.map2 (fun one other -> after * one + before * other) (bound first d) (bound last d)

    let inner bound d =
        bound middle d |> Option.map (fun value -> if isOne then value else run * value)

    // By how much the bounds leave no line through; falls as d grows.
    let gap d =
        let difference =
            if bend.IsAbove then
                Option.map2 (-) (inner low d) (outer high d)
            else
                Option.map2 (-) (outer low d) (inner high d)

        difference |> Option.defaultValue (Interval.between -infinity -1.0)

    let search isBeyond =
        let mutable lower = 0.0
        let mutable upper = 0.5

        for _ in 1..halvings do
            let at = 0.5 * (lower + upper)
            if isBeyond (gap at) then lower <- at else upper <- at

        struct (lower, upper)

    let struct (lower, _) = search Interval.certainlyPositive
    let struct (_, upper) = search (Interval.certainlyNegative >> not)
    Interval.between lower upper
