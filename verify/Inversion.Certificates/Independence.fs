/// Ranks and kernels of whole vectors, and when two leaves share no output but that of common codes.
module internal Inversion.Certificates.Independence

open System.Numerics
open Fields

/// G of a ray of the leaf, modulo the prime.
let image (leaf: Leaf) ray =
    let at = leaf.Rays[ray].Residues
    let add sum x r = (sum + x * r) % Form.Prime

    leaf.Outputs
    |> Array.map (fun form ->
        if form.IsZero then
            0L
        else
            Array.fold2 add 0L form.Residues at)

/// The rank of rows modulo the prime, at most `enough`: at most the rank, because rows that are independent modulo a prime are independent.
let private residualRank enough (rows: seq<int64[]>) =
    let p = Form.Prime
    // Each with the place of its first entry that is not 0.
    let basis = ResizeArray<struct (int * int64[])>()

    let take row =
        let row = Array.copy row

        for struct (at, known) in basis do
            if row[at] <> 0L then
                let factor = p - row[at]

                for i in 0 .. row.Length - 1 do
                    row[i] <- (row[i] * known[at] % p + factor * known[i]) % p

        match Array.tryFindIndex (fun x -> x <> 0L) row with
        | Some at -> basis.Add(struct (at, row))
        | None -> ()

    use source = rows.GetEnumerator()

    while basis.Count < enough && source.MoveNext() do
        take source.Current

    basis.Count

let isIndependent (vectors: int64[][]) =
    residualRank vectors.Length vectors = vectors.Length

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

let private formsOf (leaf: Leaf) =
    leaf.Outputs |> Array.filter (fun form -> not form.IsZero)

/// Λ has full rank on the leaf.
let requireRank n (leaf: Leaf) =
    let isFull =
        residualRank n (formsOf leaf |> Seq.map _.Residues) = n
        || rank (formsOf leaf |> Seq.map _.Whole |> List.ofSeq) = n

    require isFull "on this cone different codes have the same output"

/// True when Λ_a z = Λ_b z' for z = z' alone: the columns of both have rank n + rank(Λ_a − Λ_b), so that every solution is one of these. Both maps
/// agree on rays that the leaves share, whose rank is taken off n for a bound of rank(Λ_a − Λ_b); it is formed where that bound is too large.
let areApart n (a: Leaf) (b: Leaf) (shared: Form[]) =
    let zeros, zero = Array.zeroCreate<int64> n, Array.create n 0I

    let residues (form: Form) =
        if form.IsZero then zeros else form.Residues

    let whole (form: Form) =
        if form.IsZero then zero else form.Whole

    let needed = 2 * n - residualRank n (shared |> Seq.map _.Residues)

    let columns =
        seq {
            for o in 0 .. a.Outputs.Length - 1 do
                if not (a.Outputs[o].IsZero && b.Outputs[o].IsZero) then
                    Array.append (residues a.Outputs[o]) (residues b.Outputs[o])
        }

    let found = residualRank needed columns

    found = needed
    || (let differences =
            Seq.zip a.Outputs b.Outputs
            |> Seq.filter (fun (f, g) -> not (obj.ReferenceEquals(f, g)))
            |> Seq.map (fun (f, g) -> Array.map2 (-) (whole f) (whole g))

        found >= n + rank (List.ofSeq differences))

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
