/// Ranks and kernels of whole vectors, and when two leaves share no output but that of common codes.
module internal Inversion.Certificates.Independence

open System.Numerics

/// A prime below 2³¹: vectors that are independent modulo a prime are independent.
let private prime = 2147483647L

let residue (x: BigInteger) =
    let r = int64 (x % BigInteger prime)
    if r < 0L then r + prime else r

let image (leaf: Leaf) ray =
    leaf.Outputs
    |> Array.map (fun form ->
        if form.Length = 0 then
            0L
        else
            residue (Cones.dot form leaf.Rays[ray]))

/// The rank modulo the prime: at most the rank.
let private residualRank (vectors: int64[][]) =
    let inverse x =
        int64 (BigInteger.ModPow(BigInteger(x: int64), BigInteger(prime - 2L), BigInteger prime))

    let rec reduce rank (left: int64[] list) =
        match left with
        | [] -> rank
        | first :: rest ->
            match first |> Array.tryFindIndex (fun x -> x <> 0L) with
            | None -> reduce rank rest
            | Some at ->
                let scale = inverse first[at]

                rest
                |> List.map (fun v ->
                    let factor = v[at] * scale % prime
                    Array.map2 (fun x y -> (x + (prime - factor) * y) % prime) v first)
                |> reduce (rank + 1)

    reduce 0 (List.ofArray vectors)

let isIndependent (vectors: int64[][]) = residualRank vectors = vectors.Length

/// The rank of whole rows.
let rec private rank (rows: BigInteger[] list) =
    match rows |> List.filter (Array.exists (fun x -> not x.IsZero)) with
    | [] -> 0
    | first :: rest ->
        let at = first |> Array.findIndex (fun x -> not x.IsZero)

        1
        + rank (
            rest
            |> List.map (fun row -> Array.map2 (fun x y -> first[at] * x - row[at] * y) row first)
        )

/// True when Λ_a z = Λ_b z' for z = z' alone: the columns of both have rank n + rank(Λ_a − Λ_b), so that every solution is one of these.
let areApart n (a: Leaf) (b: Leaf) =
    let entries (leaf: Leaf) =
        leaf.Outputs
        |> Array.map (fun form -> if form.Length = 0 then Array.create n 0I else form)

    let x, y = entries a, entries b
    let difference = rank (Array.map2 (Array.map2 (-)) x y |> List.ofArray)

    let columns =
        Array.append (Array.transpose x) (Array.transpose y)
        |> Array.map (Array.map residue)

    residualRank columns >= n + difference

/// Whole x, not all 0, with Σ x_k column_k = 0, where such x are the multiples of one; None where there is none, or more. Gauss–Jordan
/// elimination without fractions.
let private nullVector (columns: BigInteger[][]) =
    let shorten row =
        let common =
            row |> Array.fold (fun d x -> BigInteger.GreatestCommonDivisor(d, x)) 0I

        if common.IsZero then
            row
        else
            row |> Array.map (fun x -> x / common)

    let without at (pivot: BigInteger[]) row =
        shorten (Array.map2 (fun x y -> pivot[at] * x - (row: BigInteger[])[at] * y) row pivot)

    let rec reduce at free pivots rows =
        if at = columns.Length then
            match free with
            | [ k ] ->
                let scale =
                    pivots |> List.fold (fun product (p, row: BigInteger[]) -> product * row[p]) 1I

                let x = Array.create columns.Length 0I
                x[k] <- scale
                pivots |> List.iter (fun (p, row) -> x[p] <- -row[k] * (scale / row[p]))
                Some x
            | _ -> None
        else
            match rows |> List.tryFindIndex (fun (row: BigInteger[]) -> not row[at].IsZero) with
            | None -> reduce (at + 1) (at :: free) pivots rows
            | Some index ->
                let pivot = rows[index]
                let rest = List.removeAt index rows |> List.map (without at pivot)
                let known = pivots |> List.map (fun (p, row) -> p, without at pivot row)
                reduce (at + 1) free ((at, pivot) :: known) rest

    reduce 0 [] [] (Array.transpose columns |> List.ofArray)

/// True when Σ λ_i G(r_i) = Σ μ_j G(s_j) with λ, μ ≥ 0 only for Σ λ_i r_i = Σ μ_j s_j: so it is for the extreme solutions, each the only one on its support.
let meetInCommonCodes
    (rays: BigInteger[][], images: BigInteger[][])
    (others: BigInteger[][], otherImages: BigInteger[][])
    =
    let negative = Array.map (Array.map (fun x -> -x))

    let codes, columns =
        Array.append rays (negative others), Array.append images (negative otherImages)

    let count = columns.Length

    // Images of rays of n dimensions on each side have rank at most 2n, so that an extreme solution has at most 2n + 1 of them.
    let largest = 2 * rays[0].Length + 1

    count <= 16
    && Seq.forall
        (fun subset ->
            let chosen = [| 0 .. count - 1 |] |> Array.filter (fun k -> subset >>> k &&& 1 = 1)

            match nullVector (chosen |> Array.map (fun k -> columns[k])) with
            | Some x when
                Array.forall (fun (v: BigInteger) -> v.Sign > 0) x
                || Array.forall (fun (v: BigInteger) -> v.Sign < 0) x
                ->
                let difference =
                    Array.map2 (fun w k -> Cones.scale w codes[k]) x chosen
                    |> Array.reduce (Array.map2 (+))

                Array.forall (fun (v: BigInteger) -> v.IsZero) difference
            | _ -> true)
        (seq { 1 .. (1 <<< count) - 1 }
         |> Seq.filter (fun subset -> System.Numerics.BitOperations.PopCount(uint32 subset) <= largest))
