namespace Inversion.Verify.Claims

open System
open Inversion.Risk
open Inversion.Verify
open Inversion.Numerics
open MathNet.Numerics.LinearAlgebra.Double

/// Where a descent of J ended.
[<RequireQualifiedAccess>]
type Ending =
    /// Inside the asked ball around z°.
    | Arrived of Point: float[]
    /// At a point where float64 sees no descent direction; the held units are zero there, and J bends upward across each.
    | Stationary of Point: float[] * Held: KinkUnit list
    /// Neither, after the allowed number of rounds.
    | Stalled of Point: float[]

/// J for one z°, as the descents here see it.
type Valley =
    {
        Truth: float[]
        Risk: EmpiricalRisk<float>
        Kinks: KinkMap
        /// Step length of a gradient step: 2ᵈ/Π s_i², the inverse of J's expected curvature.
        Step: float
        /// Told every differentiable code that a descent visits, with ‖∇J‖ there.
        Visit: float[] -> float -> unit
    }

/// Descends J to a stationary point: gradient steps while they are cheap progress, then Gauss–Newton steps inside the cone of the
/// current code. Where a step is stopped by a kink that bends upward, the kink's unit is held at zero, and released again when the
/// multipliers say that J falls off the kink. Everything stops by counts.
[<RequireQualifiedAccess>]
module Descending =
    let private axpy (z: float[]) t (p: float[]) = Array.map2 (fun a b -> a + t * b) z p

    let private distance (a: float[]) b = Theory.norm (Array.map2 (-) a b)

    let private arrived valley radius z =
        distance z valley.Truth <= radius * Theory.norm valley.Truth

    let private scaleOf valley z =
        max (Theory.norm z) (Theory.norm valley.Truth)

    let private gradientAt valley (z: float[]) =
        let gradient = Array.zeroCreate z.Length
        let value = valley.Risk.ValueAndGradient(ReadOnlySpan z, Span gradient)
        value, gradient

    /// Gradient steps of adapted length (Armijo) while each lowers J by a thousandth, or until arrival.
    let private glide valley radius steps (start: float[]) =
        let mutable z = start
        let mutable value, gradient = gradientAt valley z
        let mutable length = valley.Step
        let mutable left = steps

        while left > 0 do
            left <- left - 1
            let slope = Theory.norm gradient
            valley.Visit z slope

            if arrived valley radius z || not (slope > 0.0) then
                left <- 0
            else
                let next = axpy z -length gradient
                let nextValue, nextGradient = gradientAt valley next

                if nextValue <= value - 1e-4 * length * slope * slope then
                    if nextValue > 0.999 * value then
                        left <- 0

                    z <- next
                    value <- nextValue
                    gradient <- nextGradient
                    length <- 1.5 * length
                else
                    length <- 0.4 * length

        z

    /// Orthonormal basis (rows) of the codes where every held unit stays zero, and the rows b of the held units.
    let private face valley (z: float[]) (held: KinkUnit list) =
        let n = z.Length

        if held.IsEmpty then
            Array.init n (fun i -> Array.init n (fun j -> if i = j then 1.0 else 0.0)), [||]
        else
            let rows = held |> List.map (valley.Kinks.Normal z) |> List.toArray
            let basis = ResizeArray<float[]>()

            // Modified Gram–Schmidt over the rows, then over the axes, twice for orthogonality (Björck, 1967).
            let reduce (v: float[]) =
                let mutable w = v

                for _ in 1..2 do
                    for q in basis do
                        w <- axpy w -(Theory.dot q w) q

                w

            let add tolerance v =
                let w = reduce v
                let length = Theory.norm w

                if length > tolerance * Theory.norm v && length > 0.0 then
                    basis.Add(w |> Array.map (fun x -> x / length))

            rows |> Array.iter (add 1e-9)
            let held = basis.Count

            for i in 0 .. n - 1 do
                if basis.Count < n then
                    add 1e-6 (Array.init n (fun j -> if i = j then 1.0 else 0.0))

            basis.GetRange(held, basis.Count - held).ToArray(), rows

    /// Solves H x = c for a positive semidefinite H given by its lower rows (overwritten): Cholesky, with x_i = 0 where a pivot is at most `least`.
    let private solve (h: float[][]) (c: float[]) least =
        let x = Array.copy c
        let kept = Array.create h.Length true

        for j in 0 .. h.Length - 1 do
            kept[j] <- h[j][j] > least
            let pivot = Math.Sqrt(h[j][j])

            for i in j .. h.Length - 1 do
                h[i][j] <- if kept[j] then h[i][j] / pivot else 0.0

            for i in j + 1 .. h.Length - 1 do
                for k in j + 1 .. i do
                    h[i][k] <- h[i][k] - h[i][j] * h[k][j]

        for i in 0 .. h.Length - 1 do
            for j in 0 .. i - 1 do
                x[i] <- x[i] - h[i][j] * x[j]

            x[i] <- if kept[i] then x[i] / h[i][i] else 0.0

        for i in h.Length - 1 .. -1 .. 0 do
            for j in i + 1 .. h.Length - 1 do
                x[i] <- x[i] - h[j][i] * x[j]

            x[i] <- if kept[i] then x[i] / h[i][i] else 0.0

        x

    /// Gauss–Newton step in the face: its direction in code space, and the slope ‖Nᵀ∇J‖ with the curvature's size.
    let private newton valley (z: float[]) (basis: float[][]) =
        let q = basis.Length
        let m = valley.Risk.Measurement.Count
        let products = Array.zeroCreate (q * m)
        valley.Risk.JacobianProducts(ReadOnlySpan z, ReadOnlySpan(Array.concat basis), Span products, q)
        let residual = valley.Risk.LastResidual.ToArray()

        let inner i (other: float[]) from =
            Vectors.Dot<float>(ReadOnlySpan(products, i * m, m), ReadOnlySpan(other, from, m))

        let slope = Array.init q (fun i -> inner i residual 0)

        let curvature =
            Array.init q (fun i -> Array.init (i + 1) (fun j -> inner i products (j * m)))

        let size =
            Seq.init q (fun i -> curvature[i][i])
            |> Seq.fold (fun most x -> Math.Max(most, x)) 0.0

        let direction =
            if size > 0.0 then
                let step = solve curvature slope (1e-12 * size)
                let p = Array.zeroCreate<float> z.Length

                for i in 0 .. q - 1 do
                    for j in 0 .. p.Length - 1 do
                        p[j] <- p[j] - step[i] * basis[i][j]

                p
            else
                Array.zeroCreate z.Length

        direction, Theory.norm slope, size, residual

    /// A local minimum of J along z + t p, from the side where J falls: the code, and the unit whose upward bend stops it (None where J is smooth).
    let private along valley (held: KinkUnit list) (z: float[]) (p: float[]) first last =
        let except =
            held |> Seq.map (fun unit -> struct (unit.Layer, unit.Index)) |> Set.ofSeq

        let slopeAt t =
            let value, gradient = gradientAt valley (axpy z t p)
            value, Theory.dot gradient p

        let startValue, startSlope = slopeAt first

        if not (startSlope < 0.0) then
            None
        else
            let mutable a, slopeA = first, startSlope
            let mutable b = last
            let mutable valueB, slopeB = slopeAt b
            let mutable doublings = 0

            while slopeB < 0.0 && valueB <= startValue && doublings < 20 do
                a <- b
                slopeA <- slopeB
                b <- 2.0 * b
                let v, s = slopeAt b
                valueB <- v
                slopeB <- s
                doublings <- doublings + 1

            let patternAt t = valley.Kinks.PreActivations(axpy z t p)
            let mutable patternA, patternB = patternAt a, patternAt b
            let mutable answer = None
            let mutable rounds = 0

            while answer.IsNone && rounds < 60 do
                rounds <- rounds + 1

                match valley.Kinks.Flipped except 2 patternA patternB with
                | [||] ->
                    // J is a parabola between a and b: its slope is linear.
                    let t =
                        if slopeB > slopeA then
                            a + (b - a) * -slopeA / (slopeB - slopeA)
                        else
                            b

                    answer <- Some(axpy z (min b (max a t)) p, None)
                | [| struct (unit, left, right) |] ->
                    let t = a + (b - a) * left / (left - right)
                    let gap = 1e-9 * (b - a)
                    let before, after = max a (t - gap), min b (t + gap)
                    let _, slopeBefore = slopeAt before

                    if slopeBefore >= 0.0 then
                        b <- before
                        slopeB <- slopeBefore
                        patternB <- patternAt b
                    else
                        let _, slopeAfter = slopeAt after

                        if slopeAfter >= 0.0 then
                            answer <- Some(axpy z t p, Some unit)
                        else
                            a <- after
                            slopeA <- slopeAfter
                            patternA <- patternAt a
                | _ ->
                    let middle = 0.5 * (a + b)
                    let value, slope = slopeAt middle

                    if slope < 0.0 && value <= startValue then
                        a <- middle
                        slopeA <- slope
                        patternA <- patternAt a
                    else
                        b <- middle
                        slopeB <- slope
                        patternB <- patternAt b

            match answer with
            | None -> Some(axpy z a p, None)
            | found -> found

    /// The unit to release and the direction in which J falls off its kink; None when the multipliers 0 ≤ λ ≤ δ hold.
    let private release valley (z: float[]) (held: KinkUnit list) (rows: float[][]) residual tolerance =
        let _, gradient = gradientAt valley z
        let units = List.toArray held
        let jumps = units |> Array.map (valley.Kinks.Jump z residual)
        let b = DenseMatrix.OfRowArrays rows

        let inactive = DenseVector.OfArray gradient

        for i in 0 .. units.Length - 1 do
            if valley.Kinks.PreActivation z units[i] > 0.0 then
                inactive.Subtract(b.Row(i) * jumps[i], inactive)

        let gram = (b * b.Transpose()).Inverse()
        let lambda = -(gram * (b * inactive))
        let dual = b.Transpose() * gram

        let worst =
            units
            |> Array.mapi (fun i unit ->
                let below = -lambda[i]
                let above = lambda[i] - jumps[i]
                let sign = if below >= above then -1.0 else 1.0
                let away = (sign * dual.Column i).ToArray()
                max below above / Theory.norm away, unit, away)
            |> Array.maxBy (fun (slope, _, _) -> slope)

        match worst with
        | slope, unit, direction when slope > tolerance -> Some(unit, direction)
        | _ -> None

    /// Gauss–Newton along faces until no descent direction is left.
    let private settle valley radius rounds (start: float[]) =
        let rec go (z: float[]) (held: KinkUnit list) left =
            if arrived valley radius z then
                Ending.Arrived z
            elif left = 0 then
                Ending.Stalled z
            else
                let basis, rows = face valley z held

                let direction, slope, size, residual =
                    if basis.Length = 0 then
                        let residual = Array.zeroCreate valley.Risk.Measurement.Count
                        valley.Risk.Residual(ReadOnlySpan z, Span residual)
                        Array.zeroCreate z.Length, 0.0, 1.0, residual
                    else
                        newton valley z basis

                let scale = scaleOf valley z

                if not (Double.IsFinite slope && Double.IsFinite size) then
                    Ending.Stalled z
                elif slope <= 1e-12 * size * scale || Theory.norm direction <= 1e-12 * scale then
                    if held.IsEmpty then
                        Ending.Stationary(z, [])
                    else
                        match release valley z held rows residual (1e-11 * size * scale) with
                        | None -> Ending.Stationary(z, held)
                        | Some(unit, away) ->
                            let rest = held |> List.filter (fun other -> other <> unit)
                            let reach = scale / Theory.norm away

                            match along valley rest z away (1e-10 * reach) (1e-2 * reach) with
                            | None -> Ending.Stalled z
                            | Some(next, None) -> go next rest (left - 1)
                            | Some(next, Some kink) -> go next (kink :: rest) (left - 1)
                else
                    let full = axpy z 1.0 direction
                    let before = valley.Risk.Value(ReadOnlySpan z)
                    let after = valley.Risk.Value(ReadOnlySpan full)

                    if after < before then
                        go full held (left - 1)
                    else
                        match along valley held z direction 0.0 1.0 with
                        | None when Theory.norm direction <= 1e-9 * scale -> Ending.Stationary(z, held)
                        | None -> Ending.Stalled z
                        | Some(next, None) -> go next held (left - 1)
                        | Some(next, Some kink) -> go next (kink :: held) (left - 1)

        go start [] rounds

    /// Descends from a start: at most `steps` gradient steps, then at most `rounds` Gauss–Newton steps. Ends early inside B(z°, radius ‖z°‖).
    let run valley radius steps rounds start =
        settle valley radius rounds (glide valley radius steps start)
