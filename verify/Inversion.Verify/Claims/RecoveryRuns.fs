/// Codes drawn, measured, and searched for again by the default search.
module Inversion.Verify.Claims.RecoveryRuns

open System
open System.Threading
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Randomness
open Inversion.Solving
open Inversion.Verify
open Inversion.Verify.Exact

/// A code counts as recovered within this share of its length: 10⁻³, as Huang et al. (arXiv 1812.04176, figure 1) have it.
let radius = 1e-3

/// Gradient evaluations for one code.
let budget = 1000.0

/// One code and what the search made of it.
type Run =
    {
        Truth: float[]
        Found: float[]
        /// ‖ẑ − z°‖/‖z°‖.
        Error: float
        /// True when the code found explains the measurements to within rounding.
        IsSolved: bool
        Evaluations: float
    }

/// True within the radius; NaN never is.
let isRecovered run = run.Error < radius

/// True where rounding cannot have put the code outside the radius.
let isMissed run =
    let off =
        Array.map2 (fun found truth -> Interval.ofFloat found - Interval.ofFloat truth) run.Found run.Truth

    Interval.certainlyLess (radius * Interval.norm (Interval.ofArray run.Truth)) (Interval.norm off)

/// `count` Gaussian codes, each searched for from its own measurements. The key says all: the same key gives the same runs.
let runs (subject: Subject) (key: RandomKey) count (cancellation: CancellationToken) =
    let n = subject.Network.LatentDimension
    let m = subject.Measurement.Count

    let codes =
        Array.init count (fun i -> Search.gaussian (key.Child("code").Child(int64 i).Open()) n)

    let observed = Codes.residuals (Codes.observer subject) codes |> Array.concat

    let starts = Array.init count (fun i -> key.Child("starts").Child(int64 i))

    let found =
        Inverter.InvertMany<float>(
            subject.Engine,
            subject.Measurement,
            ReadOnlySpan(if observed.Length = count * m then observed else [||]),
            ReadOnlySpan starts,
            InvertOptions(Budget = budget),
            1,
            null,
            cancellation
        )

    cancellation.ThrowIfCancellationRequested()

    Array.init count (fun i ->
        let best = found[i].Best
        let latent = Seq.toArray best.Latent

        {
            Truth = codes[i]
            Found = latent
            Error = Codes.distance latent codes[i] / Theory.norm codes[i]
            IsSolved = best.IsSolved
            Evaluations = best.Evaluations
        })

/// G at each code.
let outputs (subject: Subject) (codes: float[][]) =
    let length = subject.Network.OutputDimension
    let workspace = NetworkWorkspace<float>()

    codes
    |> Array.map (fun code ->
        let signal = Array.zeroCreate<float> length
        subject.Engine.Forward(workspace, ReadOnlySpan code, Span signal, 1)
        signal)

/// The range of the last activation: 1 for the logistic function, 2 for tanh, that of the output itself where there is none.
let peak (network: GenerativeNetwork) (output: float[]) =
    let last =
        network.Layers |> Seq.tryFindBack (fun layer -> not (layer :? ReshapeLayer))

    match last with
    | Some(:? ActivationLayer as activation) when activation.Activation = Activation.Sigmoid -> 1.0
    | Some(:? ActivationLayer as activation) when activation.Activation = Activation.Tanh -> 2.0
    | _ -> Array.max output - Array.min output

/// The mean over channels of the structural similarity; NaN where the output is no image or smaller than the window.
let similarity (network: GenerativeNetwork) peak (first: float[]) (second: float[]) =
    let shape = network.OutputShape

    if shape.SpatialRank <> 2 then
        nan
    else
        Array.init shape.Channels (fun channel ->
            let plane (values: float[]) =
                Array.sub values (channel * shape.Positions) shape.Positions

            ImageQuality.ssim peak shape.Height shape.Width (plane first) (plane second))
        |> Array.average

/// The middle value, or the mean of the two middle ones; NaN of nothing, or if any is NaN.
let median (values: float[]) =
    if values.Length = 0 || Array.exists Double.IsNaN values then
        nan
    else
        let sorted = Array.sort values
        let half = sorted.Length / 2

        if sorted.Length % 2 = 1 || sorted[half - 1] = sorted[half] then
            sorted[half]
        else
            0.5 * (sorted[half - 1] + sorted[half])
