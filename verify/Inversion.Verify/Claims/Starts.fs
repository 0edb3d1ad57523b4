/// Codes that are hard on purpose: truths z° and starts z for the descents of J.
module Inversion.Verify.Claims.Starts

open System
open Inversion.Networks.Engine
open Inversion.Randomness
open Inversion.Verify

/// A code that has the channels of each position p multiplied by factors[p].
let scaleBlocks (factors: float[]) (code: float[]) =
    code |> Array.mapi (fun i x -> factors[i % factors.Length] * x)

/// The network's own ρ along a ray: the r that minimizes J(−r z°), ⟨A G(−z°), A G(z°)⟩/‖A G(−z°)‖². NaN when A G(−z°) = 0.
let ownRho (subject: Subject) (truth: float[]) =
    let n = truth.Length
    let signal = Array.zeroCreate (2 * subject.Network.OutputDimension)
    let codes = Array.append truth (truth |> Array.map (~-))
    subject.Engine.Forward(NetworkWorkspace<float>(), ReadOnlySpan codes, Span signal, codes.Length / n)
    let half = subject.Network.OutputDimension

    let observe (part: float[]) =
        let observed = Array.zeroCreate<float> subject.Measurement.Count
        subject.Measurement.Apply<float>(ReadOnlySpan part, Span observed)
        observed

    let plus, minus = observe signal[.. half - 1], observe signal[half..]
    Theory.dot minus plus / Theory.dot minus minus

/// A unit code of the k-th kind: Gaussian; an axis; two entries; along a row of the first layer, another row for each position;
/// the one of 32 with the fewest active units; Gaussian with unequal positions. Then again.
let truth (subject: Subject) (kinks: KinkMap) (key: RandomKey) k =
    let stream = key.Open()
    let n = subject.Network.LatentDimension
    let positions = subject.Network.InputShape.Positions
    let zero () = Array.zeroCreate<float> n

    match k % 6 with
    | 1 ->
        let code = zero ()
        code[stream.NextBelow n] <- (if stream.NextBelow 2 = 0 then 1.0 else -1.0)
        code
    | 2 ->
        let code = zero ()

        for _ in 1..2 do
            code[stream.NextBelow n] <- stream.NextGaussian()

        code
    | 3 ->
        let start = Search.gaussian stream n
        let units = kinks.FirstLayer

        if units.Length = 0 then
            start
        else
            // A unit's normal lies in the positions that it reads: a few units cover several positions.
            let sum = zero ()

            for _ in 1..positions do
                let normal = Codes.unit (kinks.Normal start units[stream.NextBelow units.Length])

                for i in 0 .. n - 1 do
                    sum[i] <- sum[i] + normal[i]

            sum
    | 4 ->
        let candidates = List.init 32 (fun _ -> Search.gaussian stream n)

        candidates
        |> List.minBy (fun code ->
            kinks.PreActivations code
            |> Array.sumBy (fun layer -> layer |> Array.sumBy (fun u -> if u > 0.0 then 1 else 0)))
    | 5 ->
        let factors = Array.init positions (fun p -> Math.Pow(0.3, float p))
        scaleBlocks factors (Search.gaussian stream n)
    | _ -> Search.gaussian stream n
    |> Codes.unit

/// ρ as a start needs it: the network's own, or 0 where it has none.
let private rhoOr0 subject code =
    let rho = ownRho subject code
    if Double.IsFinite rho then rho else 0.0

let private near (stream: RandomStream) distance (truth: float[]) (center: float[]) =
    let noise = Codes.unit (Search.gaussian stream truth.Length)
    let length = distance * Theory.norm truth
    Array.map2 (fun c e -> c + length * e) center noise

/// z° with some positions multiplied by their own −ρ.
let private flip subject (truth: float[]) (flipped: bool[]) =
    let factor p =
        if not flipped[p] then
            1.0
        elif flipped.Length = 1 then
            -(rhoOr0 subject truth)
        else
            -(rhoOr0 subject (scaleBlocks (Array.init flipped.Length (fun q -> if q = p then 1.0 else 0.0)) truth))

    scaleBlocks (Array.init flipped.Length factor) truth

/// A start near z° with a random set of positions flipped, at least one, at a log-uniform distance from a hundredth to a third.
let flipped (subject: Subject) (stream: RandomStream) (truth: float[]) =
    let positions = subject.Network.InputShape.Positions
    let chosen = Array.init positions (fun _ -> stream.NextBelow 2 = 0)
    chosen[stream.NextBelow positions] <- true
    near stream (Math.Pow(10.0, -2.0 + 1.5 * stream.NextUniform())) truth (flip subject truth chosen)

/// Starts around a truth: near −ρz° at three distances, near 0, far away, and combinations of z° and −ρz° over the positions
/// (all of them for up to three positions, otherwise `count` drawn ones).
let around (subject: Subject) (key: RandomKey) count (truth: float[]) =
    let stream = key.Open()
    let positions = subject.Network.InputShape.Positions
    let rho = rhoOr0 subject truth
    let opposite = truth |> Array.map (fun x -> -rho * x)

    [
        near stream 0.01 truth opposite
        near stream 0.1 truth opposite
        near stream 0.4 truth opposite
        near stream 0.01 truth (Array.zeroCreate truth.Length)
        near stream 10.0 truth truth

        if positions > 3 then
            for _ in 1..count do
                flipped subject stream truth
        else
            for mask in 1 .. (1 <<< positions) - 2 do
                near stream 0.02 truth (flip subject truth (Array.init positions (fun p -> (mask >>> p) &&& 1 = 1)))
    ]
