/// How angles contract through a ReLU layer and through the network: HV (4) and Lemma 7.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.AngleContraction

open System
open System.Threading
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private id = "angle-contraction"
let private source = "HV (arXiv 1705.07576), (4) and Lemma 7"

let private layerStatement =
    "|θ₁ − g(θ₀)| ≤ 4√ε and |cos θ₁ − cos g(θ₀)| ≤ 5ε, θ₀ = ∠(x, y), θ₁ = ∠(F₊ₓx, F₊ᵧy), for all nonzero x, y"

let private networkStatement =
    "|θ_d − θ̄_d| ≤ 4d√ε for all nonzero codes x, y, θ̄_0 = ∠(x, y), θ̄_i = g(θ̄_{i−1}), θ_d = ∠(G(x), G(y))"

/// Both outputs are free of negative entries, and so are the expected ones: no two such angles differ by more, nor their cosines.
let private largestAngle = Math.PI / 2.0

let private largestCosine = 1.0

/// At most this many blocks, and codes' positions, are judged.
let private mostBlocks = 16

/// The limits, and which of them can fail at all.
type private Limits =
    {
        Angle: float
        /// None for the whole network, about which HV say nothing of the cosine.
        Cosine: float option
    }

    member limits.AngleDecides = limits.Angle < largestAngle

    member limits.CosineDecides =
        match limits.Cosine with
        | Some limit -> limit < largestCosine
        | None -> false

    member limits.Vacuous =
        [
            if not limits.AngleDecides then
                $"the limit on the angle, {limits.Angle:G6}, is at least π/2, the largest difference there can be"

            match limits.Cosine with
            | Some limit when not limits.CosineDecides ->
                $"the limit on the cosine, {limit:G6}, is at least 1, the largest difference there can be"
            | _ -> ()
        ]

    member limits.Fails(pair: AngleSearch.Pair) =
        (limits.AngleDecides && pair.Angle > limits.Angle)
        || (limits.CosineDecides && pair.Cosine > limits.Cosine.Value)

/// One map that was searched.
type private Part =
    {
        /// "block", "position" or "network".
        Kind: string
        /// Input position of the block, or latent position.
        Position: int
        /// Output position of a "position"; −1 otherwise.
        OutputPosition: int
        Found: AngleSearch.Found
    }

let private asEnclosure (interval: Interval) : Enclosure =
    {
        Lower = interval.Lower
        Upper = interval.Upper
    }

let private unconfirmed note =
    {
        Confirmed = false
        Measured = Enclosure.Point nan
        Note = note
    }

/// |cos θ₁ − cos g^d(θ₀)| or |θ₁ − g^d(θ₀)| from the enclosed outputs.
let private enclose ofCosine depth (x: float[]) (y: float[]) (p: Interval[]) (q: Interval[]) =
    let mutable target = BlockEnclosure.angle x y

    for _ in 2..depth do
        target <- Elementary.acos (BlockEnclosure.cosContracted target)

    let cosine = BlockEnclosure.cosContracted target

    if ofCosine then
        abs (Interval.dot p q / (Interval.norm p * Interval.norm q) - cosine)
    else
        abs (Elementary.angle p q - Elementary.acos cosine)

let private hasLength (p: Interval[]) = (Interval.norm p).Lower > 0.0

/// The enclosed outputs at a witness; Error says why there are none.
let private outputs (subject: Subject) (witness: Witness) (kind: string) (x: float[]) (y: float[]) =
    let whole name =
        let value = witness.Scalar name
        if value = float (int value) then int value else -2

    match kind, witness.Layer with
    | "network", None ->
        let n0 = subject.Network.LatentDimension

        if BlockEnclosure.isUsable n0 x && BlockEnclosure.isUsable n0 y then
            let kept = AngleMaps.observed subject

            let send z =
                let output = IntervalReference.forward subject.Reference.Value (Interval.ofArray z)

                kept |> Array.map (fun at -> output[at])

            Ok(subject.Network.Depth, send x, send y)
        else
            Error "the witness' codes do not fit"
    | ("block" | "position"), Some number ->
        match BlockEnclosure.rows subject number (whole "position") with
        | Some(inputs, rows) when BlockEnclosure.isUsable inputs x && BlockEnclosure.isUsable inputs y ->
            let positions =
                (BlockedLayer.ofSubject subject |> List.item (number - 1)).Output.Positions

            let rows =
                if kind = "block" then
                    rows
                else
                    rows
                    |> Array.filter (fun row -> row.Output % positions = whole "outputPosition")

            let send v =
                rows |> Array.map (fun row -> Interval.relu (BlockEnclosure.product row v))

            Ok(1, send x, send y)
        | _ -> Error "the witness names no block of the network, or its vectors do not fit"
    | _ -> Error "the witness is of another claim"

