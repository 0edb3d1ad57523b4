namespace Inversion.Verify

open System
open Inversion.Measurements
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Verify.Reference

/// Where a network comes from, so that a witness can be replayed later.
[<RequireQualifiedAccess>]
type Provenance =
    /// Drawn here: the origin redraws it.
    | Drawn of Origin: DrawnNetwork
    /// Read from a file with this SHA-256.
    | File of Path: string * Sha256: string
    /// Handed over by a caller of the library.
    | Given

/// What is audited: a network, and what is observed of its output.
type Subject =
    {
        Name: string
        Network: GenerativeNetwork
        Measurement: Measurement
        Provenance: Provenance
        /// The fast path.
        Engine: NetworkEngine<float>
        /// The slow reference, built on first use.
        Reference: Lazy<ReferenceNetwork>
    }

[<RequireQualifiedAccess>]
module Subject =
    /// A subject from its parts.
    let create name (network: GenerativeNetwork) measurement provenance =
        {
            Name = name
            Network = network
            Measurement = measurement
            Provenance = provenance
            Engine = NetworkEngine<float> network
            Reference = lazy (Reference.ofNetwork network)
        }

    /// A network whose whole output is observed.
    let ofNetwork (network: GenerativeNetwork) =
        let provenance =
            match network.Origin with
            | null -> Provenance.Given
            | origin -> Provenance.Drawn origin

        create network.Name network (Subsampling.All network.OutputDimension) provenance

    /// Why nothing numerical can be said of it; None when everything is finite and something is observed.
    let defect (subject: Subject) =
        match subject.Network.FirstNonFinite() with
        | null when subject.Measurement.Count = 0 -> Some "the measurement observes nothing"
        | null -> None
        | place -> Some $"numerics: {place}"

    /// Product over the layers with weights of their scale s, where E[WᵀW] = s² I: nominal for drawn layers, √(‖W‖²/inputs) measured otherwise.
    let layerScales (subject: Subject) =
        subject.Network.Layers
        |> Seq.choose (fun layer ->
            match layer with
            | :? AffineLayer as affine ->
                if affine.NominalScale.HasValue then
                    Some affine.NominalScale.Value
                else
                    Some(sqrt ((affine.Weight |> Array.sumBy (fun w -> w * w)) / float affine.InputChannels))
            | _ -> None)
        |> Seq.toArray
