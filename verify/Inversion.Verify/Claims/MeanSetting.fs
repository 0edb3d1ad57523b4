/// Where the expected gradient has a known formula, and the factors that bring ∇J to its scale.
module internal Inversion.Verify.Claims.MeanSetting

open System
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Reference

/// What turns ∇J into an estimate of 2ᵈ h: one factor 2ᵈ/(r_p Π s_i²) for each latent position.
type Setting =
    {
        Subject: Subject
        Depth: int
        Positions: int
        /// r_p.
        Rates: float[]
        /// s_i.
        Scales: float[]
        /// 2ᵈ/(r_p Π s_i²).
        Factors: float[]
    }

/// Entry c of the code at position p.
let blockOf positions position (code: 'T[]) =
    Array.init (code.Length / positions) (fun c -> code[c * positions + position])

/// The code that has these blocks.
let joined positions (blocks: 'T[][]) =
    Array.init (positions * blocks[0].Length) (fun i -> blocks[i % positions][i / positions])

/// r_p: the share of the outputs reached by latent position p that are observed (for a Gaussian matrix: sensed, with E[AᵀA] = 1 there).
let private rates (subject: Subject) =
    let network = subject.Network
    let positions = network.InputShape.Positions

    let observed =
        match subject.Measurement with
        | :? Inversion.Measurements.GaussianSensing as sensing -> MeasurementRows.observed sensing.Mask
        | measurement -> MeasurementRows.observed measurement

    observed
    |> Option.map (fun seen ->
        Array.init positions (fun p ->
            let reached =
                Inversion.Measurements.MaskPattern.Parse($"block:{p}", network, RandomKey 0UL)

            let count = reached.Indices |> Seq.filter (fun i -> seen[i]) |> Seq.length
            float count / float reached.Count))

/// Why the expected gradient has no known formula for this subject.
let private obstacle (subject: Subject) =
    let network = subject.Network
    let layers = List.ofSeq network.Layers

    let isRelu (layer: Layer) =
        match layer with
        | :? ActivationLayer as activation -> activation.IsPiecewiseLinear && activation.Slope = 0.0
        | _ -> false

    let tiles (layer: Layer) =
        match layer with
        | :? ConvolutionLayer as convolution ->
            convolution.Transposed
            && convolution.Geometry.IsTiling
            && convolution.Groups = 1
        | :? LinearLayer -> true
        | _ -> false

    let weighted = layers |> List.filter (fun layer -> layer :? AffineLayer)
    let relevant = layers |> List.filter (fun layer -> not (layer :? ReshapeLayer))

    let alternating =
        relevant.Length = 2 * weighted.Length
        && relevant
           |> List.indexed
           |> List.forall (fun (i, layer) ->
               if i % 2 = 0 then
                   layer :? AffineLayer
               else
                   layer :? ActivationLayer)

    if not network.IsHomogeneous then
        Some "the expected gradient is known for networks without bias and smooth activations"
    elif
        not (
            layers
            |> List.forall (fun layer -> isRelu layer || not (layer :? ActivationLayer))
        )
    then
        Some "the expected gradient is known for ReLU"
    elif not alternating then
        Some "the expected gradient is known for layers with weights that are each followed by a ReLU"
    elif not (List.forall tiles weighted) then
        Some
            "the expected gradient is known for dense layers and for transposed convolutions without groups whose stride is their kernel"
    elif
        network.InputShape.Positions > 1
        && weighted |> List.exists (fun layer -> layer :? LinearLayer)
    then
        Some "a dense layer mixes the latent positions, which the block-wise expected gradient keeps apart"
    elif Subject.layerScales subject |> Array.exists (fun s -> not (s > 0.0)) then
        Some "a layer's weights are all 0, so that it has no scale"
    else
        None

/// The factors of the subject, or why they are not known.
let settle (subject: Subject) =
    match obstacle subject, rates subject with
    | Some why, _ -> Error why
    | None, None -> Error $"the rate of the measurement {subject.Measurement.Name} is not known"
    | None, Some rates when rates |> Array.exists (fun r -> not (r > 0.0)) ->
        let hidden = Array.findIndex (fun r -> not (r > 0.0)) rates
        Error $"no output of latent position {hidden} is observed, so that its gradient is 0"
    | None, Some rates ->
        let scales = Subject.layerScales subject
        let scale = scales |> Array.fold (fun product s -> product * s * s) 1.0

        Ok
            {
                Subject = subject
                Depth = subject.Network.Depth
                Positions = rates.Length
                Rates = rates
                Scales = scales
                Factors =
                    rates
                    |> Array.map (fun r -> Math.ScaleB(1.0, subject.Network.Depth) / (r * scale))
            }