/// Judges a pair again in intervals, by the slow reference's rows.
let private replay (subject: Subject) (witness: Witness) =
    let x, y = witness.Vector "x", witness.Vector "y"

    match Subject.defect subject, witness.Kind.Split '-' with
    | Some reason, _ -> unconfirmed reason
    | None, [| kind; ("angle" | "cosine") as measure |] when witness.Claim = id && witness.Side = Side.AtMost ->
        match outputs subject witness kind x y with
        | Error note -> unconfirmed note
        | Ok(_, p, q) when not (hasLength p && hasLength q) -> unconfirmed "an output may be zero and then has no angle"
        | Ok(depth, p, q) ->
            let measured = enclose (measure = "cosine") depth x y p q |> asEnclosure

            {
                Confirmed = Verdict.breaks Side.AtMost witness.Allowed measured
                Measured = measured
                Note =
                    $"the {measure} leaves its expectation by [{measured.Lower:R}, {measured.Upper:R}]; at most {witness.Allowed:R} is claimed"
            }
    | _ -> unconfirmed "the witness is of another claim"

let private witnessOf (subject: Subject) layer (limit: float) measure (part: Part) (pair: AngleSearch.Pair) value =
    let place =
        match part.Kind, layer with
        | "block", Some number -> $"layer {number}, block of input position {part.Position}"
        | "position", Some number ->
            $"layer {number}, output position {part.OutputPosition} of the block of input position {part.Position}"
        | _ -> $"the network, codes at latent position {part.Position}"

    let code (v: float[]) =
        if part.Kind = "network" then
            AngleMaps.embed subject.Network part.Position v
        else
            v

    {
        Claim = id
        Kind = $"{part.Kind}-{measure}"
        Layer = layer
        Vectors = [ "x", code pair.X; "y", code pair.Y ]
        Scalars =
            [
                "position", float part.Position
                "outputPosition", float part.OutputPosition
                "angleIn", pair.In
                "angleOut", pair.Out
            ]
        Measured = Enclosure.Point value
        Side = Side.AtMost
        Allowed = limit
        Fact =
            $"{place}: two codes {pair.In:G6} apart come out {pair.Out:G6} apart, their {measure} {value:G6} from the expected one, more than {limit:G6}"
    }

/// The parts' worst pair by one measure.
let private worst (parts: Part list) (pick: AngleSearch.Found -> AngleSearch.Pair option) score =
    parts
    |> List.choose (fun part -> pick part.Found |> Option.map (fun pair -> part, pair, score pair))
    |> function
        | [] -> None
        | found -> Some(found |> List.maxBy (fun (_, _, value) -> value))

let private orAbsent value =
    if Double.IsNaN value then
        Quantity.Absent
    else
        Quantity.Number value

let private supremum (parts: Part list) kind =
    match
        worst (parts |> List.filter (fun part -> kind = "" || part.Kind = kind)) (fun found -> found.Angle) (fun pair ->
            pair.Angle)
    with
    | Some(_, _, value) -> value
    | None -> nan

