/// How a witness follows when its network is cut.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Carry

open Inversion.Networks
open Inversion.Verify

/// Vectors that name places instead of measuring anything; they are never rounded.
let isIndex (name: string) =
    List.contains name [ "columns"; "free" ]
    || name.EndsWith("heldLayers", System.StringComparison.Ordinal)
    || name.EndsWith("heldUnits", System.StringComparison.Ordinal)

/// What a witness is about.
[<RequireQualifiedAccess>]
type About =
    /// Codes of the whole network.
    | Codes
    /// One block of one layer.
    | Block
    /// The structure of the network, with no vector.
    | Structure
    /// Unknown here: only numbers are rounded.
    | Opaque
    /// A law or a test of the weights, or counts of runs: nothing may change without changing what the fact is about.
    | Weights

/// What a witness is about.
let about (witness: Witness) =
    match witness.Claim with
    | "origin"
    | "gradient-near-mean"
    | "descent"
    | "convergence"
    | "uniqueness"
    | "mode-collapse"
    | "landscape-shape" -> About.Codes
    | "weight-concentration" -> About.Block
    | "angle-contraction" when witness.Layer.IsNone -> About.Codes
    | "angle-contraction" -> About.Block
    | "assumptions" when
        witness.Scalars.IsEmpty
        && not (witness.Kind.StartsWith("law", System.StringComparison.Ordinal))
        ->
        About.Structure
    | "assumptions"
    | "gaussian-weights"
    | "recovery" -> About.Weights
    | _ -> About.Opaque

/// The fewest layers with weights of which the claim still says something: the theorem's conclusions are about two, a block is in one.
let leastDepth (witness: Witness) =
    match witness.Claim, about witness with
    | ("uniqueness" | "mode-collapse" | "landscape-shape"), _ -> 1
    | _, About.Codes when witness.Claim = "angle-contraction" -> System.Int32.MaxValue
    | _, About.Codes -> 2
    | _ -> System.Int32.MaxValue

let private weighted (network: GenerativeNetwork) upto =
    network.Layers
    |> Seq.truncate upto
    |> Seq.filter (fun layer -> layer :? AffineLayer)
    |> Seq.length

/// The index, among the network's layers, of its layer with weights of this number, from 1.
let layerIndex (network: GenerativeNetwork) number =
    network.Layers
    |> Seq.indexed
    |> Seq.filter (fun (_, layer) -> layer :? AffineLayer)
    |> Seq.item (number - 1)
    |> fst

/// Where an old place is among the new ones.
let private placeOf old (entries: int[]) = Array.tryFindIndex ((=) old) entries

let private mapVectors change (witness: Witness) =
    { witness with
        Vectors = witness.Vectors |> List.map (fun (name, values) -> name, change name values)
    }

/// The witness with this number for a name, where it has one.
let withScalar name value (witness: Witness) =
    { witness with
        Scalars =
            witness.Scalars
            |> List.map (fun (key, old) -> key, (if key = name then value else old))
    }

/// Held units that are still there, under their new numbers.
let private heldUnits (old: GenerativeNetwork) (cut: Cut) (layers: float[]) (units: float[]) =
    Array.zip layers units
    |> Array.choose (fun (layer, unit') ->
        let at = int layer - cut.First

        if at < 0 || at >= cut.Network.Layers.Length || int layer >= old.Layers.Length then
            None
        else
            placeOf (int unit') cut.Kept[at + 1].Entries
            |> Option.map (fun place -> float at, float place))

let private codes (old: GenerativeNetwork) (cut: Cut) (witness: Witness) =
    let latent = cut.Kept[0].Entries
    let n = old.LatentDimension

    let held prefix =
        heldUnits old cut (witness.Vector(prefix + "heldLayers")) (witness.Vector(prefix + "heldUnits"))

    let change (name: string) (values: float[]) =
        if name.EndsWith("heldLayers", System.StringComparison.Ordinal) then
            held (name[.. name.Length - 11]) |> Array.map fst
        elif name.EndsWith("heldUnits", System.StringComparison.Ordinal) then
            held (name[.. name.Length - 10]) |> Array.map snd
        elif isIndex name then
            // Coordinates of one code, or of two behind each other.
            values
            |> Array.choose (fun value ->
                let second = if int value >= n then 1 else 0

                placeOf (int value - second * n) latent
                |> Option.map (fun place -> float (place + second * latent.Length)))
        else
            latent |> Array.map (fun i -> if i < 0 then 0.0 else values[i])

    if
        cut.First > 0
        || witness.Vectors
           |> List.exists (fun (name, v) -> not (isIndex name) && v.Length <> n)
    then
        None
    else
        Some(mapVectors change witness)

let private block (old: GenerativeNetwork) (cut: Cut) (witness: Witness) =
    let number = witness.Layer.Value - weighted old cut.First

    if number < 1 || number > cut.Network.Depth then
        None
    else
        let index = layerIndex cut.Network number
        let below, above = cut.Kept[index], cut.Kept[index + 1]

        let place (kept: Kept) (position: float) =
            if position < 0.0 then
                Some position
            else
                let row, column = int position / kept.Shape.Width, int position % kept.Shape.Width

                Option.map2
                    (fun r c -> float (r * kept.Columns.Length + c))
                    (placeOf row kept.Rows)
                    (placeOf column kept.Columns)

        let channels (values: float[]) =
            below.Channels |> Array.map (fun c -> values[c])

        let scalar name =
            witness.Scalars
            |> List.tryFind (fun (key, _) -> key = name)
            |> Option.map snd
            |> Option.defaultValue -1.0

        match place below (scalar "position"), place above (scalar "outputPosition") with
        | Some position, Some output ->
            { witness with Layer = Some number }
            |> mapVectors (fun _ values -> channels values)
            |> withScalar "position" position
            |> withScalar "outputPosition" output
            |> Some
        | _ -> None

/// The witness on the cut network; None where it cannot follow.
let follow (old: GenerativeNetwork) (cut: Cut) (witness: Witness) =
    match about witness with
    | About.Codes -> codes old cut witness
    | About.Block -> block old cut witness
    | About.Structure when cut.First = 0 && not cut.IsBelow -> Some witness
    | _ -> None

/// What ties a witness' parts together: a limit that counts unknowns, a descent that starts where it ends. A direction that the replay
/// does not judge is left out, since nothing would hold its numbers.
let tied (network: GenerativeNetwork) (witness: Witness) =
    match witness.Claim, witness.Kind with
    | ("uniqueness" | "mode-collapse"), ("cone" | "dimension") ->
        { witness with
            Allowed = float network.LatentDimension
            Vectors = witness.Vectors |> List.filter (fun (name, _) -> name <> "direction")
        }
    | "convergence", _ ->
        let point = witness.Vector "point"

        witness
        |> mapVectors (fun name values -> if name = "start" || name = "end" then point else values)
    | _ -> witness

/// The witness with what it has on some channels of its codes added to another channel: so that a code lives on when they go.
let merged (shape: Shape) from length target (witness: Witness) =
    let positions =
        match about witness with
        | About.Block -> 1
        | _ -> shape.Positions

    let move (values: float[]) =
        let result = Array.copy values

        for channel in from .. from + length - 1 do
            for p in 0 .. positions - 1 do
                result[target * positions + p] <- result[target * positions + p] + values[channel * positions + p]

        result

    witness
    |> mapVectors (fun name values ->
        if isIndex name || values.Length <> shape.Channels * positions then
            values
        else
            move values)
