/// Codes to try and what the core makes of them, in batches.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Codes

open System
open Inversion.Numerics
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify

/// Codes in one batch: bounds the memory of a call, not what is computed.
let private batch = 32

/// The vector of length 1 in the direction of `code`; a zero or non-finite code unchanged.
let unit (code: float[]) =
    let length = Theory.norm code

    if length > 0.0 && Double.IsFinite length then
        code |> Array.map (fun x -> x / length)
    else
        code

/// ‖x − y‖ of two outputs.
let distance (x: float[]) (y: float[]) =
    Vectors.Distance(ReadOnlySpan x, ReadOnlySpan y)

/// J for y = 0, whose residual is A G(z): the way to the core's batches.
let observer (subject: Subject) =
    EmpiricalRisk<float>(
        subject.Engine,
        subject.Measurement,
        ReadOnlySpan(Array.zeroCreate<float> subject.Measurement.Count)
    )

let private rowsOf count (values: float[]) =
    let length = values.Length / max 1 count
    Array.init count (fun i -> Array.sub values (i * length) length)

/// A G(z) − y for each code.
let residuals (risk: EmpiricalRisk<float>) (codes: float[][]) =
    codes
    |> Array.chunkBySize batch
    |> Array.collect (fun chunk ->
        let rows = Array.zeroCreate (chunk.Length * risk.Measurement.Count)
        risk.ManyResiduals(ReadOnlySpan(Array.concat chunk), Span rows, chunk.Length)
        rowsOf chunk.Length rows)

/// A DG(z; v), one-sided, for each direction at one code.
let tangents (risk: EmpiricalRisk<float>) (code: float[]) (directions: float[][]) =
    directions
    |> Array.chunkBySize batch
    |> Array.collect (fun chunk ->
        let rows = Array.zeroCreate (chunk.Length * risk.Measurement.Count)
        risk.JacobianProducts(ReadOnlySpan code, ReadOnlySpan(Array.concat chunk), Span rows, chunk.Length)
        rowsOf chunk.Length rows)

/// A DG(z) by columns: n0 arrays of m entries.
let jacobianColumns (risk: EmpiricalRisk<float>) (code: float[]) =
    let n = code.Length
    tangents risk code (Array.init n (fun i -> Array.init n (fun j -> if i = j then 1.0 else 0.0)))

/// The columns of A DG(z) one after the other: n0 times m entries.
let jacobian (risk: EmpiricalRisk<float>) (code: float[]) =
    let n, m = code.Length, risk.Measurement.Count
    let columns = Array.zeroCreate (n * m)

    for first in 0..batch .. n - 1 do
        let count = min batch (n - first)
        let directions = Array.zeroCreate (count * n)

        for i in 0 .. count - 1 do
            directions[i * n + first + i] <- 1.0

        risk.JacobianProducts(ReadOnlySpan code, ReadOnlySpan directions, Span(columns, first * m, count * m), count)

    columns

/// The Gram matrix of `count` vectors of one length that lie one after the other, row-major.
let gram count (vectors: float[]) =
    let products = Array.zeroCreate<float>(count * count)
    SymmetricMatrix.Gram(ReadOnlySpan vectors, count, vectors.Length / count, Span products)
    products

/// (A DG(z))ᵀ w.
let pullback (risk: EmpiricalRisk<float>) (code: float[]) (cotangent: float[]) =
    let gradient = Array.zeroCreate code.Length
    risk.JacobianTransposedProduct(ReadOnlySpan code, ReadOnlySpan cotangent, Span gradient)
    gradient

/// `count` unit codes in uniformly random directions.
let random (key: RandomKey) count length =
    let stream = key.Open()
    Array.init count (fun _ -> unit (Search.gaussian stream length))

/// ±e_i, of at most `limit` coordinates.
let axes limit length =
    [|
        for i in 0 .. min limit length - 1 do
            for sign in [ 1.0; -1.0 ] do
                Array.init length (fun j -> if i = j then sign else 0.0)
    |]

/// Random unit codes that are zero but for one position, for at most `limit` positions; none when there is one position.
let positions (key: RandomKey) limit (subject: Subject) =
    let shape = subject.Network.InputShape
    let stream = key.Open()

    if shape.Positions = 1 then
        [||]
    else
        Array.init (min limit shape.Positions) (fun p ->
            Search.gaussian stream shape.Length
            |> Array.mapi (fun i x -> if i % shape.Positions = p then x else 0.0)
            |> unit)

/// A unit code with a small output: `steps` projected subgradient steps of length 0.5, 0.4, … down ½‖A G(v)‖² on the sphere;
/// the best of the path.
let quiet (risk: EmpiricalRisk<float>) steps (start: float[]) =
    let gradient = Array.zeroCreate start.Length
    let mutable at = unit start
    let mutable best = at
    let mutable bestValue = infinity

    for step in 0..steps do
        let value = risk.ValueAndGradient(ReadOnlySpan at, Span gradient)

        if value < bestValue then
            best <- at
            bestValue <- value

        let direction = unit gradient
        let length = 0.5 * Math.Pow(0.8, float step)
        at <- unit (Array.map2 (fun x g -> x - length * g) at direction)

    best

/// The unit codes, of those reached from `starts`, with A G(v) = 0: at most `steps` steps down ‖A G(v)‖ on the sphere, each 1.9 times Polyak's for
/// the least value 0. A step longer than Polyak's ends inside the cone of such codes and not on its boundary.
let dark (risk: EmpiricalRisk<float>) steps (starts: float[][]) =
    let gradient = Array.zeroCreate<float> risk.LatentDimension

    let rec descend step (at: float[]) =
        let value = risk.ValueAndGradient(ReadOnlySpan at, Span gradient)
        // ∇‖A G‖ = ∇J/√(2J) for J = ½‖A G‖².
        let length = 1.9 * 2.0 * value / Theory.dot gradient gradient

        if value = 0.0 then
            Some at
        elif step = steps || not (Double.IsFinite length) then
            None
        else
            descend (step + 1) (unit (Array.map2 (fun x g -> x - length * g) at gradient))

    starts |> Array.choose (unit >> descend 0)
