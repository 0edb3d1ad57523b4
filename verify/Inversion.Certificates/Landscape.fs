/// Descent, origin and mode-collapse on one network (docs/proofs.md).
///
/// On a leaf J(z) = ½ zᵀHz − cᵀz + ½‖y‖², and every z of it is Σ λ_i r_i with λ ≥ 0. All minimizers on it have one gradient, so that they are
/// made of the rays along which J does not grow: there is one if det H > 0, or if H is definite on those rays. A z from which J falls into no
/// leaf is a minimizer of every leaf that contains it. So minimizers outside the balls, in the inside of a face F, have a descent direction
/// if some leaf that contains F has its only minimizer elsewhere: such a leaf is named among the nodes.
module internal Inversion.Certificates.Landscape

open System.Collections.Generic
open System.Numerics
open System.Text.Json
open Fields

let private determinant (a: BigInteger[][]) =
    match a.Length with
    | 0 -> 1I
    | 1 -> a[0][0]
    | 2 -> a[0][0] * a[1][1] - a[0][1] * a[1][0]
    | _ ->
        let minor i j = a[1][i] * a[2][j] - a[1][j] * a[2][i]
        a[0][0] * minor 1 2 - a[0][1] * minor 0 2 + a[0][2] * minor 0 1

/// D > 0 or 0, and N with A (N/D) = b: Cramer's rule for a symmetric A that is positive semidefinite.
let private solve (a: BigInteger[][]) (b: BigInteger[]) =
    let replaced k =
        a
        |> Array.mapi (fun i row -> row |> Array.mapi (fun j x -> if j = k then b[i] else x))

    struct (determinant a, Array.init b.Length (fun k -> determinant (replaced k)))

let private gram n (leaf: Leaf) =
    Array.init n (fun i -> leaf.Quadratic[i * n .. i * n + n - 1])

/// D_vJ(0) = −⟨A G(v), y⟩ < 0 on every ray, so for all v ≠ 0.
let requireFall n (leaf: Leaf) =
    for ray in leaf.Rays do
        if (Cones.dot leaf.Quadratic[n * n ..] ray.Whole).Sign <= 0 then
            reject "J does not fall from 0 along a ray of this cone" [ "directions", [| ray.Whole |] ]

/// True when z lies strictly inside the cone: on the inner side of each facet.
let private holds (rays: BigInteger[][]) (z: BigInteger[]) =
    match rays.Length with
    | 1 -> (rays[0][0] * z[0]).Sign > 0
    | 2 ->
        let turn = (determinant rays).Sign

        (determinant [| rays[0]; z |]).Sign * turn > 0
        && (determinant [| z; rays[1] |]).Sign * turn > 0
    | m ->
        let turn = (determinant rays[..2]).Sign

        [ 0 .. m - 1 ]
        |> List.forall (fun k -> (determinant [| rays[k]; rays[(k + 1) % m]; z |]).Sign * turn > 0)

/// H z ≠ 0 for all z ≠ 0 of the cone of these rays. A kernel that is no line meets a side of the cone, if it meets the cone; a line may lie inside.
let private isDefinite (rays: BigInteger[][]) (h: BigInteger[][]) =
    let bowl x y =
        Cones.dot (h |> Array.map (Cones.dot x)) y

    let isSide x y =
        let b = bowl x y
        b.Sign > 0 || x <> y && b * b < bowl x x * bowl y y

    let cross (u: BigInteger[]) (v: BigInteger[]) =
        Array.init 3 (fun i -> u[(i + 1) % 3] * v[(i + 2) % 3] - u[(i + 2) % 3] * v[(i + 1) % 3])

    let isOutside k =
        not (holds rays k || holds rays (Cones.scale -1I k))

    rays |> Array.forall (fun x -> rays |> Array.forall (isSide x))
    && (rays.Length < 3
        || [ cross h[0] h[1]; cross h[0] h[2]; cross h[1] h[2] ] |> List.forall isOutside)

