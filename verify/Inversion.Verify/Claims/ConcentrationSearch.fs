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
        /// Steps of Lanczos' method where k > 16.
        Lanczos: int
        /// Pairs judged around the best ones.
        Polish: int
        PolishLanczos: int
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

let private lanczosSteps = 20
let private polishSteps = 8
let private stages steps = max 1 (min 12 (steps / 8))

/// The effort that the settings ask for, by counts alone: small blocks get up to eight times the starts, large ones less, so that all
/// `blocks` blocks of a layer together stay near 3·10⁵·Starts·Steps multiply-adds. Never below six trials and one climb of each sign.
let effort (settings: Settings) (blocks: int) (rows: Rows) =
    // A product costs its multiply-adds and about as much as 500 of them for the call.
    let product = float rows.Padded * float rows.Inputs + 500.0

    let budget =
        3e5 * float settings.Starts * float (max 1 settings.Steps) / float blocks

    let judging steps =
        product
        * (2.0
           + (if rows.Inputs <= 16 then
                  float rows.Inputs
              else
                  2.0 * float steps))

    let perClimb steps =
        4.0 * product * float steps + judging polishSteps * float (stages steps)

    let steps =
        if 2.0 * perClimb settings.Steps <= 0.5 * budget then
            settings.Steps
        else
            Math.Clamp(int (0.25 * budget / (4.0 * product)), min 20 settings.Steps, settings.Steps)

    let count share cost least most =
        if most <= 0 then
            0
        else
            int (Math.Clamp(share * budget / cost, float (min least most), float most))

    {
        Trials = count 0.2 (judging lanczosSteps) 6 settings.Trials
        Starts = count 0.25 (perClimb steps) 1 (8 * settings.Starts)
        Stages = stages steps
        StepsPerStage = max 1 (steps / stages steps)
        Lanczos = lanczosSteps
        Polish = count 0.2 (judging polishSteps) 60 (6 * max 10 settings.Steps)
        PolishLanczos = polishSteps
    }

let private unit (v: float[]) =
    let length = Theory.norm v

    if length > 0.0 then
        v |> Array.map (fun value -> value / length)
    else
        v

let private axis k i sign =
    Array.init k (fun at -> if at = i then sign else 0.0)

/// Moves v across the hyperplane of row j and just beyond: v − (1 + 10⁻⁶)⟨w,v⟩w/‖w‖² − 10⁻⁹ sign w/‖w‖.
let private acrossRow (rows: Rows) (v: float[]) (height: float) j =
    let k = rows.Inputs

    let squared =
        Seq.sum (seq { for i in 0 .. k - 1 -> rows.Entry j i * rows.Entry j i })

    if not (squared > 0.0) then
        v
    else
        let shift =
            height * (1.0 + 1e-6) / squared + float (sign height) * 1e-9 / sqrt squared

        unit (Array.init k (fun i -> v[i] - shift * rows.Entry j i))

/// Moves x, y or both and keeps what is farther from the mean, until `budget` pairs were judged or nothing helps any more:
/// across the nearest hyperplanes, along the slope of Q and toward or away from u inside the cell (the mean shrinks as x and y part,
/// so a supremum lies on a cell's edge), then random steps.
let private polish (rows: Rows) (form: Concentration) (key: RandomKey) lanczos budget (start: Extreme) =
    let k = rows.Inputs
    let heights = Array.zeroCreate rows.Padded
    let mutable best = start
    let mutable left = budget

    let consider x y =
        if left > 0 then
            left <- left - 1
            let found = form.Judge(x, y, lanczos, best.U)

            if found.Value > best.Value then
                best <- found

    let crossings () =
        let near (v: float[]) =
            rows.Apply(v, heights)

            [| 0 .. rows.Padded - 1 |]
            |> Array.filter (fun j -> heights[j] <> 0.0)
            |> Array.sortBy (fun j -> abs heights[j])
            |> Array.truncate 12
            |> Array.map (fun j -> acrossRow rows v heights[j] j)

        if best.X = best.Y then
            for next in near best.X do
                consider next next

        for next in near best.X do
            consider next best.Y

        for next in near best.Y do
            consider best.X next

    let along (x: float[]) (dx: float[]) (y: float[]) (dy: float[]) =
        for length in [ 0.5; 0.2; 0.08; 0.03; 0.01; 0.003; 0.001 ] do
            consider
                (unit (Array.map2 (fun a b -> a + length * b) x dx))
                (unit (Array.map2 (fun a b -> a + length * b) y dy))

    let inside () =
        let still = Array.zeroCreate k

        let tangent (v: float[]) =
            unit (Array.map2 (fun u a -> u - Theory.dot best.U v * a) best.U v)

        let struct (slopeX, slopeY) = Concentration.MeanGradient(best.X, best.Y, best.U)
        let minus = Array.map (~-)
        along best.X (unit slopeX) best.Y (unit slopeY)
        along best.X (minus (unit slopeX)) best.Y (minus (unit slopeY))

        for sign in [ 1.0; -1.0 ] do
            let turn v =
                tangent v |> Array.map (fun t -> sign * t)

            along best.X (turn best.X) best.Y still
            along best.X still best.Y (turn best.Y)
            along best.X (turn best.X) best.Y (minus (turn best.Y))

    let mutable before = -infinity

    while left > budget / 3 && best.Value > before do
        before <- best.Value
        crossings ()
        inside ()

    let steps = left
    left <- Int32.MaxValue
    let from = best

    let score (pair: float[]) =
        let x, y = unit pair[.. k - 1], unit pair[k..]
        consider x y
        form.Judge(x, y, lanczos, from.U).Value

    Search.climb key (steps / 2) score (Array.append from.X from.Y) |> ignore
    best

