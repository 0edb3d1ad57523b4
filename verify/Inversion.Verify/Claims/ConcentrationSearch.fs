/// Hunts for the pair of codes at which a block's Gram matrix is farthest from its mean.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ConcentrationSearch

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify

/// How hard one block is searched.
type Effort =
    {
        /// Pairs of independent standard normal codes.
        Trials: int
        /// Climbs for each sign of the deviation.
        Starts: int
        /// Times that the eigenvector is renewed in a climb.
        Stages: int
        StepsPerStage: int
        /// Pairs judged around the best ones.
        Polish: int
    }

/// What the search of one block found.
type Found =
    {
        Best: Extreme
        /// Random pairs judged.
        Trials: int
        /// Trials that exceeded ε.
        Failures: int
    }

/// Steps of Lanczos' method where a block has too many columns for the whole matrix.
let private lanczosSteps = 20

let private stages steps = max 1 (min 12 (steps / 8))

/// The effort that the settings ask for, by counts alone: small blocks get up to twenty times the starts, large ones less, so that all
/// `blocks` blocks of a layer together stay near 10⁶·Starts·Steps multiply-adds. Never below six trials and one climb of each sign.
let effort (settings: Settings) (blocks: int) (rows: Rows) =
    let n, k = float rows.Count, float rows.Inputs

    let budget =
        1e6 * float settings.Starts * float (max 1 settings.Steps) / float blocks

    // A third of the rows is active on average. Vectors are filled up to eight lanes, and a call costs as much as some thousand.
    let judging =
        if rows.Inputs <= Inversion.Numerics.GramDeviation.DirectUpTo then
            2.0 * n * k + n * (k + 8.0) * (k + 8.0) / 6.0 + 2.0 * k * k * k + 3000.0
        else
            2.0 * n * k + float lanczosSteps * n * k + 3000.0

    // Roots and divisions cost as much as some sixty multiply-adds a row.
    let perClimb steps =
        (4.0 * n * (k + 8.0) + 60.0 * n + 500.0) * float steps
        + judging * float (stages steps)

    let steps =
        if 2.0 * perClimb settings.Steps <= 0.7 * budget then
            settings.Steps
        else
            Math.Clamp(int (0.35 * budget / perClimb 1), min 20 settings.Steps, settings.Steps)

    let count share cost least most =
        if most <= 0 then
            0
        else
            int (Math.Clamp(share * budget / cost, float (min least most), float most))

    {
        Trials = count 0.1 judging 6 settings.Trials
        Starts = count 0.35 (perClimb steps) 1 (20 * settings.Starts)
        Stages = stages steps
        StepsPerStage = max 1 (steps / stages steps)
        Polish = count 0.15 judging 60 (40 * max 10 settings.Steps)
    }

let private unit (v: float[]) =
    let length = Theory.norm v

    if length > 0.0 then
        v |> Array.map (fun value -> value / length)
    else
        v

let private axis k i sign =
    Array.init k (fun at -> if at = i then sign else 0.0)

/// In the plane: the middle of every arc between consecutive hyperplanes, however narrow; no climb finds those by chance.
let private arcs (rows: Rows) =
    let turns =
        [|
            for j in 0 .. rows.Count - 1 do
                let a, b = rows.Entry j 0, rows.Entry j 1

                if a <> 0.0 || b <> 0.0 then
                    Math.Atan2(a, -b)
                    Math.Atan2(-a, b)
        |]
        |> Array.sort

    let direction (angle: float) = [| Math.Cos angle; Math.Sin angle |]

    turns
    |> Array.mapi (fun i turn ->
        let next =
            if i + 1 < turns.Length then
                turns[i + 1]
            else
                turns[0] + 2.0 * Math.PI

        direction (0.5 * (turn + next)))

/// Row-major.
let private flat (pairs: struct (float[] * float[])[]) =
    pairs |> Array.collect (fun struct (x, _) -> x), pairs |> Array.collect (fun struct (_, y) -> y)

let private judgeAll (form: Concentration) (pairs: struct (float[] * float[])[]) =
    let xs, ys = flat pairs
    // x + y/2 never vanishes.
    form.All(xs, ys, Array.map2 (fun x y -> x + 0.5 * y) xs ys, pairs.Length)

