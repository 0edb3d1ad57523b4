namespace Inversion.Verify.Reference

open System
open Inversion.Verify.Exact

/// A point without descent direction, proved in interval arithmetic. It is a local minimum of J: J is convex on each of the cones that
/// meet there, and no one-sided directional derivative into any of them is negative.
type StationaryPoint =
    {
        /// Contains the exact point.
        Box: Interval[]
        /// The sign of every pre-activation at the exact point.
        Signs: Sign[][]
        /// The kinks that the point lies on (activation layer from 0, unit); empty for a point strictly inside its cone.
        Kinks: struct (int * int)[]
        /// μ_j for each of Kinks, strictly between 0 and c_j.
        Multipliers: Interval[]
        /// c_j = (1 − slope) ∂J/∂(value of unit j) for each of Kinks.
        Limits: Interval[]
        /// Entries of the code that were free; along the others, or a mixture of them, J may be constant (see `IsIsolated`).
        FreeEntries: int[]
    }

    /// True when the point is the only stationary point of its cone (of its face, on kinks): every entry of the code was solved for.
    member point.IsIsolated = point.FreeEntries.Length = point.Box.Length

/// Points without descent direction.
///
/// On the piece of the signs at a point (units on a kink j ∈ K inactive: slope s_j), A G(z) = L z + c. Let g₀(z) = Lᵀ(L z + c − y) be
/// the gradient of that piece, n_j the gradient of pre-activation j, t_j = n_j·v. When no kink unit feeds another, a direction v
/// changes the value of unit j by s_j t_j + (1 − s_j) max(t_j, 0), and everything above responds linearly, so
///     D_vJ(z) = g₀·v + Σ_j c_j max(t_j, 0),   c_j = (1 − s_j) ∂J/∂(value of unit j).
/// If g₀ = −Σ μ_j n_j, then D_vJ(z) = Σ_j (c_j max(t_j, 0) − μ_j t_j). It is never negative when 0 ≤ μ_j ≤ c_j for all j, and, the n_j
/// being independent (so that the t_j are arbitrary), only then. The unknowns (z, μ) solve
///     LᵀL z + Σ μ_j n_j = Lᵀ(y − c),   n_j·z + o_j = 0 (j ∈ K),
/// which Krawczyk's method encloses. All other pre-activations must keep their strict signs on the whole box.
[<RequireQualifiedAccess>]
module Stationary =
    /// Above this many entries, L's rank is not computed exactly.
    let private largestExact = 20000

    let private judge (problem: Face.Problem) y free struct (box, multipliers) =
        match Face.strayed problem box with
        | Some unit' -> Error $"the sign of {Face.describe unit'} is not certain on the box of the stationary point"
        | None ->
            let limits = Face.limits problem y box

            let loose =
                Array.zip3 problem.Kinks multipliers limits
                |> Array.tryFind (fun (_, multiplier, limit) ->
                    not (Interval.certainlyPositive multiplier && Interval.certainlyLess multiplier limit))

            match loose with
            | Some(unit', multiplier, limit) ->
                Error
                    $"{Face.describe unit'}: the multiplier {multiplier} is not certainly between 0 and {limit}, so a descent direction may leave its kink"
            | None ->
                Ok
                    {
                        Box = box
                        Signs = problem.Signs
                        Kinks = problem.Kinks
                        Multipliers = multipliers
                        Limits = limits
                        FreeEntries = free
                    }

    /// Entries whose columns of L are independent, as many as greedily found in double precision (modified Gram–Schmidt, the longest
    /// rest first), up to `count`.
    let private independent (problem: Face.Problem) count =
        let rest = problem.Columns |> Array.map (Array.map Interval.midpoint)
        let chosen = ResizeArray<int>()
        let square (x: float[]) = x |> Array.sumBy (fun a -> a * a)

        while chosen.Count < count do
            let next =
                [| 0 .. rest.Length - 1 |]
                |> Array.filter (fun i -> not (chosen.Contains i))
                |> Array.maxBy (fun i -> square rest[i])

            chosen.Add next
            let axis = rest[next]
            let length = square axis

            for i in 0 .. rest.Length - 1 do
                if not (chosen.Contains i) && length > 0.0 then
                    let along = Array.fold2 (fun total a b -> total + a * b) 0.0 axis rest[i] / length
                    rest[i] <- Array.map2 (fun a b -> b - along * a) axis rest[i]

        Array.sort (chosen.ToArray())

    /// When L has rank r below n0 (by exact arithmetic), stationary points form a flat: r independent entries are solved for, the others
    /// stay; a gradient that vanishes along columns that span L's column space vanishes along all.
    let private solveRankDeficient (problem: Face.Problem) y (z: float[]) =
        let tooLarge =
            int64 problem.Network.OutputDimension * int64 z.Length > int64 largestExact

        if tooLarge || problem.Kinks.Length > 0 then
            Error "the normal equations could not be verified to have one solution"
        else
            let exact =
                ExactReference.mergedMap problem.Network problem.Signs
                |> Array.transpose
                |> Array.map (Evaluate.applyLinear<Dyadic, DyadicArithmetic> problem.Rows)
                |> Array.transpose

            let rank = ExactLinear.rank exact

            if rank = z.Length then
                Error "the normal equations are too badly conditioned"
            else
                let free = independent problem rank

                match Face.solve problem free z with
                | Some solution -> judge problem y free solution
                | None -> Error "the normal equations of independent entries could not be verified"

    /// The stationary point near z that lies exactly on the kinks of `kinks` (activation layer from 0, unit), and on no other: none means
    /// strictly inside a cone. z only chooses the signs (those of `kinks` taken to be zero) and the values of entries on which nothing
    /// depends; the point itself is solved for.
    /// y: an enclosure of the measurements, as `IntervalReference.observeAt network rows truth`.
    /// Error: why no such point was proved to exist; in words for a reader.
    let onFace
        network
        rows
        (y: Interval[])
        (kinks: Set<struct (int * int)>)
        (z: float[])
        : Result<StationaryPoint, string> =
        if not network.IsPiecewiseLinear then
            Error "the network is not piecewise linear"
        elif not (network.IsFinite && Array.forall Double.IsFinite z) then
            Error "a weight or an entry of the point is not finite"
        else
            Face.pose network rows y (Pattern.withKinks network kinks z) kinks
            |> Result.bind (fun problem ->
                let free = Face.freeEntries problem

                match Face.solve problem free z with
                | Some solution -> judge problem y free solution
                | None -> solveRankDeficient problem y z)

    /// The stationary point strictly inside the cone of z. A cone on which J is constant (a dead one), or constant along some directions,
    /// gives the point that shares z's entries along them: `IsIsolated` is false then.
    let insideCone network rows y z : Result<StationaryPoint, string> = onFace network rows y Set.empty z

    /// Tries the inside of z's cone, then the face of the kinks within `tolerance` · ‖z‖ of z.
    let near network rows y tolerance z : Result<StationaryPoint, string> =
        match insideCone network rows y z with
        | Ok point -> Ok point
        | Error why when not network.IsPiecewiseLinear -> Error why
        | Error why ->
            let kinks = Kinks.near network tolerance z

            if kinks.IsEmpty then
                Error why
            else
                onFace network rows y kinks z
                |> Result.mapError (fun second -> $"inside the cone: {why}; on {kinks.Count} kinks: {second}")