/// In the plane: the middle of every arc between consecutive hyperplanes, however narrow; no climb finds those by chance.
let private arcs (rows: Rows) =
    let turns =
        [|
            for j in 0 .. rows.Padded - 1 do
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

/// Random trials, then climbs from the most promising and from random pairs, then a walk over neighbouring cells and random steps.
let run (settings: Settings) (effort: Effort) (key: RandomKey) (cancellation: CancellationToken) (rows: Rows) =
    let k = rows.Inputs
    let form = Concentration rows
    let at (name: string) (number: int) = (key.Child name).Child(int64 number)

    let gaussian name number =
        let stream = (at name number).Open()
        unit (Search.gaussian stream k), unit (Search.gaussian stream k)

    let trials =
        [|
            for t in 0 .. effort.Trials - 1 do
                cancellation.ThrowIfCancellationRequested()
                let x, y = gaussian "trial" t
                form.Judge(x, y, effort.Lanczos, Array.map2 (+) x y)
        |]

    let failures =
        trials
        |> Array.filter (fun trial -> not (trial.Value <= settings.Epsilon))
        |> Array.length

    let judgeTied v = form.Judge(v, v, effort.Lanczos, v)

    let heaviest =
        [| 0 .. rows.Padded - 1 |]
        |> Array.map (fun j -> Array.init k (rows.Entry j))
        |> Array.sortByDescending Theory.norm
        |> Array.truncate 4
        |> Array.filter (fun row -> Theory.norm row > 0.0)
        |> Array.map unit

    let structured =
        [|
            // Short trials alone choose among many blocks.
            if effort.Polish > 0 then
                for i in 0 .. min k 6 - 1 do
                    judgeTied (axis k i 1.0)
                    judgeTied (axis k i -1.0)

                for row in heaviest do
                    judgeTied row
                    judgeTied (row |> Array.map (~-))

                for trial in trials |> Array.truncate 6 do
                    judgeTied trial.U
                    judgeTied (trial.U |> Array.map (~-))
                    form.Judge(trial.X, trial.X |> Array.map (~-), effort.Lanczos, trial.X)
        |]

    let plane =
        if k <> 2 then
            [||]
        else
            let middles = arcs rows

            [|
                if middles.Length * middles.Length <= effort.Polish then
                    for x in middles do
                        for y in middles do
                            form.Judge(x, y, effort.Lanczos, x)
                else
                    for x in middles |> Array.truncate effort.Polish do
                        judgeTied x
            |]

    let pool =
        Array.concat [ trials; structured; plane ]
        |> Array.sortByDescending (fun e -> e.Value)

    let climb index =
        cancellation.ThrowIfCancellationRequested()
        let sign = if index % 2 = 0 then 1.0 else -1.0
        let number = index / 2

        let x, y, tied =
            if number % 3 = 0 && number / 3 < pool.Length then
                pool[number / 3].X, pool[number / 3].Y, pool[number / 3].X = pool[number / 3].Y
            else
                let x, y = gaussian "start" number
                x, y, number % 3 = 1

        form.Climb(sign, tied, effort.Stages, effort.StepsPerStage, effort.PolishLanczos, x, y)

    let climbed = Array.init (2 * effort.Starts) climb

    let candidates =
        Array.append climbed pool
        |> Array.sortByDescending (fun e -> e.Value)
        |> Array.distinctBy (fun e -> Math.Round(e.Value, 3))
        |> Array.truncate (Math.Clamp(effort.Polish / 100, 1, 6))

    let best =
        if candidates.Length = 0 then
            judgeTied (axis k 0 1.0)
        else
            candidates
            |> Array.mapi (fun i start ->
                polish rows form (at "polish" i) effort.PolishLanczos (effort.Polish / (2 * candidates.Length)) start)
            |> Array.maxBy (fun e -> e.Value)
            |> polish rows form (at "polish" -1) effort.PolishLanczos (effort.Polish / 2)

    {
        Best = best
        Trials = trials.Length
        Failures = failures
    }
