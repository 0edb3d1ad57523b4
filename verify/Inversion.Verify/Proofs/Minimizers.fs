/// The minimizer of J on each cone, in float64: what a certificate is made of, before it is judged without rounding.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Proofs.Minimizers

open Inversion.Cones
open Inversion.Verify

/// Where on its cone: strictly inside, or on the face of these rays (none: at 0).
type Place =
    | Inside
    | Face of int[]

type Minimizer = { Place: Place; Point: float[] }

let private determinant (a: float[][]) =
    match a.Length with
    | 1 -> a[0][0]
    | 2 -> a[0][0] * a[1][1] - a[0][1] * a[1][0]
    | _ ->
        let minor i j = a[1][i] * a[2][j] - a[1][j] * a[2][i]
        a[0][0] * minor 1 2 - a[0][1] * minor 0 2 + a[0][2] * minor 0 1

let private solve (a: float[][]) (b: float[]) =
    let d = determinant a

    Array.init b.Length (fun k ->
        determinant (
            a
            |> Array.mapi (fun i row -> row |> Array.mapi (fun j x -> if j = k then b[i] else x))
        )
        / d)

/// How far inside z lies: the least of the facets' determinants, over ‖z‖.
let private depth (rays: float[][]) z =
    let size = Theory.norm z

    let least =
        match rays.Length with
        | 1 -> rays[0][0] * (z: float[])[0]
        | 2 ->
            let turn = sign (determinant rays) |> float
            min (turn * determinant [| rays[0]; z |]) (turn * determinant [| z; rays[1] |])
        | m ->
            let turn = sign (determinant rays[..2]) |> float

            [ 0 .. m - 1 ]
            |> List.map (fun k -> turn * determinant [| rays[k]; rays[(k + 1) % m]; z |])
            |> List.min

    least / size

/// The faces of a cone below its full dimension: each ray, and in three dimensions each pair of neighbors.
let faces n rays =
    [
        if n > 1 then
            for k in 0 .. rays - 1 -> [| k |]

        if n = 3 then
            for k in 0 .. rays - 1 -> Array.sort [| k; (k + 1) % rays |]
    ]

/// True when Λ has full rank as far as float64 tells.
let isRegular (gram: float[][]) =
    let n = gram.Length
    let size = Array.init n (fun i -> gram[i][i]) |> Array.fold (*) 1.0
    determinant gram > 1e-13 * size && size > 0.0

/// The minimizer on a cone of full rank: of the places at which the conditions of Karush, Kuhn and Tucker can hold, the one that breaks them least.
let find (cone: LinearCone) : Minimizer =
    let rays = [| for ray in cone.Rays.ToArray() -> ray.Approximate.ToArray() |]
    let n = rays[0].Length
    let h = cone.Gram.ToArray() |> Array.chunkBySize n
    let c = cone.Projection.ToArray()
    let image z = h |> Array.map (Theory.dot z)
    let scale = Theory.norm c + 1e-300

    let judged face =
        let at = face |> Array.map (fun k -> rays[k])

        let weights =
            if at.Length = 0 then
                [||]
            else
                solve
                    (at |> Array.map (fun r -> at |> Array.map (Theory.dot (image r))))
                    (at |> Array.map (Theory.dot c))

        let z =
            Array.init n (fun i -> Array.fold2 (fun sum w (r: float[]) -> sum + w * r[i]) 0.0 weights at)

        let slopes = rays |> Array.map (Theory.dot (Array.map2 (-) (image z) c))
        let positive = weights |> Array.forall (fun w -> w > 0.0)

        if positive then
            Some(min 0.0 (Array.min slopes) / scale, { Place = Face face; Point = z })
        else
            None

    let free = solve h c

    if depth rays free > 1e-10 then
        { Place = Inside; Point = free }
    else
        [||] :: faces n rays.Length |> List.choose judged |> List.maxBy fst |> snd
