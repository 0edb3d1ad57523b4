/// The minimizer of J on each cone: in float64 where that is clear, without rounding elsewhere.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Proofs.Minimizers

open System.Numerics
open Inversion.Cones
open Inversion.Verify
open Inversion.Verify.Exact

/// Where on its cone: strictly inside, or on the face of these rays (none: at 0).
type Place =
    | Inside
    | Face of int[]

/// IsOnly: no other code of the cone has as small a J. If there are others, Flat are the rays that they are made of.
type Minimizer =
    {
        Place: Place
        Point: float[]
        IsOnly: bool
        Flat: int[]
    }

/// Below it a float64 number is not told from 0, relative to what it is made of.
let private clear = 1e-9

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

/// For each facet the function that is positive inside, of a float64 vector.
let private inward (rays: float[][]) =
    match rays.Length with
    | 1 -> [| fun (z: float[]) -> rays[0][0] * z[0] |]
    | 2 ->
        let turn = determinant rays |> sign |> float

        [|
            (fun z -> turn * determinant [| rays[0]; z |])
            (fun z -> turn * determinant [| z; rays[1] |])
        |]
    | m ->
        let turn = determinant rays[..2] |> sign |> float
        Array.init m (fun k z -> turn * determinant [| rays[k]; rays[(k + 1) % m]; z |])

/// The faces of a cone below its full dimension: each ray, and in three dimensions each pair of neighbors.
let faces n rays =
    [
        if n > 1 then
            for k in 0 .. rays - 1 -> [| k |]

        if n = 3 then
            for k in 0 .. rays - 1 -> Array.sort [| k; (k + 1) % rays |]
    ]

/// The place where the conditions of Karush, Kuhn and Tucker hold clearly; None where float64 does not tell.
let private inFloats (cone: LinearCone) =
    let rays = [| for ray in cone.Rays.ToArray() -> ray.Approximate.ToArray() |]
    let n = rays[0].Length
    let h = cone.Gram.ToArray() |> Array.chunkBySize n
    let c = cone.Projection.ToArray()
    let image z = h |> Array.map (Theory.dot z)
    let scale = Theory.norm c
    let facets = inward rays
    let wide = facets |> Array.map (fun facet -> rays |> Array.map facet |> Array.max)
    let size = Array.init n (fun i -> h[i][i]) |> Array.fold (*) 1.0

    let isClear x = abs x > clear

    if not (scale > 0.0 && Array.forall isClear wide) then
        None
    else
        let free =
            if determinant h > 1e-7 * size then
                let z = solve h c

                let depths =
                    Array.map2 (fun facet most -> facet z / (most * Theory.norm z)) facets wide

                if Array.forall isClear depths then
                    Some(z, Array.min depths > 0.0)
                else
                    None
            else
                Some(c, false)

        match free with
        | None -> None
        | Some(z, true) ->
            Some
                {
                    Place = Inside
                    Point = z
                    IsOnly = true
                    Flat = [||]
                }
        | Some(_, false) ->
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

                let gradient = Array.map2 (-) (image z) c

                let others =
                    rays
                    |> Array.indexed
                    |> Array.filter (fun (k, _) -> not (Array.contains k face))

                let slopes = others |> Array.map (fun (_, ray) -> Theory.dot gradient ray / scale)
                let total = Theory.norm z

                if
                    Array.forall (fun w -> w > clear * total) weights
                    && Array.forall (fun s -> s > clear) slopes
                then
                    Some
                        {
                            Place = Face face
                            Point = z
                            IsOnly = true
                            Flat = [||]
                        }
                else
                    None

            [||] :: faces n rays.Length |> List.tryPick judged

/// The same without rounding. Costs the exact matrix of the cone.
let private exactly (subject: Subject) map (cone: LinearCone) truth =
    let h, c = ConeAlgebra.quadratic subject map cone truth
    let n = truth.Length
    let rays = Array.init cone.Rays.Length (ConeAlgebra.ray cone)

    let slopes (f: ConeAlgebra.Fraction) =
        let z, d = f.Z |> Array.map Dyadic.ofBigInteger, Dyadic.ofBigInteger f.D
        let gradient = Array.map2 (fun row right -> Dyadic.dot row z - d * right) h c

        rays
        |> Array.map (fun ray -> (Dyadic.dot gradient (ray |> Array.map Dyadic.ofBigInteger)).Sign)

    let isInside (f: ConeAlgebra.Fraction) =
        let det (vectors: BigInteger[][]) =
            ExactLinear.determinantSign (vectors |> Array.map (Array.map Dyadic.ofBigInteger))

        match rays.Length with
        | 1 -> (rays[0][0] * f.Z[0]).Sign > 0
        | 2 -> det [| rays[0]; f.Z |] = det rays && det [| f.Z; rays[1] |] = det rays
        | m ->
            [ 0 .. m - 1 ]
            |> List.forall (fun k -> det [| rays[k]; rays[(k + 1) % m]; f.Z |] = det rays[..2])

    let point (f: ConeAlgebra.Fraction) =
        f.Z
        |> Array.map (fun x ->
            ({ Numerator = x; Denominator = f.D }: Rational).ToInterval()
            |> Interval.midpoint)

    let onFace face =
        if Array.isEmpty face then
            let zero: ConeAlgebra.Fraction = { Z = Array.create n 0I; D = 1I }
            Some(zero, [||])
        else
            ConeAlgebra.weights subject map cone truth face

    // H z ≠ 0 for all z ≠ 0 made of these rays: its kernel meets no side of their cone, and no line of it lies inside.
    let isDefinite flat =
        let vectors = flat |> Array.map (fun k -> rays[k] |> Array.map Dyadic.ofBigInteger)

        let bowl x y =
            Dyadic.dot (h |> Array.map (Dyadic.dot x)) y

        let isSide x y =
            let b = bowl x y

            b.Sign > 0
            || not (obj.ReferenceEquals(x, y)) && (b * b - bowl x x * bowl y y).Sign < 0

        vectors |> Array.forall (fun x -> vectors |> Array.forall (isSide x))
        && (flat.Length < 3
            || ExactLinear.rank h < 2
            || (let k = (ExactLinear.nullVector h).Value

                not (isInside { Z = k; D = 1I })
                && not (
                    isInside
                        {
                            Z = k |> Array.map (fun x -> -x)
                            D = 1I
                        }
                )))

    match ConeAlgebra.minimizer subject map cone truth None with
    | Some f when isInside f ->
        {
            Place = Inside
            Point = point f
            IsOnly = true
            Flat = [||]
        }
    | free ->
        // J is least at an extreme point of what it is least on, and that is the only such point of its face.
        [||] :: faces n rays.Length
        |> List.pick (fun face ->
            match onFace face with
            | Some(f, weights) when weights |> Array.forall (fun (w: BigInteger) -> w.Sign > 0) ->
                let slopes = slopes f

                if Array.exists (fun s -> s < 0) slopes then
                    None
                else
                    let flat = [| 0 .. slopes.Length - 1 |] |> Array.filter (fun i -> slopes[i] = 0)

                    let isOnly =
                        free.IsSome
                        || flat.Length < n && (onFace flat).IsSome
                        || face.Length = 0 && isDefinite flat

                    Some
                        {
                            Place = Face face
                            Point = point f
                            IsOnly = isOnly
                            Flat = if isOnly then [||] else flat
                        }
            | _ -> None)

/// The minimizer on a cone. Where it is not the only one, Place and Point are one of them at best.
let find subject map (cone: LinearCone) truth : Minimizer =
    inFloats cone |> Option.defaultWith (fun () -> exactly subject map cone truth)
