/// Improves a pair of codes by moves between neighbouring cells, many candidates a call.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ConcentrationPolish

open System
open Inversion.Randomness
open Inversion.Verify

let private unit (v: float[]) =
    let length = Theory.norm v

    if length > 0.0 then
        v |> Array.map (fun value -> value / length)
    else
        v

/// Pairs to be judged together.
type private Candidates(k: int, capacity: int) =
    let xs, ys, starts =
        Array.zeroCreate (capacity * k), Array.zeroCreate (capacity * k), Array.zeroCreate (capacity * k)

    let mutable count = 0
    member _.Count = count
    member _.Clear() = count <- 0

    /// Where there is room: entry i of both codes.
    member _.Add(entryX: int -> float, entryY: int -> float) =
        if count < capacity then
            let at = count * k
            let mutable sizeX, sizeY = 0.0, 0.0

            for i in 0 .. k - 1 do
                let x, y = entryX i, entryY i
                xs[at + i] <- x
                ys[at + i] <- y
                sizeX <- sizeX + x * x
                sizeY <- sizeY + y * y

            let factorX, factorY = 1.0 / sqrt sizeX, 1.0 / sqrt sizeY

            if Double.IsFinite factorX && Double.IsFinite factorY then
                for i in at .. at + k - 1 do
                    xs[i] <- xs[i] * factorX
                    ys[i] <- ys[i] * factorY

                count <- count + 1

    /// The best candidate, if it is better than `best`.
    member _.Best(form: Concentration, best: Extreme) =
        for p in 0 .. count - 1 do
            Array.blit best.U 0 starts (p * k) k

        form.Better(xs, ys, starts, count, best.Value)

let private crossedAtOnce = 12
let private lengths = [| 0.5; 0.2; 0.08; 0.03; 0.01; 0.003; 0.001 |]

// A round of crossings and one of moves inside the cell.
let private capacity = 6 * crossedAtOnce
let private brood = 16

/// The factor of w that takes v across the hyperplane of a row w and just beyond: v − (1 + 10⁻⁶)⟨w,v⟩w/‖w‖² − 10⁻⁹ sign w/‖w‖.
let private shiftAcross (squared: float) (height: float) =
    height * (1.0 + 1e-6) / squared + float (sign height) * 1e-9 / sqrt squared