/// The verdict and numbers of searched parts.
let private summarize subject (settings: Settings) depth layer (limits: Limits) (parts: Part list) (finding: Finding) =
    let judge measure decides limit found =
        match found with
        | _ when not decides -> None
        | None -> Some(Verdict.Undecided "every output was zero: a zero vector has no angle")
        | Some(part, pair, value) when not (value <= limit) ->
            Some(Claim.confirm replay subject (witnessOf subject layer limit measure part pair value))
        | Some _ -> Some Verdict.Supported

    let angle = worst parts (fun found -> found.Angle) (fun pair -> pair.Angle)
    let cosine = worst parts (fun found -> found.Cosine) (fun pair -> pair.Cosine)

    let verdicts =
        [
            judge "cosine" limits.CosineDecides (Option.defaultValue nan limits.Cosine) cosine
            judge "angle" limits.AngleDecides limits.Angle angle
        ]
        |> List.choose Operators.id

    let verdict =
        if verdicts.IsEmpty then
            let reasons = String.Join("; ", limits.Vacuous)
            Verdict.Undecided $"vacuous: {reasons}"
        else
            Verdict.all verdicts

    let number found =
        match found with
        | Some(_, _, value) -> value
        | None -> nan

    let ratios =
        parts
        |> List.map (fun part -> part.Found.SmallestRatio)
        |> List.filter (Double.IsNaN >> not)

    let trials, failures =
        parts |> List.sumBy (fun part -> part.Found.Trials), parts |> List.sumBy (fun part -> part.Found.Failures)

    let byAngle = number angle / (4.0 * float depth)

    let smallestEpsilon =
        match limits.Cosine with
        | Some _ -> max (byAngle * byAngle) (number cosine / 5.0)
        | None -> byAngle * byAngle

    { finding with
        Verdict = verdict
        Reason =
            String.Join(
                "; ",
                (if verdicts.IsEmpty then [] else limits.Vacuous)
                @ (if finding.Reason = "" then [] else [ finding.Reason ])
            )
        Arithmetic =
            (match verdict with
             | Verdict.Refuted _ -> Arithmetic.Interval
             | _ -> Arithmetic.Float64)
        Layer = layer
        Measured =
            [
                "supremum", orAbsent (number angle)
                "supremumCosine", orAbsent (number cosine)

                for kind in [ "block"; "position" ] do
                    if parts |> List.exists (fun part -> part.Kind = kind) then
                        (if kind = "block" then
                             "supremumBlock"
                         else
                             "supremumPosition"),
                        orAbsent (supremum parts kind)

                "smallestRatio",
                (if ratios.IsEmpty then
                     Quantity.Absent
                 else
                     Quantity.Number(List.min ratios))
                "smallestEpsilon", orAbsent smallestEpsilon
                "zeroOutputs", Quantity.Number(parts |> List.sumBy (fun part -> float part.Found.ZeroOutputs))
            ]
        Allowed =
            [
                "epsilon", settings.Epsilon
                "angle", limits.Angle

                match limits.Cosine with
                | Some limit -> "cosine", limit
                | None -> ()
            ]
        Trials = trials
        Failures = failures
        FailureRateUpper =
            (if verdicts.IsEmpty then
                 nan
             else
                 Statistics.rateUpper failures trials settings.Confidence)
    }
    |> Finding.guarded

let private methodOf (effort: AngleSearch.Effort) places =
    $"{effort.Trials} pairs of independent Gaussian codes, and nearly equal, nearly opposite, opposite, orthogonal and axis pairs; then {5 * effort.Starts} climbs of {effort.Steps} steps along the gradient of both deviations, both signs, and of the ratio, and random steps around the worst; {places}"

/// What stands between the weights at `index` and the next layer with weights.
let private above (network: GenerativeNetwork) index =
    network.Layers
    |> Seq.skip (index + 1)
    |> Seq.takeWhile (fun layer -> not (layer :? AffineLayer))
    |> Seq.toList

let private hasBias (layer: AffineLayer) =
    match layer.Bias with
    | null -> false
    | bias -> Array.exists (fun b -> b <> 0.0) bias

/// Why g does not describe a layer; None when it does.
let private obstacle (network: GenerativeNetwork) (layer: BlockedLayer) =
    let next =
        above network layer.Index
        |> List.tryFind (fun other -> not (other :? ReshapeLayer || other :? UpsampleLayer))

    match next with
    | _ when hasBias layer.Affine -> Some $"layer {layer.Number} has a bias"
    | Some(:? ActivationLayer as activation) when activation.Activation = Activation.Relu -> None
    | Some other -> Some $"layer {layer.Number} is followed by {other.Kind}; g describes ReLU alone"
    | None -> Some $"layer {layer.Number} is followed by no ReLU"

/// True when the next layer reads this layer's output position by position.
let private feedsPositions (network: GenerativeNetwork) (layer: BlockedLayer) =
    let between = above network layer.Index
    let next = layer.Index + 1 + between.Length

    next < network.Layers.Length
    && network.Layers[next] :? ConvolutionLayer
    && between
       |> List.forall (fun other -> other :? ActivationLayer || other :? UpsampleLayer)

