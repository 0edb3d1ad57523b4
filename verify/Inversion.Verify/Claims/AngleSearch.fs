/// Hunts for the pair of codes whose angle comes out farthest from the expected one.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.AngleSearch

open System
open System.Threading
open Inversion.Randomness
open Inversion.Verify

/// A map of codes to vectors without negative entries, with the transposed derivative at the pair that was last sent through it. May
/// answer in the same arrays each time: what is to be kept is copied.
type AngleMap =
    {
        Inputs: int
        /// Number of ReLU layers: how often the expected angle contracts.
        Depth: int
        /// Multiply-adds of one pass.
        Cost: float
        Forward: float[] -> float[] -> struct (float[] * float[])
        Pull: float[] -> float[] -> struct (float[] * float[])
    }

/// One pair of unit codes. Angles and deviations are NaN when an output is zero: a zero vector has no angle.
type Pair =
    {
        X: float[]
        Y: float[]
        In: float
        Out: float
        /// |angle out − expected angle|
        Angle: float
        /// |cos(angle out) − cos(expected angle)|
        Cosine: float
    }

/// What a search found.
type Found =
    {
        /// Largest Angle; None when every pair had a zero output.
        Angle: Pair option
        /// Largest Cosine.
        Cosine: Pair option
        /// Smallest angle out/angle in over pairs at least 10⁻⁶ apart; NaN if there is none.
        SmallestRatio: float
        Trials: int
        Failures: int
        /// Trials with a zero output.
        ZeroOutputs: int
    }

/// How hard one map is searched.
type Effort =
    {
        Trials: int
        /// Climbs for each of the five objectives.
        Starts: int
        Steps: int
    }

let private narrowest = 1e-6

/// The effort that the settings ask for, by counts alone, cut so that `parts` such maps together stay near 1.5·10⁵·Starts·Steps multiply-adds.
let effort (settings: Settings) (parts: int) (map: AngleMap) =
    let pass = 2.0 * map.Cost + 5000.0

    let budget =
        1.5e5 * float settings.Starts * float (max 1 settings.Steps) / float parts

    let trials =
        if settings.Trials <= 0 then
            0
        else
            int (Math.Clamp(0.2 * budget / pass, float (min 6 settings.Trials), float settings.Trials))

    let passes = 0.8 * budget / (10.0 * pass)

    if settings.Starts <= 0 || settings.Steps <= 0 then
        {
            Trials = trials
            Starts = 0
            Steps = 0
        }
    else
        let steps =
            int (Math.Clamp(passes, float (min 20 settings.Steps), float settings.Steps))

        {
            Trials = trials
            Starts = int (Math.Clamp(passes / float steps, 1.0, float settings.Starts))
            Steps = steps
        }

let private unit (v: float[]) =
    let length = Theory.norm v

    if length > 0.0 then
        v |> Array.map (fun value -> value / length)
    else
        v

/// ∠(x, y) as `Theory.angle`, without allocating; for entries far from overflow.
let private angle (x: float[]) (y: float[]) =
    let mutable xx, yy = 0.0, 0.0

    for i in 0 .. x.Length - 1 do
        xx <- xx + x[i] * x[i]
        yy <- yy + y[i] * y[i]

    if not (xx > 0.0 && yy > 0.0) then
        nan
    else
        let a, b = 1.0 / sqrt xx, 1.0 / sqrt yy
        let mutable difference, sum = 0.0, 0.0

        for i in 0 .. x.Length - 1 do
            let s, t = a * x[i], b * y[i]
            difference <- difference + (s - t) * (s - t)
            sum <- sum + (s + t) * (s + t)

        2.0 * Math.Atan2(sqrt difference, sqrt sum)

/// θ̄_d.
let expected depth theta =
    let mutable t = theta

    for _ in 1..depth do
        t <- Theory.contract t

    t

/// dθ̄_d/dθ, from g'(θ) = (π − θ) sin θ/(π sin g(θ)) [ours].
let private expectedSlope depth theta =
    Theory.angles (depth - 1) theta
    |> List.fold
        (fun product t ->
            let next = Theory.contract t

            if t < narrowest then
                product
            else
                product * (Math.PI - t) * sin t / (Math.PI * sin next))
        1.0

type private Objective =
    | AngleOf of Sign: float
    | CosineOf of Sign: float
    | SmallRatio

/// The gradient of an objective is a·∂cos(out) + b·∂cos(in): the weights a and b.
let private weights depth objective (pair: Pair) =
    let safeSin t = max 1e-9 (sin t)
    let target = expected depth pair.In
    let slope = expectedSlope depth pair.In

    match objective with
    | AngleOf sign -> struct (-sign / safeSin pair.Out, sign * slope / safeSin pair.In)
    | CosineOf sign -> struct (sign, -sign * slope * sin target / safeSin pair.In)
    | SmallRatio ->
        struct (1.0 / (safeSin pair.Out * max narrowest pair.In),
                -pair.Out / (max narrowest pair.In * max narrowest pair.In * safeSin pair.In))