/// Keeps what is farther from the mean of x, y or both moved: across the nearest hyperplanes and those of rows that weigh most along u for
/// their distance, along the slope of Q, and toward or away from u inside the cell (the mean shrinks as x and y part, so a supremum lies
/// on a cell's edge), then random steps, until `budget` pairs were judged.
let run (rows: Rows) (form: Concentration) (key: RandomKey) budget (start: Extreme) =
    let n, k = rows.Count, rows.Inputs
    let stride = rows.HeightStride
    let heights = Array.zeroCreate (3 * stride)

    let squared =
        Array.init n (fun j -> Seq.sum (seq { for i in 0 .. k - 1 -> rows.Entry j i * rows.Entry j i }))

    let candidates = Candidates(k, capacity)
    let mutable best = start
    let mutable left = budget

    /// Judges the candidates; true when one is better.
    let settle () =
        left <- left - candidates.Count

        match candidates.Best(form, best) with
        | Some found ->
            best <- found
            true
        | None -> false

    /// The chosen rows of least cost.
    let cheapest cost (chosen: int -> bool) =
        [| 0 .. n - 1 |]
        |> Array.filter (fun j -> squared[j] > 0.0 && chosen j)
        |> Array.sortBy cost
        |> Array.truncate crossedAtOnce

    let crossings () =
        candidates.Clear()
        let x, y = best.X, best.Y
        let tied = (x = y)
        rows.Heights(3, Array.concat [ x; y; best.U ], heights)
        let atX j = heights[j]
        let atY j = heights[stride + j]

        let alongU j =
            heights[2 * stride + j] * heights[2 * stride + j]

        // Activity only adds to uᵀF₊ₓᵀF₊ᵧu.
        let grows =
            let active =
                Seq.sum (seq { for j in 0 .. n - 1 -> if atX j > 0.0 && atY j > 0.0 then alongU j else 0.0 })

            active > Theory.quadraticQ x y best.U

        let price distance j =
            -(alongU j) * sqrt squared[j] / distance j

        let moved at (v: float[]) j =
            let shift = shiftAcross squared[j] (at j)
            fun i -> v[i] - shift * rows.Entry j i

        let still (v: float[]) = fun i -> v[i]

        let crossable at other =
            if grows then
                cheapest (price (fun j -> abs (at j))) (fun j -> at j < 0.0 && other j > 0.0)
            else
                cheapest (price (fun j -> abs (at j))) (fun j -> at j > 0.0 && other j > 0.0)

        let nearest at =
            cheapest (fun j -> abs (at j)) (fun j -> at j <> 0.0)

        let both =
            cheapest (price (fun j -> abs (atX j) + abs (atY j))) (fun j -> grows && atX j < 0.0 && atY j < 0.0)

        for j in (if tied then Array.append both (nearest atX) else both) |> Array.distinct do
            candidates.Add(moved atX x j, moved atY y j)

        for j in Array.append (nearest atX) (crossable atX atY) |> Array.distinct do
            candidates.Add(moved atX x j, still y)

        for j in Array.append (nearest atY) (crossable atY atX) |> Array.distinct do
            candidates.Add(still x, moved atY y j)

        settle ()

    let inside () =
        candidates.Clear()
        let x, y, u = best.X, best.Y, best.U
        let slopeX, slopeY = Array.zeroCreate k, Array.zeroCreate k
        Concentration.MeanGradient(x, y, u, 0, k, slopeX, slopeY)

        let along (dx: float[]) signX (dy: float[]) signY =
            for length in lengths do
                candidates.Add((fun i -> x[i] + signX * length * dx[i]), (fun i -> y[i] + signY * length * dy[i]))

        let tangent (v: float[]) =
            unit (Array.map2 (fun a b -> a - Theory.dot u v * b) u v)

        let slopeX, slopeY, turnX, turnY = unit slopeX, unit slopeY, tangent x, tangent y

        for sign in [ 1.0; -1.0 ] do
            along slopeX sign slopeY sign
            along turnX sign turnY 0.0
            along turnX 0.0 turnY sign
            along turnX sign turnY -sign

        settle ()

    let neighbours least =
        let mutable go = true

        while go && left > least do
            let crossed = crossings ()
            let moved = inside ()
            go <- crossed || moved

    neighbours (budget / 3)
    let stream = key.Open()
    let mutable length = 0.25

    // Random steps of lengths spread over a factor of 64 about the last that helped; half of them change one entry only, since violations
    // often sit behind one hyperplane.
    while left > 0 && length > 1e-9 do
        candidates.Clear()
        let x, y = best.X, best.Y

        for child in 0 .. brood - 1 do
            let size = length * Math.Pow(2.0, float (child / 2) - 4.0)
            let dx, dy = Array.zeroCreate k, Array.zeroCreate k

            if child % 2 = 0 then
                for i in 0 .. k - 1 do
                    dx[i] <- size * stream.NextGaussian() / sqrt (float k)
                    dy[i] <- size * stream.NextGaussian() / sqrt (float k)
            else
                let i = stream.NextBelow(2 * k)
                (if i < k then dx else dy)[i % k] <- size * stream.NextGaussian()

            candidates.Add((fun i -> x[i] + dx[i]), (fun i -> y[i] + dy[i]))

        let before = best

        if settle () then
            let moved =
                Theory.norm (Array.map2 (-) best.X before.X)
                + Theory.norm (Array.map2 (-) best.Y before.Y)

            length <- Math.Clamp(2.0 * moved, 1e-9, 2.0)
            neighbours 0
        else
            length <- 0.7 * length

    best
