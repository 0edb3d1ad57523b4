/// Bands on normal paper, and whether a straight line, which is a normal law, goes through them.
module Inversion.Verify.Claims.NormalBands

open System
open MathNet.Numerics.Distributions

/// Three values of the sample through whose bands on normal paper no straight line goes: at the middle one the line would have to lie higher
/// (or lower) than at the outer ones. One value, three times, where so many entries are equal that no continuous law comes near.
[<Struct>]
type Bend =
    {
        First: float
        Middle: float
        Last: float
        IsAbove: bool
    }

/// A law within d of Fₙ has (t − μ)/σ between Φ⁻¹(Fₙ(t) − d) and Φ⁻¹(Fₙ(t−) + d) at each value t of the sample.
[<Struct>]
type Band = { X: float; Low: float; High: float }

/// Φ⁻¹(p), infinite from 0 down and from 1 up.
let private quantile p =
    if p <= 0.0 then -infinity
    elif p >= 1.0 then infinity
    else Normal.InvCDF(0.0, 1.0, p)

/// The band at a place, of a law that is within d of a distribution function which is `below` just under it and `upTo` at it.
let band d x below upTo =
    {
        X = x
        Low = quantile (upTo - d)
        High = quantile (below + d)
    }

/// A line slope · x − offset with slope ≥ 0 that goes through all bands, by elimination of the offset; None if there is none.
let through (bands: Band[]) =
    let mutable least = 0.0
    let mutable most = infinity
    let mutable isOpen = true

    for low in bands do
        for high in bands do
            if low.Low > -infinity && high.High < infinity then
                let rise, run = low.Low - high.High, low.X - high.X

                if run = 0.0 then isOpen <- isOpen && rise <= 0.0
                elif run > 0.0 then least <- max least (rise / run)
                else most <- min most (rise / run)

    if not isOpen || least > most then
        None
    else
        let slope =
            if Double.IsPositiveInfinity most then
                max 1.0 least
            else
                0.5 * (least + most)

        let highest =
            bands |> Array.fold (fun limit b -> min limit (slope * b.X - b.Low)) infinity

        let lowest =
            bands |> Array.fold (fun limit b -> max limit (slope * b.X - b.High)) -infinity

        let offset =
            match Double.IsInfinity highest, Double.IsInfinity lowest with
            | true, true -> 0.0
            | true, false -> lowest
            | false, true -> highest
            | _ -> 0.5 * (highest + lowest)

        Some struct (slope, offset)

/// By how much a bend keeps every line out; not positive when a line goes through.
let private gap first middle last isAbove =
    let along (outer: Band -> float) =
        let run = last.X - first.X

        if run = 0.0 then
            outer first
        else
            ((last.X - middle.X) * outer first + (middle.X - first.X) * outer last) / run

    if isAbove then
        middle.Low - along _.High
    else
        along _.Low - middle.High

/// The widest bend of the bands; None if all let a line through. By Helly's theorem three bands decide.
let widest (bands: Band[]) =
    let mutable best = 0.0
    let mutable found = None

    let look first middle last isAbove =
        let width = gap first middle last isAbove

        if width > best && width < infinity then
            best <- width

            found <-
                Some
                    {
                        First = first.X
                        Middle = middle.X
                        Last = last.X
                        IsAbove = isAbove
                    }

    for j in 0 .. bands.Length - 1 do
        look bands[j] bands[j] bands[j] true

        for i in 0 .. j - 1 do
            for k in j + 1 .. bands.Length - 1 do
                look bands[i] bands[j] bands[k] true
                look bands[i] bands[j] bands[k] false

    found
