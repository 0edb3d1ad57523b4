/// The gradient stays near its expectation.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.GradientNearMean

open System
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private id = "gradient-near-mean"

let private statement =
    "‖2ᵈ ∇J(z)/(r Π s_i²) − 2ᵈ h(z, z°)‖ ≤ ε max(‖z‖, ‖z°‖) for all z, z° ≠ 0: h the expected gradient of each latent position's code, r the rate at which that position's outputs are observed, s_i the layers' scales"

let private source =
    "HV Lemma 8; HHHV Lemma 5.1; certificate of theory.md section 4"

/// What turns ∇J into an estimate of 2ᵈ h: one factor 2ᵈ/(r_p Π s_i²) for each latent position.
type private Setting =
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
let private blockOf positions position (code: 'T[]) =
    Array.init (code.Length / positions) (fun c -> code[c * positions + position])

let private joined positions (blocks: 'T[][]) =
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

let private settle (subject: Subject) =
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

/// 2ᵈ h, position by position; at a position where z° is 0 it is z, and where z is 0 it has no direction and is NaN.
let private expected setting (code: float[]) (truth: float[]) =
    Array.init setting.Positions (fun p ->
        let z, t = blockOf setting.Positions p code, blockOf setting.Positions p truth

        if Theory.norm t = 0.0 then
            z
        else
            Theory.expectedGradient setting.Depth z t
            |> Array.map (fun x -> Math.ScaleB(x, setting.Depth)))
    |> joined setting.Positions

/// 2ᵈ h in intervals.
let private enclosedMean setting (code: float[]) (truth: float[]) =
    let one position =
        let z = blockOf setting.Positions position code |> Interval.ofArray
        let t = blockOf setting.Positions position truth |> Interval.ofArray

        if Array.forall Interval.certainlyZero t then
            z
        else
            let pi = Elementary.pi

            let next theta =
                Elementary.acos (((pi - theta) * Elementary.cos theta + Elementary.sin theta) / pi)

            let angles =
                List.scan (fun theta _ -> next theta) (Elementary.angle z t) [ 1 .. setting.Depth - 1 ]
                |> List.toArray

            let product (thetas: Interval[]) =
                thetas
                |> Array.fold (fun total theta -> total * ((pi - theta) / pi)) Interval.one

            let zeta =
                angles
                |> Array.mapi (fun i theta -> Elementary.sin theta / pi * product angles[i + 1 ..])
                |> Interval.sum

            let xi = product angles
            let ratio = zeta * (Interval.norm t / Interval.norm z)
            Array.map2 (fun a b -> a - xi * b - ratio * a) z t

    Array.init setting.Positions one |> joined setting.Positions

/// The enclosure of 2ᵈ‖∇J/(r Π s²) − h‖/max(‖z‖, ‖z°‖).
let private enclosedDeviation setting (code: float[]) (truth: float[]) =
    let network = setting.Subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement setting.Subject.Measurement
    let observed = IntervalReference.observeAt network rows truth
    let gradient = IntervalReference.gradientAt network rows observed code

    let scale =
        setting.Scales
        |> Array.fold (fun product s -> product * Interval.sqr (Interval.ofFloat s)) Interval.one

    let power = Interval.ofFloat (Math.ScaleB(1.0, setting.Depth))
    // r_p is a ratio of counts: its enclosure is a rounding wide.
    let factor (rate: float) =
        power
        / (scale * Interval.between (Math.BitDecrement rate) (Math.BitIncrement rate))

    let factors = setting.Rates |> Array.map factor

    let difference =
        Array.map2
            (-)
            (gradient |> Array.mapi (fun i g -> factors[i % setting.Positions] * g))
            (enclosedMean setting code truth)

    let length =
        Interval.max' (Interval.norm (Interval.ofArray code)) (Interval.norm (Interval.ofArray truth))

    Interval.norm difference / length

let private replay (subject: Subject) (witness: Witness) : Replay =
    let refuse note =
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }

    let code, truth = witness.Vector "code", witness.Vector "truth"

    let isCode code =
        Array.length code = subject.Network.LatentDimension
        && Theory.norm code > 0.0
        && Array.forall Double.IsFinite code

    match settle subject with
    | Error why -> refuse why
    | Ok _ when not (isCode code && isCode truth) -> refuse "the code and the truth must be finite and not zero"
    | Ok setting ->
        let value = enclosedDeviation setting code truth

        let measured =
            {
                Lower = value.Lower
                Upper = value.Upper
            }

        {
            Confirmed = Verdict.breaks Side.AtMost witness.Allowed measured
            Measured = measured
            Note = $"the deviation lies in [{value.Lower:R}, {value.Upper:R}]"
        }

/// z, z° and the deviation in float64.
[<Struct>]
type private Pair =
    {
        Code: float[]
        Truth: float[]
        Deviation: float
    }

let private larger (first: Pair) (second: Pair) =
    if second.Deviation > first.Deviation || Double.IsNaN first.Deviation then
        second
    else
        first

type private Deviations(setting: Setting) =
    let risk = Codes.observer setting.Subject

    let scaled (gradient: float[]) =
        gradient |> Array.mapi (fun i g -> setting.Factors[i % setting.Positions] * g)

    /// (A DG(z))ᵀ A G(z) − (A DG(z))ᵀ A G(z°), scaled, minus 2ᵈ h.
    member _.Vector(code: float[], truth: float[]) =
        let both = Codes.residuals risk [| code; truth |]
        let residual = Array.map2 (-) both[0] both[1]
        Array.map2 (-) (scaled (Codes.pullback risk code residual)) (expected setting code truth)

    member this.At(code: float[], truth: float[]) =
        Theory.norm (this.Vector(code, truth))
        / max (Theory.norm code) (Theory.norm truth)

    member this.Pair(code, truth) =
        {
            Code = code
            Truth = truth
            Deviation = this.At(code, truth)
        }

    /// One step of alternating power ascent. On fixed cones and at fixed angles the deviation is linear in z and in z°:
    /// e = (M − ζ-terms) z − …, so each is replaced by the direction in which e grows most, at length 1.
    member this.Power(pair: Pair) =
        let e = this.Vector(pair.Code, pair.Truth)
        let weighted = scaled e
        let moved = (Codes.tangents risk pair.Code [| weighted |]).[0]
        let forCode = Array.map2 (-) (Codes.pullback risk pair.Code moved) e

        let mean =
            Array.init setting.Positions (fun p ->
                let z, t, v =
                    blockOf setting.Positions p pair.Code,
                    blockOf setting.Positions p pair.Truth,
                    blockOf setting.Positions p e

                let theta = Theory.angle z t
                let xi, zeta = Theory.xi setting.Depth theta, Theory.zeta setting.Depth theta
                let along = zeta * Theory.dot (Codes.unit z) v
                Array.map2 (fun a b -> xi * a + along * b) v (Codes.unit t))
            |> joined setting.Positions

        let forTruth = Array.map2 (-) mean (Codes.pullback risk pair.Truth moved)
        this.Pair(Codes.unit forCode, Codes.unit forTruth)

/// z° uniform on the sphere, z in a uniform direction with a length from a tenth to ten, log-uniform.
let private randomPairs (key: RandomKey) count length =
    let stream = key.Open()

    Array.init count (fun _ ->
        let truth = Codes.unit (Search.gaussian stream length)
        let direction = Codes.unit (Search.gaussian stream length)
        let size = Math.Pow(10.0, 2.0 * stream.NextUniform() - 1.0)
        direction |> Array.map (fun x -> size * x), truth)

/// Random pairs; z = −z°, z = −ρ_d z°, z far away, z near 0; axes.
let private starts setting (settings: Settings) (key: RandomKey) =
    let n = setting.Subject.Network.LatentDimension
    let rho = Theory.rho setting.Depth

    let along factor (truth: float[]) =
        truth |> Array.map (fun x -> factor * x)

    let truths = Codes.random (key.Child "truths") settings.Starts n
    let others = Codes.random (key.Child "others") settings.Starts n

    Array.append
        [|
            for i in 0 .. settings.Starts - 1 do
                others[i], truths[i]
                along -1.0 truths[i], truths[i]
                along -(max rho 0.05) truths[i], truths[i]
                along 1e4 others[i], truths[i]
                along 1e-4 others[i], truths[i]
        |]
        (Codes.axes 8 n |> Array.map (fun axis -> along 1e4 axis, truths[0]))

let private search setting (deviations: Deviations) (settings: Settings) (key: RandomKey) =
    let n = setting.Subject.Network.LatentDimension

    let best =
        starts setting settings (key.Child "starts")
        |> Array.map deviations.Pair
        |> Array.filter (fun pair -> not (Double.IsNaN pair.Deviation))
        |> Array.sortByDescending (fun pair -> pair.Deviation)
        |> Array.truncate settings.Starts

    best
    |> Array.mapi (fun number start ->
        let mutable worst = start
        let mutable at = start

        for _ in 1 .. settings.Steps / 10 do
            let next = deviations.Power at

            if not (Double.IsNaN next.Deviation) then
                at <- next
                worst <- larger worst next

        let climbed =
            Search.climb
                (key.Child(int64 number))
                (settings.Steps / 5)
                (fun both -> deviations.At(both[.. n - 1], both[n..]))
                (Array.append worst.Code worst.Truth)

        larger
            worst
            {
                Code = climbed.Point[.. n - 1]
                Truth = climbed.Point[n..]
                Deviation = climbed.Score
            })

/// Whether z lies outside every ball around a zero of h: at each position, h is zero at z°_p and at −ρ_d z°_p, in any combination.
let private isOutside setting epsilon (code: float[]) (truth: float[]) =
    let rho = Theory.rho setting.Depth

    let squared =
        Seq.sum (
            seq {
                for p in 0 .. setting.Positions - 1 do
                    let z, t = blockOf setting.Positions p code, blockOf setting.Positions p truth
                    let near = Theory.norm (Array.map2 (-) z t)
                    let opposite = Theory.norm (Array.map2 (fun a b -> a + rho * b) z t)
                    let least = min near opposite
                    least * least
            }
        )

    sqrt squared > epsilon * Theory.norm truth

let private covered setting (settings: Settings) beta (pairs: (float[] * float[])[]) =
    let outside =
        pairs
        |> Array.filter (fun (code, truth) -> isOutside setting settings.Epsilon code truth)

    let certified =
        outside
        |> Array.filter (fun (code, truth) ->
            Theory.norm (expected setting code truth)
            / max (Theory.norm code) (Theory.norm truth)
                >
                beta)

    if outside.Length = 0 then
        None
    else
        Some(float certified.Length / float outside.Length)

let private witness (settings: Settings) (pair: Pair) : Witness =
    {
        Claim = id
        Kind = "deviation"
        Layer = None
        Vectors = [ "code", pair.Code; "truth", pair.Truth ]
        Scalars = []
        Measured = Enclosure.Point pair.Deviation
        Side = Side.AtMost
        Allowed = settings.Epsilon
        Fact = $"2ᵈ‖∇J/(r Π s²) − h‖/max(‖z‖, ‖z°‖) = {pair.Deviation:R}, above {settings.Epsilon:R}"
    }

let private judge setting (settings: Settings) (key: RandomKey) (blank: Finding) =
    let deviations = Deviations setting
    let n = setting.Subject.Network.LatentDimension
    let pairs = randomPairs (key.Child "trials") settings.Trials n
    let trials = pairs |> Array.map deviations.Pair

    let all =
        Array.append
            trials
            (if settings.Starts > 0 then
                 search setting deviations settings (key.Child "search")
             else
                 [||])

    if all.Length = 0 then
        blank
    else
        let worst = all |> Array.reduce larger

        let failures =
            trials
            |> Array.filter (fun pair -> not (pair.Deviation <= settings.Epsilon))
            |> Array.length

        let verdict =
            if worst.Deviation <= settings.Epsilon then
                Verdict.Supported
            else
                Claim.confirm replay setting.Subject (witness settings worst)

        { blank with
            Verdict = verdict
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "beta", Quantity.Number worst.Deviation
                    "coveredShare",
                    (match covered setting settings worst.Deviation pairs with
                     | Some share -> Quantity.Number share
                     | None -> Quantity.Absent)
                ]
            Allowed = [ "beta", settings.Epsilon ]
            Method =
                $"{settings.Trials} random pairs (z, z°), lengths from a tenth to ten; starts at random, opposite, far, near 0 and on axes, from the {settings.Starts} worst of them {settings.Steps / 10} power steps and {settings.Steps / 5} random steps each; coveredShare: of the random pairs outside the balls of radius ε‖z°‖ around every combination of z°_p and −ρ_d z°_p, those with 2ᵈ‖h‖/max > beta (beta is a lower bound, so this is evidence, not proof)"
            Trials = trials.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures trials.Length settings.Confidence
        }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()
    let blank = Claim.blank id Role.Hypothesis statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        { blank with
            Verdict = Verdict.Undecided reason
        }
        |> Finding.guarded
    | None ->
        match settle subject with
        | Error why -> Claim.notApplicable why blank
        | Ok setting -> judge setting settings key blank |> Finding.guarded
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Hypothesis
        Statement = statement
        Source = source
        Check = check
        Replay = replay
    }
