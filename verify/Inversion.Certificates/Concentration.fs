/// ‖F₊ₓᵀF₊ᵧ − Q_{x,y}‖₂ ≤ ε for all x, y ≠ 0, block by block, for up to three columns (docs/claims.md, "Proofs of weight-concentration").
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
    do require (k >= 1 && k <= 3 && rows |> Array.forall (fun row -> row.Length = k)) "a row does not fit"
    let struct (entries, bits) = Integers.ofFloats (Array.concat rows)
    let struct (size, exponent) = Integers.ofFloat scale
    do require (size.Sign > 0 && observed.Sign > 0) "the scale or the rate is not positive"
    let shift = 2 * (bits + exponent)
    let up, down = all * one <<< max 0 -shift, observed * size * size <<< max 0 shift

    // 1 where ⟨w, x⟩ > 0 throughout the cell, −1 where ⟨w, x⟩ ≤ 0 throughout, 0 elsewhere.
    let side (cell: Cell) j =
        let terms = Array.init k (fun i -> entries[j * k + i] * cell.Center[i])

        let spread =
            Seq.sum (Seq.init k (fun i -> if i = cell.Axis then 0I else abs entries[j * k + i]))

        let value = Array.sum terms

        if value > spread then 1
        elif value <= -spread then -1
        else 0

    // ∠(x, center)/π: its sine is at most q, q² = (k − 1)/‖center‖², and it is at most q/√(1 − q²).
    let turn (cell: Cell) =
        let rest = Array.sumBy (fun c -> c * c) cell.Center - BigInteger(k - 1)

        if rest.Sign > 0 then
            root (BigInteger(k - 1) * one * one / rest) * one / pi
        else
            one

    /// True when D is within ε for all codes of the cells. F₊ₓᵀF₊ᵧ lies between the sum of wwᵀ over rows that are certainly active at both and
    /// that over rows that may be; Q moves by no more than ∠(x, x')/π: it changes by two matrices E[wwᵀ 1{…}] of opposite signs, each at most
    /// that of a wedge of this angle δ, Q_{x,−x'}, of norm (δ + sin δ)/2π.
    member _.Holds(x: Cell, y: Cell) =
        let sides = Array.init rows.Length (fun j -> struct (side x j, side y j))
        let q = mean x.Center y.Center

        let gram isIn i j =
            let mutable total = 0I

            for at in 0 .. rows.Length - 1 do
                if isIn sides[at] then
                    total <- total + entries[at * k + i] * entries[at * k + j]

            total * up / down

        let room = n * one / d - turn x - turn y - rounding

        let holds sign isIn =
            isPositive (
                Array2D.init 3 3 (fun i j ->
                    if max i j >= k then
                        (if i = j then one else 0I)
                    else
                        (if i = j then room else 0I) - sign * (gram isIn i j - q i j))
            )

        holds 1I (fun (struct (a, b)) -> min a b >= 0)
        && holds -1I (fun (struct (a, b)) -> min a b > 0)

/// Returns what the nodes prove about the blocks' rows. A node 0 splits the next pair of cells, a node 1 judges it as it is; pairs come block by block,
/// parts before what is left. Rejected: they do not prove it.
let check (blocks: float[][][]) (header: JsonElement) (nodes: seq<JsonElement>) : string =
    let k, scale = toIndex (field "inputs" header), (field "scale" header).GetDouble()
    let struct (observed, all) as rate = fraction "rate" header
    let struct (n, d) as epsilon = fraction "epsilon" header
    require (blocks.Length > 0) "there is no block"

    let all' =
        [
            for rows in blocks do
                let block = Block(k, rows, scale, rate, epsilon)
                for struct (x, y) in roots k -> struct (block, x, y)
        ]

    let step (number, pending: struct (Block * Cell * Cell) list) node =
        match pending, toIndex node with
        | struct (block, x, y) :: rest, 1 when block.Holds(x, y) -> number + 1, rest
        | struct (block, x, y) :: rest, 0 ->
            number + 1, (split x y |> List.map (fun (struct (x, y)) -> struct (block, x, y))) @ rest
        | [], _ -> raise (Rejected $"node {number}: every pair was judged before")
        | _, 1 -> raise (Rejected $"node {number}: a pair of codes in these cells may deviate by more than ε")
        | _, other -> raise (Rejected $"node {number}: {other} is neither 0 nor 1")

    let number, pending = Seq.fold step (1, all') nodes
    require pending.IsEmpty "the nodes end before every pair is judged"
    $"{number - 1} nodes: ‖F₊ₓᵀF₊ᵧ − Q‖ ≤ {n}/{d} for all x, y ≠ 0 and {blocks.Length} blocks of {k} columns, divided by {scale:R}√({observed}/{all})"
