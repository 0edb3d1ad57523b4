namespace Inversion.Verify.Claims

open System
open Inversion.Verify

/// Descends J to a stationary point: gradient steps while they are cheap progress, then Gauss–Newton steps inside the cone of the
/// current code. Where a step is stopped by a kink that bends upward, the kink's unit is held at zero, and released again when the
/// multipliers say that J falls off the kink. Everything stops by counts.
[<RequireQualifiedAccess>]
module Descending =
    /// Gradient steps of adapted length (Armijo) while each lowers J by a thousandth, or until arrival.
    let private glide valley radius steps (start: float[]) =
        let mutable z = start
        let mutable value, gradient = Valley.gradientAt valley z
        let mutable length = valley.Step
        let mutable left = steps

        while left > 0 do
            left <- left - 1
            let slope = Theory.norm gradient
            valley.Visit z slope

            if Valley.arrived valley radius z || not (slope > 0.0) then
                left <- 0
            else
                let next = Valley.axpy z -length gradient
                let nextValue, nextGradient = Valley.gradientAt valley next

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

    /// Gauss–Newton along faces until no descent direction is left.
    let private settle valley radius rounds (start: float[]) =
        let rec go (z: float[]) (held: KinkUnit list) left =
            if Valley.arrived valley radius z then
                Ending.Arrived z
            elif left = 0 then
                Ending.Stalled z
            else
                let basis, rows = Faces.span valley z held

                let direction, slope, size, residual =
                    if basis.Length = 0 then
                        let residual = Array.zeroCreate valley.Risk.Measurement.Count
                        valley.Risk.Residual(ReadOnlySpan z, Span residual)
                        Array.zeroCreate z.Length, 0.0, 1.0, residual
                    else
                        Faces.newton valley z basis

                let scale = Valley.scaleOf valley z

                if not (Double.IsFinite slope && Double.IsFinite size) then
                    Ending.Stalled z
                elif slope <= 1e-12 * size * scale || Theory.norm direction <= 1e-12 * scale then
                    if held.IsEmpty then
                        Ending.Stationary(z, [])
                    else
                        match Faces.release valley z held rows residual (1e-11 * size * scale) with
                        | None -> Ending.Stationary(z, held)
                        | Some(unit, away) ->
                            let rest = held |> List.filter (fun other -> other <> unit)
                            let reach = scale / Theory.norm away

                            match Lines.along valley rest z away (1e-10 * reach) (1e-2 * reach) with
                            | None -> Ending.Stalled z
                            | Some(next, None) -> go next rest (left - 1)
                            | Some(next, Some kink) -> go next (kink :: rest) (left - 1)
                else
                    let full = Valley.axpy z 1.0 direction
                    let before = valley.Risk.Value(ReadOnlySpan z)
                    let after = valley.Risk.Value(ReadOnlySpan full)

                    if after < before then
                        go full held (left - 1)
                    else
                        match Lines.along valley held z direction 0.0 1.0 with
                        | None when Theory.norm direction <= 1e-9 * scale -> Ending.Stationary(z, held)
                        | None -> Ending.Stalled z
                        | Some(next, None) -> go next held (left - 1)
                        | Some(next, Some kink) -> go next (kink :: held) (left - 1)

        go start [] rounds

    /// Descends from a start: at most `steps` gradient steps, then at most `rounds` Gauss–Newton steps. Ends early inside B(z°, radius ‖z°‖).
    let run valley radius steps rounds start =
        settle valley radius rounds (glide valley radius steps start)
