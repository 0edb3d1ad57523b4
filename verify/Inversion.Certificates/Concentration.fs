/// ‖F₊ₓᵀF₊ᵧ − Q_{x,y}‖₂ ≤ ε for all x, y ≠ 0, block by block, for up to three columns (docs/proofs.md, "Weight concentration").
/// Numbers are integers over 2¹²⁸.
module Inversion.Certificates.Concentration

open System.Numerics
open System.Text.Json
open Fields

/// The directions x with x[Axis] = Center[Axis] = ±2ᵐ, m the number of splits, and every other entry within 1 of the center's.
type Cell = { Axis: int; Center: BigInteger[] }

let private one = 1I <<< 128

/// More than all roundings of a matrix: entries of a Gram matrix, of Q and of turns are off by less than 2⁻⁵⁰.
let private rounding = one >>> 40

/// ⌊√n⌋ by Newton's method from above.
let private root (n: BigInteger) =
    let rec fall (x: BigInteger) =
        let next = (x + n / x) >>> 1
        if next >= x then x else fall next

    if n.IsZero then
        0I
    else
        fall (1I <<< int (n.GetBitLength()) / 2 + 1)

/// arccos. s = 2 − 2 cos θ is the square of the chord; 12 times s ← 2 − √(4 − s) halves θ, and θ = c + c³/24 + 3c⁵/640 + … of a chord c. The first
/// root is wrong by at most √8 · 2⁻⁶⁴ at θ near π, by 2⁻¹²⁵ below π/2; later steps shrink the error of s by 0.36 or less: θ is wrong by less than 2⁻⁵³.
let private angle (cosine: BigInteger) =
    let halve s _ = 2I * one - root ((4I * one - s) * one)

    let s = Seq.fold halve (2I * one - 2I * cosine) [ 1..12 ]
    let c = root (s * one)
    c + c * s / (24I * one) + 3I * c * s * s / (640I * one * one) <<< 12

let private pi = angle -one

/// Q_{x,y}, from 2πQ = (π − θ)I + (XY(xyᵀ + yxᵀ) − P(Yxxᵀ + Xyyᵀ))/(XY√(XY − P²)), X = ‖x‖², Y = ‖y‖², P = ⟨x,y⟩.
let private mean (x: BigInteger[]) (y: BigInteger[]) =
    let dot a b =
        Array.fold2 (fun total s t -> total + s * t) 0I a b

    let xx, yy, p = dot x x, dot y y, dot x y
    let both, sine = xx * yy, root ((xx * yy - p * p) * one * one)
    let length = root (both * one * one)
    let rest = pi - angle (max -one (min one (p * one * one / length)))

    fun i j ->
        let swapped =
            both * (x[i] * y[j] + y[i] * x[j]) - p * (yy * x[i] * x[j] + xx * y[i] * y[j])

        let even = if i = j then rest else 0I

        let odd =
            if sine.IsZero then
                0I
            else
                swapped * one * one / (both * sine)

        (even + odd) * one / (2I * pi)

/// True when a symmetric matrix of order 3 is positive definite: its leading minors are positive.
let private isPositive (a: BigInteger[,]) =
    let minor = a[0, 0] * a[1, 1] - a[0, 1] * a[0, 1]

    let last =
        a[0, 2] * (a[0, 1] * a[1, 2] - a[1, 1] * a[0, 2])
        - a[1, 2] * (a[0, 0] * a[1, 2] - a[0, 1] * a[0, 2])

    a[0, 0].Sign > 0 && minor.Sign > 0 && (last + a[2, 2] * minor).Sign > 0

/// The pairs (a, b) and not (b, a) of a list with itself: D_{y,x} is the transpose of D_{x,y}.
let private pairs cells =
    List.indexed cells
    |> List.collect (fun (i, x) -> List.skip i cells |> List.map (fun y -> struct (x, y)))

/// Pairs of the 2k faces of the cube: together they hold every pair of codes.
let roots k =
    let face axis sign =
        {
            Axis = axis
            Center = Array.init k (fun i -> if i = axis then sign else 0I)
        }

    pairs (
        List.allPairs [ 0 .. k - 1 ] [ 1I; -1I ]
        |> List.map (fun (axis, sign) -> face axis sign)
    )

