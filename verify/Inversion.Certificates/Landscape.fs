/// Descent, origin and mode-collapse on one network (docs/proofs.md).
///
/// On a leaf J(z) = ½ zᵀHz − cᵀz + ½‖y‖², and every z of it is Σ λ_i r_i with λ ≥ 0. It has one minimizer there if det H > 0, or if J grows
/// along all rays but those of its support. A z from which J falls into no leaf is the minimizer of every leaf that contains it. So a minimizer
/// outside the balls, with the rays of a face F as support, has a descent direction if some leaf that contains F has another minimizer: such
/// a leaf is named among the nodes.
module internal Inversion.Certificates.Landscape

open System.Collections.Generic
open System.Numerics
open System.Text.Json
open Fields

let private determinant (a: BigInteger[][]) =
    match a.Length with
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

/// Open balls around z° and −ρz°: is Z/D in one of them?
let private isInBall
    (struct (e, e'): struct (BigInteger * BigInteger))
    (struct (r, r'))
    (truth: BigInteger[])
    (z: BigInteger[])
    (d: BigInteger)
    =
    let square x = Cones.dot x x
    let radius = e * e * square truth

    let apart (shift: BigInteger) =
        square (Array.map2 (fun z t -> r' * z + shift * t) z truth) * e' * e'

    apart (-d * r') < radius * d * d * r' * r'
    || apart (d * r) < radius * d * d * r' * r'

/// A face of a leaf: none of its rays ([]), one, or two neighbors in space.
let private face n (leaf: Leaf) (node: JsonElement) =
    let at, m = indices node |> Array.sort, leaf.Rays.Length

    let isNeighbors (i, j) =
        n = 3 && (j = i + 1 || (i = 0 && j = m - 1))

    require
        (Array.forall (fun i -> i < m) at
         && (at.Length < 2 && at.Length < n
             || at.Length = 2 && at[0] < at[1] && isNeighbors (at[0], at[1])))
        "there is no such face"

    at

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

        let lowest = field "min" node

        let support =
            if lowest.ValueKind = JsonValueKind.String then
                None
            else
                Some(face n leaf lowest)

        let struct (d, z) =
            match support with
            | None ->
                let struct (d, z) = solve h c
                require (holds all z) "the minimizer is not inside"
                struct (d, z)
            | Some [||] -> struct (1I, Array.create n 0I)
            | Some at ->
                let rays = at |> Array.map (fun i -> all[i])

                let struct (d, weights) =
                    solve
                        (rays |> Array.map (fun r -> rays |> Array.map (Cones.dot (image r))))
                        (rays |> Array.map (Cones.dot c))

                require
                    (d.Sign > 0 && weights |> Array.forall (fun w -> w.Sign > 0))
                    "the minimizer of the face is not on it"

                struct (d, Array.map2 Cones.scale weights rays |> Array.reduce (Array.map2 (+)))

        let gradient = Array.map2 (fun a b -> a - d * b) (image z) c

        let slopes = all |> Array.map (fun ray -> (Cones.dot gradient ray).Sign)
        require (slopes |> Array.forall (fun slope -> slope >= 0)) "J falls from the minimizer into the cone"
        // Every minimizer has this gradient, so it is a combination of the rays without slope: of the support's alone, or H is invertible.
        let flat = slopes |> Array.filter (fun slope -> slope = 0) |> Array.length

        require
            (support |> Option.exists (fun at -> at.Length = flat)
             || (determinant h).Sign > 0)
            "the minimizer may not be the only one"

        if
            Array.exists (fun (x: BigInteger) -> not x.IsZero) z
            && not (isInBall epsilon rho truth z d)
        then
            match support with
            | None -> raise (Rejected "a minimizer inside its cone is outside the balls")
            | Some at -> minimizers.Add(name leaf at) |> ignore

        for other in tryField "not" node |> Option.map items |> Option.defaultValue [||] do
            let at = face n leaf other
            require (support <> Some at && at.Length > 0) "the minimizer is on the face on which it should not be"
            others.Add(name leaf at) |> ignore

    /// After the last leaf.
    member _.Finish() =
        minimizers.ExceptWith others

        require
            (minimizers.Count = 0)
            $"{minimizers.Count} minimizers outside the balls are not shown to have a descent direction, one on {Seq.tryHead minimizers}"
