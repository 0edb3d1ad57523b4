/// How much of the sphere of codes lies in cones on which A G has a kernel, when all cones can be gone through.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.CollapseShare

open System
open System.Threading
open Inversion.Cones
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Proofs
open Inversion.Verify.Reference

/// Cones on which A G has a kernel, among all.
type Census =
    {
        Cones: int
        /// Share of the sphere of the deficient ones: of their angle for two entries of the code, of their solid angle for three.
        Share: float
        /// The largest dimension of a kernel, at least.
        Dimension: int
        /// A code inside each of the largest deficient cones, largest first.
        Codes: float[] list
        /// Cones that float64 suspects and whose exact rank was too costly.
        Open: int
    }

/// Cones that are gone through at most; fewer for large networks.
let private mostCones = 20_000

/// Products that the walk may cost.
let private products = 200_000_000L

/// Deficient cones that are kept as candidates for a witness.
let private kept = 16

let private angle (u: float[]) (v: float[]) =
    atan2 (abs (u[0] * v[1] - u[1] * v[0])) (Theory.dot u v)

/// The solid angle of three unit vectors. Source: Van Oosterom and Strackee, IEEE Trans. Biomed. Eng. 30 (1983).
let private solidAngle (u: float[]) (v: float[]) (w: float[]) =
    let volume =
        u[0] * (v[1] * w[2] - v[2] * w[1])
        + u[1] * (v[2] * w[0] - v[0] * w[2])
        + u[2] * (v[0] * w[1] - v[1] * w[0])

    2.0
    * atan2 (abs volume) (1.0 + Theory.dot u v + Theory.dot v w + Theory.dot w u)

/// The share of the sphere that the cone takes, for a pointed cone of at most three dimensions.
let ofCone (cone: LinearCone) =
    let rays =
        [| for ray in cone.Rays.ToArray() -> Codes.unit (ray.Approximate.ToArray()) |]

    match rays[0].Length with
    | 1 -> 0.5
    | 2 -> angle rays[0] rays[1] / (2.0 * Math.PI)
    | _ ->
        // Rays run around the cone: a fan of triangles.
        let fan =
            Seq.init (rays.Length - 2) (fun i -> solidAngle rays[0] rays[i + 1] rays[i + 2])

        Seq.sum fan / (4.0 * Math.PI)

/// A code inside: where the cone contains lines, a step along the first if it has no ray.
let private inside (cone: LinearCone) =
    if cone.Rays.Length > 0 then
        Codes.unit (cone.InteriorPoint())
    else
        Array.init cone.Lines[0].Length (fun i -> if i = 0 then 1.0 else 0.0)

/// The dimension of the kernel on the cone, from below; None when the exact rank is too costly.
let private kernel (subject: Subject) map (cone: LinearCone) =
    let n = subject.Network.LatentDimension
    let signs = ConeAlgebra.signs subject map cone
    let stages = UniquenessProofs.stages subject
    let columns = [| 0 .. n - 1 |]
    let bound = UniquenessProofs.reach stages signs n columns

    if bound < n then
        Some(n - bound)
    else
        match UniquenessProofs.exactRank stages signs n columns with
        | Ok rank -> Some(n - rank)
        | Error _ -> None

/// Goes through all cones; None when the code has more than three entries, the network is not linear on cones, or there are too many.
let count (cancellation: CancellationToken) (subject: Subject) : Census option =
    let connections = UniquenessProofs.connections subject.Reference.Value
    let most = int (min (int64 mostCones) (products / max 1L connections))

    if
        subject.Network.LatentDimension > 3
        || not subject.Network.IsHomogeneous
        || most = 0
    then
        None
    else
        let map = PiecewiseLinearMap.Create(subject.Network, subject.Measurement)
        let deficient = ResizeArray<struct (float * int * float[])>()
        let mutable cones = 0
        let mutable suspects = 0
        use walk = ConeTree(map).Cones(cancellation).GetEnumerator()

        while cones <= most && walk.MoveNext() do
            let cone = walk.Current
            cones <- cones + 1

            if not cone.Lines.IsEmpty then
                // No unit sees the lines: every cone has them.
                deficient.Add(struct (Double.NaN, cone.Lines.Length, inside cone))
            elif ConeAlgebra.mayBeDeficient cone then
                match kernel subject map cone with
                | None -> suspects <- suspects + 1
                | Some 0 -> ()
                | Some dimension -> deficient.Add(struct (ofCone cone, dimension, inside cone))

        if cones > most then
            None
        else
            let hasLines =
                deficient |> Seq.exists (fun (struct (share, _, _)) -> Double.IsNaN share)

            Some
                {
                    Cones = cones
                    Share =
                        if hasLines || deficient.Count = cones then
                            1.0
                        else
                            deficient |> Seq.sumBy (fun (struct (share, _, _)) -> share)
                    Dimension =
                        deficient
                        |> Seq.fold (fun most (struct (_, dimension, _)) -> max most dimension) 0
                    Codes =
                        deficient
                        |> Seq.sortByDescending (fun (struct (share, _, _)) -> share)
                        |> Seq.truncate kept
                        |> Seq.map (fun (struct (_, _, code)) -> code)
                        |> List.ofSeq
                    Open = suspects
                }