/// Pairs that cover a pair: the larger cell is split, or both where they are the same.
let split (x: Cell) (y: Cell) =
    let parts cell =
        let rec steps i =
            match cell.Center.Length - i with
            | 0 -> [ [] ]
            | _ ->
                List.allPairs (if i = cell.Axis then [ 0I ] else [ -1I; 1I ]) (steps (i + 1))
                |> List.map List.Cons

        steps 0
        |> List.map (fun step ->
            { cell with
                Center = Array.map2 (fun c s -> 2I * c + s) cell.Center (Array.ofList step)
            })

    let size cell = abs cell.Center[cell.Axis]

    if x = y then
        pairs (parts x)
    elif size x <= size y then
        parts x |> List.map (fun part -> struct (part, y))
    else
        parts y |> List.map (fun part -> struct (x, part))

/// A block of rows of k entries, divided by scale · √rate, against ε. Rejected: a number is not finite, or a row does not fit.
type Block(k: int, rows: float[][], scale: float, rate, epsilon) =
    let struct (observed: BigInteger, all: BigInteger) = rate
    let struct (n: BigInteger, d: BigInteger) = epsilon
    do require (k >= 1 && rows |> Array.forall (fun row -> row.Length = k)) "a row does not fit"
    let struct (entries, bits) = Integers.ofFloats (Array.concat rows)
    let struct (size, exponent) = Integers.ofFloat scale
    do require (size.Sign > 0 && observed.Sign > 0) "the scale or the rate is not positive"
    let shift = 2 * (bits + exponent)
    let up, down = all * one <<< max 0 -shift, observed * size * size <<< max 0 shift

    // Entries of wwᵀ, row by row.
    let squares =
        lazy
            (Array.init (k * k) (fun ij ->
                Array.init rows.Length (fun at -> entries[at * k + ij / k] * entries[at * k + ij % k])))

    // 1 where ⟨w, x⟩ > 0 for all x within `half` of the center in every entry but the axis', −1 where ⟨w, x⟩ ≤ 0 for all, 0 elsewhere.
    let side axis (center: BigInteger[]) half j =
        let mutable value, spread = 0I, 0I

        for i in 0 .. k - 1 do
            let w = entries[j * k + i]
            value <- value + w * center[i]

            if i <> axis then
                spread <- spread + half * abs w

        if value > spread then 1
        elif value <= -spread then -1
        else 0

    let gram (isIn: bool[]) =
        let sum (terms: BigInteger[]) =
            let mutable total = 0I

            for at in 0 .. terms.Length - 1 do
                if isIn[at] then
                    total <- total + terms[at]

            total * up / down

        let upper =
            squares.Value
            |> Array.mapi (fun ij terms -> if ij / k <= ij % k then sum terms else 0I)

        fun i j -> upper[min i j * k + max i j]

    // ∠(x, center)/π: its sine is at most q, q² = (k − 1)/‖center‖², and it is at most q/√(1 − q²).
    let turn (cell: Cell) =
        let rest = Array.sumBy (fun c -> c * c) cell.Center - BigInteger(k - 1)

        if rest.Sign > 0 then
            root (BigInteger(k - 1) * one * one / rest) * one / pi
        else
            one

    /// True when D is within ε for all codes of the cells (k ≤ 3). F₊ₓᵀF₊ᵧ lies between the sum of wwᵀ over rows that are certainly active at both
    /// and that over rows that may be; Q moves by no more than ∠(x, x')/π: it changes by two matrices E[wwᵀ 1{…}] of opposite signs, each at most
    /// that of a wedge of this angle δ, Q_{x,−x'}, of norm (δ + sin δ)/2π.
    member _.Holds(x: Cell, y: Cell) =
        let least =
            Array.init rows.Length (fun j -> min (side x.Axis x.Center 1I j) (side y.Axis y.Center 1I j))

        let q = mean x.Center y.Center
        let room = n * one / d - turn x - turn y - rounding

        let holds sign isIn =
            let gram = gram (Array.map isIn least)

            isPositive (
                Array2D.init 3 3 (fun i j ->
                    if max i j >= k then
                        (if i = j then one else 0I)
                    else
                        (if i = j then room else 0I) - sign * (gram i j - q i j))
            )

        holds 1I (fun sign -> sign >= 0) && holds -1I (fun sign -> sign > 0)

    /// True when |uᵀDu| > ε‖u‖² at the codes x and y: a lower bound of the norm.
    member _.Exceeds(x: BigInteger[], y: BigInteger[], u: BigInteger[]) =
        let isFit (v: BigInteger[]) =
            v.Length = k && Array.exists (fun (c: BigInteger) -> not c.IsZero) v

        require (isFit x && isFit y && isFit u) "'x', 'y' and 'u' need k entries that are not all 0"
        let least = Array.init rows.Length (fun j -> min (side -1 x 0I j) (side -1 y 0I j))
        let q = mean x y
        let mutable active = 0I

        for j in 0 .. rows.Length - 1 do
            if least[j] > 0 then
                let mutable value = 0I

                for i in 0 .. k - 1 do
                    value <- value + entries[j * k + i] * u[i]

                active <- active + value * value

        let expected =
            Seq.allPairs [ 0 .. k - 1 ] [ 0 .. k - 1 ]
            |> Seq.sumBy (fun (i, j) -> u[i] * u[j] * q i j)

        // k entries of a row are off by k · 2⁻⁵⁰ together.
        abs (active * up / down - expected) > (n * one / d + BigInteger k * rounding) * Array.sumBy (fun c -> c * c) u