/// Random trials; structured pairs; climbs along the gradient of each objective; random steps around the best.
/// `fails` says whether a trial breaks the claim.
let run (effort: Effort) (key: RandomKey) (cancellation: CancellationToken) (fails: Pair -> bool) (map: AngleMap) =
    let k = map.Inputs
    let mutable bestAngle, bestCosine = None, None
    let mutable smallestRatio = nan

    let keep (pair: Pair) =
        match bestAngle with
        | Some(best: Pair) when not (pair.Angle > best.Angle) -> ()
        | _ when Double.IsNaN pair.Angle -> ()
        | _ -> bestAngle <- Some pair

        match bestCosine with
        | Some(best: Pair) when not (pair.Cosine > best.Cosine) -> ()
        | _ when Double.IsNaN pair.Cosine -> ()
        | _ -> bestCosine <- Some pair

        if pair.In >= narrowest then
            let ratio = pair.Out / pair.In

            if not (ratio >= smallestRatio) && not (Double.IsNaN ratio) then
                smallestRatio <- ratio

    let judgeWith (x: float[]) (y: float[]) =
        let struct (p, q) = map.Forward x y
        let input, output = angle x y, angle p q
        let target = expected map.Depth input

        let pair =
            {
                X = x
                Y = y
                In = input
                Out = output
                Angle = abs (output - target)
                Cosine = abs (cos output - cos target)
            }

        keep pair
        struct (pair, p, q)

    let judge x y =
        let struct (pair, _, _) = judgeWith x y
        pair

    let at (name: string) (number: int) = (key.Child name).Child(int64 number)

    let gaussian name number =
        let stream = (at name number).Open()
        unit (Search.gaussian stream k), unit (Search.gaussian stream k)

    let trials =
        [|
            for t in 0 .. effort.Trials - 1 do
                cancellation.ThrowIfCancellationRequested()
                let x, y = gaussian "trial" t
                judge x y
        |]

    let axis i sign =
        Array.init k (fun at -> if at = i then sign else 0.0)

    let structured =
        [|
            for i in 0 .. min k 4 - 1 do
                judge (axis i 1.0) (axis i -1.0)

                if k > 1 then
                    judge (axis i 1.0) (axis ((i + 1) % k) 1.0)
                    judge (axis i -1.0) (axis ((i + 1) % k) -1.0)

            for t in 0 .. (if effort.Starts > 0 then 3 else -1) do
                let x, g = gaussian "structured" t
                let across = unit (Array.map2 (fun a b -> a - Theory.dot g x * b) g x)
                judge x (Array.map (~-) x)

                if k > 1 then
                    judge x across

                    for apart in [ 1e-3; 0.1 ] do
                        let near = unit (Array.map2 (fun a b -> a + apart * b) x across)
                        judge x near
                        judge x (Array.map (~-) near)
        |]

    let pool =
        Array.append trials structured
        |> Array.filter (fun pair -> not (Double.IsNaN pair.Angle))

    let mutable byP, byQ = [||], [||]

    let climb objective steps (start: Pair) =
        let mutable x, y = start.X, start.Y
        let mutable go = true
        let mutable step = 0

        while go && step < steps do
            let struct (pair, p, q) = judgeWith x y
            let a, b = Theory.norm p, Theory.norm q

            if not (a > 0.0 && b > 0.0) then
                go <- false
            else
                let c = Theory.dot p q / (a * b)

                if byP.Length <> p.Length then
                    byP <- Array.zeroCreate p.Length
                    byQ <- Array.zeroCreate p.Length

                for i in 0 .. p.Length - 1 do
                    let s, t = p[i], q[i]
                    byP[i] <- t / (a * b) - c * s / (a * a)
                    byQ[i] <- s / (a * b) - c * t / (b * b)

                let struct (outX, outY) = map.Pull byP byQ
                let struct (outer, inner) = weights map.Depth objective pair
                let cosine = Theory.dot x y
                let length = 0.3 * Math.Pow(0.02, float step / float steps)

                let move (v: float[]) (other: float[]) (gradient: float[]) =
                    let total =
                        Array.init k (fun i -> outer * gradient[i] + inner * (other[i] - cosine * v[i]))

                    let radial = Theory.dot total v
                    let tangent = Array.map2 (fun t s -> t - radial * s) total v
                    let size = Theory.norm tangent

                    if size > 0.0 && Double.IsFinite size then
                        unit (Array.map2 (fun s t -> s + length / size * t) v tangent)
                    else
                        v

                let nextX = move x y outX
                y <- move y x outY
                x <- nextX
                step <- step + 1

        judge x y |> ignore

    let objectives =
        [ AngleOf 1.0; AngleOf -1.0; CosineOf 1.0; CosineOf -1.0; SmallRatio ]

    for objective in objectives do
        let signed (pair: Pair) =
            let target = expected map.Depth pair.In

            match objective with
            | AngleOf sign -> sign * (pair.Out - target)
            | CosineOf sign -> sign * (cos pair.Out - cos target)
            | SmallRatio ->
                if pair.In >= narrowest then
                    -pair.Out / pair.In
                else
                    -infinity

        let promising = pool |> Array.sortByDescending signed

        for start in 0 .. effort.Starts - 1 do
            cancellation.ThrowIfCancellationRequested()

            if start % 2 = 0 && start / 2 < promising.Length then
                climb objective effort.Steps promising[start / 2]
            else
                let x, y = gaussian "start" start
                climb objective effort.Steps (judge x y)

    let polish name (best: Pair option) (score: Pair -> float) =
        match best with
        | Some pair when effort.Starts > 0 ->
            Search.climb
                (key.Child(name: string))
                (effort.Steps / 2)
                (fun both -> score (judge (unit both[.. k - 1]) (unit both[k..])))
                (Array.append pair.X pair.Y)
            |> ignore
        | _ -> ()

    polish "polish angle" bestAngle (fun pair -> pair.Angle)
    polish "polish cosine" bestCosine (fun pair -> pair.Cosine)

    {
        Angle = bestAngle
        Cosine = bestCosine
        SmallestRatio = smallestRatio
        Trials = trials.Length
        Failures = trials |> Array.filter fails |> Array.length
        ZeroOutputs = trials |> Array.filter (fun pair -> Double.IsNaN pair.Angle) |> Array.length
    }