let private checkLayer (settings: Settings) (key: RandomKey) cancellation (subject: Subject) (layer: BlockedLayer) =
    let blank =
        { Claim.blank id Role.Hypothesis layerStatement source settings key subject with
            Layer = Some layer.Number
        }

    let seen =
        layer.Blocks
        |> List.filter (fun block -> block.Rows > 0)
        |> List.sortBy (fun block -> block.Rows)

    match obstacle subject.Network layer with
    | Some why -> Claim.notApplicable why blank
    | None when seen.IsEmpty ->
        Finding.guarded
            { blank with
                Verdict = Verdict.Undecided "no row of the layer is observed"
            }
    | None ->
        let blocks = seen |> List.truncate mostBlocks

        let places =
            [
                for block in blocks do
                    "block", block.Position, -1, block

                if feedsPositions subject.Network layer then
                    let fullest = List.last seen

                    for position, rows in AngleMaps.positionsOf layer fullest do
                        "position", fullest.Position, position, rows
            ]

        let limits =
            {
                Angle = 4.0 * sqrt settings.Epsilon
                Cosine = Some(5.0 * settings.Epsilon)
            }

        let effortOf = AngleSearch.effort settings places.Length

        let parts =
            places
            |> List.map (fun (kind, position, output, block) ->
                let map = AngleMaps.ofBlock block

                let key =
                    key.Child(int64 layer.Number).Child(kind).Child(int64 position).Child(int64 output)

                {
                    Kind = kind
                    Position = position
                    OutputPosition = output
                    Found = AngleSearch.run (effortOf map) key cancellation limits.Fails map
                })

        let notes =
            [
                if layer.Note <> "" then
                    layer.Note

                if not layer.Tiles then
                    "copies of the kernel overlap or are cut: judged for inputs on a single position"

                if blocks.Length < seen.Length then
                    $"{seen.Length - blocks.Length} of {seen.Length} distinct blocks, those with more rows, were not judged"

                if seen.Length < layer.Blocks.Length then
                    $"{layer.Blocks.Length - seen.Length} distinct blocks are hidden and have no angle"
            ]

        let positions =
            places |> List.filter (fun (kind, _, _, _) -> kind = "position") |> List.length

        let judged =
            if positions > 0 then
                $"on {blocks.Length} distinct blocks and on the {positions} output positions of one block, each as it enters the next layer"
            else
                $"on {blocks.Length} distinct blocks"

        let _, _, _, first = places.Head

        { blank with
            Reason = String.Join("; ", notes)
            Method = methodOf (effortOf (AngleMaps.ofBlock first)) judged
        }
        |> summarize subject settings 1 (Some layer.Number) limits parts

/// The latent positions to judge: one when every layer tiles and all is observed, since then all are alike; otherwise up to 16.
let private latentPositions (subject: Subject) (layers: BlockedLayer list) =
    let network = subject.Network
    let positions = network.InputShape.Positions

    let alike =
        AngleMaps.observed subject |> Array.length = network.OutputDimension
        && layers
           |> List.forall (fun layer -> layer.Tiles && layer.Affine :? ConvolutionLayer)

    if positions = 1 || alike then
        [ 0 ]
    else
        [
            for i in 0 .. min positions mostBlocks - 1 -> i * positions / min positions mostBlocks
        ]

let private checkNetwork (settings: Settings) (key: RandomKey) cancellation (subject: Subject) layers =
    let network = subject.Network

    let blank =
        Claim.blank id Role.Hypothesis networkStatement source settings key subject

    let obstacles =
        [
            for layer in layers do
                match obstacle network layer with
                | Some why -> why
                | None -> ()

            for other in network.Layers do
                match other with
                | :? ChannelAffineLayer -> "a channel-wise affine map stands between the layers"
                | :? ActivationLayer as activation when activation.Activation <> Activation.Relu ->
                    $"{activation.Kind} stands between the layers; g describes ReLU alone"
                | _ -> ()
        ]

    match obstacles with
    | why :: _ -> Claim.notApplicable why blank
    | [] ->
        let depth = network.Depth
        let positions = latentPositions subject layers
        let kept = AngleMaps.observed subject

        let limits =
            {
                Angle = 4.0 * float depth * sqrt settings.Epsilon
                Cosine = None
            }

        let maps =
            positions
            |> List.map (fun position -> position, AngleMaps.ofNetwork subject kept position)

        let effort = AngleSearch.effort settings positions.Length (snd maps.Head)

        let parts =
            maps
            |> List.map (fun (position, map) ->
                {
                    Kind = "network"
                    Position = position
                    OutputPosition = -1
                    Found =
                        AngleSearch.run
                            effort
                            (key.Child("network").Child(int64 position))
                            cancellation
                            limits.Fails
                            map
                })

        let all = network.InputShape.Positions

        let note =
            if all = 1 then
                ""
            else
                $"judged for codes on a single latent position ({positions.Length} of {all} positions)"

        { blank with
            Reason = note
            Method =
                methodOf
                    effort
                    (if all = 1 then
                         "on whole codes"
                     else
                         $"on codes at {positions.Length} of {all} latent positions")
        }
        |> summarize subject settings depth None limits parts

let private check (settings: Settings) (key: RandomKey) (cancellation: CancellationToken) (subject: Subject) =
    let blank =
        Claim.blank id Role.Hypothesis layerStatement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        [
            Finding.guarded
                { blank with
                    Verdict = Verdict.Undecided reason
                }
        ]
    | None ->
        match BlockedLayer.ofSubject subject with
        | [] -> [ Claim.notApplicable "the network has no layer with weights" blank ]
        | layers ->
            (layers |> List.map (checkLayer settings key cancellation subject))
            @ [ checkNetwork settings key cancellation subject layers ]

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Hypothesis
        Statement = layerStatement
        Source = source
        Check = check
        Replay = replay
    }
