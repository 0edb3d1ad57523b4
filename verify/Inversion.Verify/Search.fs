/// Hunts for the worst case: a supremum over directions is never found by sampling alone.
[<RequireQualifiedAccess>]
module Inversion.Verify.Search

open System
open Inversion.Randomness

/// The best point seen and its score.
[<Struct>]
type Best = { Point: float[]; Score: float }

/// A standard normal vector.
let gaussian (stream: RandomStream) length =
    let values = Array.zeroCreate length
    stream.FillGaussian(Span values)
    values

/// A score that orders every float: NaN below everything.
let private ordered score =
    if Double.IsNaN score then -infinity else score

/// Maximizes `score` from one start by random steps of adapted length ((1+1) evolution strategy with the one-fifth rule:
/// Rechenberg, 1973; Kern et al., Natural Computing 3, 2004). Half of the steps change all entries, half a single one, since
/// violations often sit behind one hyperplane. Steps are relative to ‖point‖/√n.
let climb (key: RandomKey) steps (score: float[] -> float) (start: float[]) =
    let stream = key.Open()
    let mutable best = Array.copy start
    let mutable bestScore = ordered (score start)
    let mutable length = 0.5

    for _ in 1..steps do
        let size = length * Theory.norm best / sqrt (float best.Length)
        let next = Array.copy best

        if stream.NextBelow 2 = 0 then
            for i in 0 .. next.Length - 1 do
                next[i] <- next[i] + size * stream.NextGaussian()
        else
            let i = stream.NextBelow next.Length
            next[i] <- next[i] + size * sqrt (float best.Length) * stream.NextGaussian()

        let nextScore = ordered (score next)

        if nextScore > bestScore then
            best <- next
            bestScore <- nextScore
            length <- min 2.0 (length * exp 0.8)
        else
            length <- max 1e-9 (length * exp -0.2)

    { Point = best; Score = bestScore }

/// Climbs from every start and keeps the best; the k-th start uses the child key k. NaN-scored starts count as −∞. None without starts.
let climbAll (key: RandomKey) steps score (starts: float[] list) =
    starts
    |> List.mapi (fun i start -> climb (key.Child(int64 i)) steps score start)
    |> function
        | [] -> None
        | found -> Some(found |> List.maxBy (fun best -> best.Score))