/// Pairs that a reader would try by hand; none for short trials, which alone choose among many blocks.
let private structured (effort: Effort) (rows: Rows) (trials: Extreme[]) =
    let k = rows.Inputs
    let tied v = struct (v, v)
    let minus = Array.map (~-)

    let heaviest =
        [| 0 .. rows.Count - 1 |]
        |> Array.map rows.Row
        |> Array.sortByDescending Theory.norm
        |> Array.truncate 4
        |> Array.filter (fun row -> Theory.norm row > 0.0)
        |> Array.map unit

    [|
        if effort.Polish > 0 then
            for i in 0 .. min k 6 - 1 do
                tied (axis k i 1.0)
                tied (axis k i -1.0)

            for row in heaviest do
                tied row
                tied (minus row)

            for trial in trials |> Array.truncate 6 do
                tied trial.U
                tied (minus trial.U)
                struct (trial.X, minus trial.X)

        if k = 2 then
            let middles = arcs rows

            if middles.Length * middles.Length <= effort.Polish then
                for x in middles do
                    for y in middles do
                        struct (x, y)
            else
                for x in middles |> Array.truncate effort.Polish do
                    tied x
    |]

/// Random trials, then climbs from the most promising and from random pairs, then a walk over neighbouring cells and random steps.
let run (settings: Settings) (effort: Effort) (key: RandomKey) (cancellation: CancellationToken) (rows: Rows) =
    let k = rows.Inputs
    let form = Concentration(rows, lanczosSteps)
    let at (name: string) (number: int) = (key.Child name).Child(int64 number)

    let gaussian name number =
        let stream = (at name number).Open()
        struct (unit (Search.gaussian stream k), unit (Search.gaussian stream k))

    cancellation.ThrowIfCancellationRequested()
    let trials = Array.init effort.Trials (gaussian "trial") |> judgeAll form

    let failures =
        trials
        |> Array.filter (fun trial -> not (trial.Value <= settings.Epsilon))
        |> Array.length

    let pool =
        Array.append trials (judgeAll form (structured effort rows trials))
        |> Array.sortByDescending (fun e -> e.Value)

    // F₊ₓᵀF₊ᵧ is positive semidefinite and ‖Q‖ ≤ 1/2, so that no negative deviation exceeds 1/2.
    let onlyUpward = pool.Length > 0 && pool[0].Value > 0.5

    let climbStart index =
        let number = if onlyUpward then index else index / 2

        let struct (x, y), tied =
            if number % 3 = 0 && number / 3 < pool.Length then
                let from = pool[number / 3]
                struct (from.X, from.Y), (from.X = from.Y)
            else
                gaussian "start" number, (number % 3 = 1)

        {
            X = x
            Y = y
            Tied = tied
            Sign = if onlyUpward || index % 2 = 0 then 1.0 else -1.0
        }

    let climbed =
        Array.init (2 * effort.Starts) climbStart
        |> ConcentrationClimb.run rows form effort.Stages effort.StepsPerStage cancellation

    let candidates =
        Array.append climbed pool
        |> Array.sortByDescending (fun e -> e.Value)
        |> Array.distinctBy (fun e -> Math.Round(e.Value, 3))
        |> Array.truncate (Math.Clamp(effort.Polish / 100, 1, 6))

    let polish number budget start =
        cancellation.ThrowIfCancellationRequested()
        ConcentrationPolish.run rows form (at "polish" number) budget start

    let best =
        if candidates.Length = 0 then
            (judgeAll form [| struct (axis k 0 1.0, axis k 0 1.0) |])[0]
        else
            candidates
            |> Array.mapi (fun i start -> polish i (effort.Polish / (2 * candidates.Length)) start)
            |> Array.maxBy (fun e -> e.Value)
            |> polish -1 (effort.Polish / 2)

    {
        // A NaN is no pass.
        Best =
            pool
            |> Array.tryFind (fun e -> Double.IsNaN e.Value)
            |> Option.defaultValue best
        Trials = trials.Length
        Failures = failures
    }