let private stepOver (number, pending: struct (Block * Cell * Cell) list) node =
    match pending, toIndex node with
    | struct (block, x, y) :: rest, 1 when block.Holds(x, y) -> number + 1, rest
    | struct (block, x, y) :: rest, 0 ->
        number + 1, (split x y |> List.map (fun (struct (x, y)) -> struct (block, x, y))) @ rest
    | [], _ -> raise (Rejected $"node {number}: every pair was judged before")
    | _, 1 -> raise (Rejected $"node {number}: a pair of codes in these cells may deviate by more than ε")
    | _, other -> raise (Rejected $"node {number}: {other} is neither 0 nor 1")

/// Returns what is proved about a layer's blocks (`Blocks.read`). A node 0 splits the next pair of cells, a node 1 judges it as it is; pairs come
/// block by block, parts before what is left. A refutation has codes x and y and a direction u. Rejected: nothing is proved.
let check
    (k: int, blocks: struct (int * float[][])[], rate: struct (int * int))
    (header: JsonElement)
    (nodes: seq<JsonElement>)
    =
    let scale, layer =
        (field "scale" header).GetDouble(), toIndex (field "layer" header)

    let struct (observed, all) = rate
    let struct (n, d) as epsilon = fraction "epsilon" header
    require (blocks.Length > 0) "there is no block"

    let judged =
        blocks
        |> Array.map (fun (struct (position, rows)) ->
            position, Block(k, rows, scale, struct (BigInteger observed, BigInteger all), epsilon))

    let ofWhat =
        if observed = all then
            $"layer {layer}, F = its weights divided by s = {scale:R}"
        else
            $"layer {layer}, F = its observed weights divided by s√({observed}/{all}), s = {scale:R}"

    match text "verdict" header with
    | "proved" ->
        require (k <= 3) $"blocks of {k} columns are not covered"

        let start =
            [
                for _, block in judged do
                    for struct (x, y) in roots k -> struct (block, x, y)
            ]

        let number, pending = Seq.fold stepOver (1, start) nodes
        require pending.IsEmpty "the nodes end before every pair is judged"
        $"{number - 1} nodes: ‖F₊ₓᵀF₊ᵧ − Q‖ ≤ {n}/{d} for all x, y ≠ 0, for inputs of {k} channels on one position, {blocks.Length} distinct blocks, of {ofWhat}"
    | "refuted" ->
        require (Seq.isEmpty nodes) "a refutation has no nodes"
        let x, y, u = integers "x" header, integers "y" header, integers "u" header

        match judged |> Array.tryFind (fun (_, block) -> block.Exceeds(x, y, u)) with
        | Some(position, _) -> $"‖F₊ₓᵀF₊ᵧ − Q‖ > {n}/{d} for the codes x and y on input position {position} of {ofWhat}"
        | None -> raise (Rejected $"no block deviates by more than {n}/{d} along u at x and y")
    | verdict -> raise (Rejected $"a verdict '{verdict}' on 'weight-concentration' is not covered")