/// Open balls around z° and −ρz°: true when one of them holds all of these Z/D.
let private areInBall
    (struct (e, e'): struct (BigInteger * BigInteger))
    (struct (r, r'))
    (truth: BigInteger[])
    (points: struct (BigInteger[] * BigInteger)[])
    =
    let square x = Cones.dot x x

    let isNear center (struct (z, d: BigInteger)) =
        let apart = Array.map2 (fun x t -> r' * x - d * center * t) z truth
        square apart * e' * e' < e * e * square truth * d * d * r' * r'

    Array.forall (isNear r') points || Array.forall (isNear -r) points

/// A face of a leaf, by its rays: none, one, or two neighbors in space.
let private face n (leaf: Leaf) (rays: int[]) =
    let at, m = Array.sort rays, leaf.Rays.Length

    let isNeighbors (i, j) =
        n = 3 && (j = i + 1 || (i = 0 && j = m - 1))

    require
        (Array.forall (fun i -> i < m) at
         && (at.Length < 2 && at.Length < n
             || at.Length = 2 && at[0] < at[1] && isNeighbors (at[0], at[1])))
        "there is no such face"

    at

/// All faces of a leaf.
let private faces n (leaf: Leaf) =
    [
        [||]
        let m = leaf.Rays.Length

        for i in 0 .. m - 1 do
            if n > 1 then
                [| i |]

            if n = 3 then
                Array.sort [| i; (i + 1) % m |]
    ]

let private name (leaf: Leaf) (at: int[]) =
    at
    |> Array.map (fun i -> System.String.Join(' ', leaf.Rays[i].Whole))
    |> Array.sort
    |> String.concat "|"

/// Faces on which minimizers outside the balls lie, and faces for which a leaf with another minimizer was named.
type Descent(n: int, epsilon, rho, truth: BigInteger[]) =
    let minimizers, others = HashSet<string>(), HashSet<string>()

    /// Node: {"min": face or "inside", "not": faces of the leaf on which its minimizer does not lie}.
    member _.Check (leaf: Leaf) (node: JsonElement) =
        let h, c = gram n leaf, leaf.Quadratic[n * n ..]
        let all = leaf.Rays |> Array.map _.Whole

        let image x =
            h |> Array.map (fun row -> Cones.dot row x)

        // The only minimizer on the span of a face's rays, where it is the only one and lies between them.
        let inFace at =
            let rays = at |> Array.map (fun i -> all[i])

            let struct (d, weights) =
                solve
                    (rays |> Array.map (fun r -> rays |> Array.map (Cones.dot (image r))))
                    (rays |> Array.map (Cones.dot c))

            if d.Sign > 0 && weights |> Array.forall (fun w -> w.Sign > 0) then
                Some(
                    struct (Array.map2 Cones.scale weights rays
                            |> Array.fold (Array.map2 (+)) (Array.create n 0I),
                            d)
                )
            else
                None

        let lowest = field "min" node

        let support =
            if lowest.ValueKind = JsonValueKind.String then
                None
            else
                Some(face n leaf (indices lowest))

        let struct (z, d) =
            match support |> Option.map inFace with
            | None ->
                let struct (d, z) = solve h c
                require (holds all z) "the minimizer is not inside"
                struct (z, d)
            | Some None -> raise (Rejected "the minimizer of the face is not on it")
            | Some(Some found) -> found

        let slopes =
            let gradient = Array.map2 (fun a b -> a - d * b) (image z) c
            all |> Array.map (fun ray -> (Cones.dot gradient ray).Sign)

        require (slopes |> Array.forall (fun slope -> slope >= 0)) "J falls from the minimizer into the cone"
        let flat = [| 0 .. slopes.Length - 1 |] |> Array.filter (fun i -> slopes[i] = 0)

        // The minimizers' extreme points, with their faces; all others are mixtures of them, if H is definite on the rays without slope.
        let isRegular = (determinant h).Sign > 0

        let corners =
            if isRegular then
                [| support, struct (z, d) |]
            else
                [|
                    for at in faces n leaf do
                        match inFace at with
                        | Some(struct (z', d')) when
                            Array.forall (fun i -> Array.contains i flat) at
                            && Array.forall2 (fun x x' -> x * d' = x' * d) (image z) (image z')
                            ->
                            Some at, struct (z', d')
                        | _ -> ()
                |]

        let isDefinite = isRegular || isDefinite (flat |> Array.map (fun i -> all[i])) h
        let isOnly = isDefinite && corners.Length = 1
        let isZero = z |> Array.forall (fun x -> x.IsZero)

        if
            not (
                isOnly && isZero
                || isDefinite && areInBall epsilon rho truth (Array.map snd corners)
            )
        then
            require
                (support.IsSome && (isOnly || flat.Length < n))
                "minimizers inside the cone may be outside the balls"

            if not isOnly && flat.Length = 2 then
                minimizers.Add(name leaf (face n leaf flat)) |> ignore

            for at, _ in corners do
                minimizers.Add(name leaf at.Value) |> ignore

            // Where 0 is a minimizer, so are the multiples of a ray that the map sends to 0.
            for i in flat do
                if isZero && image all[i] |> Array.forall (fun x -> x.IsZero) then
                    minimizers.Add(name leaf [| i |]) |> ignore

        for other in tryField "not" node |> Option.map items |> Option.defaultValue [||] do
            let at = face n leaf (indices other)

            require
                (isOnly && support <> Some at && at.Length > 0)
                "the minimizer is on the face on which it should not be"

            others.Add(name leaf at) |> ignore

    /// After the last leaf.
    member _.Finish() =
        minimizers.ExceptWith others

        require
            (minimizers.Count = 0)
            $"{minimizers.Count} minimizers outside the balls are not shown to have a descent direction, one on {Seq.tryHead minimizers}"
