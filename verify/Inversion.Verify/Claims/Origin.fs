/// The origin is no minimum: J falls from 0 in every direction.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Origin

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private id = "origin"

let private statement =
    "D_vJ(0) = ⟨A G(0) − A G(z°), A DG(0; v)⟩ < 0 for all v ≠ 0, z° ≠ 0; without bias that is −⟨A G(v), A G(z°)⟩ < 0"

let private source = "MAK Theorem 1 (5); HV Theorem 4"

let private side = Side.Below

/// D_vJ(0)/(‖v‖‖z°‖), every kink at 0 taken one-sided.
let private slope (subject: Subject) (direction: float[]) (truth: float[]) =
    let network = subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement subject.Measurement
    let observed = IntervalReference.observeAt network rows truth
    let origin = Array.zeroCreate network.LatentDimension

    let lengths =
        Interval.norm (Interval.ofArray direction)
        * Interval.norm (Interval.ofArray truth)

    IntervalReference.directionalDerivativeAt network rows observed origin direction
    / lengths

let private replay (subject: Subject) (witness: Witness) : Replay =
    let direction, truth = witness.Vector "direction", witness.Vector "truth"

    let isCode code =
        Array.length code = subject.Network.LatentDimension
        && Theory.norm code > 0.0
        && Array.forall Double.IsFinite code

    if not (isCode direction && isCode truth) then
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = "the direction and the truth must be finite and not zero"
        }
    else
        let value = slope subject direction truth

        let measured =
            {
                // A zero without a sign.
                Lower = value.Lower + 0.0
                Upper = value.Upper + 0.0
            }

        {
            Confirmed = Verdict.breaks side 0.0 measured
            Measured = measured
            Note = $"D_vJ(0)/(‖v‖‖z°‖) lies in [{measured.Lower:R}, {measured.Upper:R}]"
        }

/// A direction, a truth and D_vJ(0)/(‖v‖‖z°‖) in float64.
[<Struct>]
type private Pair =
    {
        Direction: float[]
        Truth: float[]
        Slope: float
    }

/// J's slope at the origin as the core computes it: y of the risk is A G(0).
type private Slopes(subject: Subject) =
    let origin = Array.zeroCreate<float> subject.Network.LatentDimension

    let risk =
        EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan origin)

    /// A DG(0; v) for each direction.
    member _.Moves(directions: float[][]) = Codes.tangents risk origin directions

    /// A G(z°) − A G(0) for each truth.
    member _.Rises(truths: float[][]) = Codes.residuals risk truths

    member this.At(direction: float[], truth: float[]) =
        -(Theory.dot (this.Moves [| direction |]).[0] (this.Rises [| truth |]).[0])
        / (Theory.norm direction * Theory.norm truth)

    /// One alternating step uphill on the sphere; without bias DG(0; v) = G(v), whose derivative is that of G at v.
    member this.Step length (pair: Pair) =
        let uphill (code: float[]) (against: float[]) =
            let gradient = Codes.unit (Codes.pullback risk code against)
            Codes.unit (Array.map2 (fun x g -> x - length * g) code gradient)

        let truth = uphill pair.Truth (this.Moves [| pair.Direction |]).[0]

        let direction =
            if subject.Network.IsHomogeneous then
                uphill pair.Direction (this.Rises [| truth |]).[0]
            else
                // DG(0; ·) is linear off kinks: the steepest direction itself.
                let gradient = Codes.pullback risk origin (this.Rises [| truth |]).[0]

                if Theory.norm gradient > 0.0 then
                    Codes.unit (Array.map (~-) gradient)
                else
                    pair.Direction

        {
            Direction = direction
            Truth = truth
            Slope = this.At(direction, truth)
        }

let private larger (first: Pair) (second: Pair) =
    if second.Slope > first.Slope || Double.IsNaN first.Slope then
        second
    else
        first

/// Every pair of a pool of codes: random ones, axes, single positions, codes with small outputs, or none.
let private pooled (slopes: Slopes) (settings: Settings) (key: RandomKey) (subject: Subject) =
    let n = subject.Network.LatentDimension
    let risk = Codes.observer subject

    let pool =
        Array.concat
            [
                Codes.random key (2 * settings.Starts) n
                Codes.axes 12 n
                Codes.positions (key.Child "positions") 8 subject
                Codes.random (key.Child "quiet") settings.Starts n
                |> Array.map (Codes.quiet risk (settings.Steps / 10))
                Codes.random (key.Child "dark") settings.Starts n
                |> Codes.dark risk (settings.Steps / 2)
            ]

    let moves, rises = slopes.Moves pool, slopes.Rises pool

    [|
        for i in 0 .. pool.Length - 1 do
            for j in 0 .. pool.Length - 1 do
                {
                    Direction = pool[i]
                    Truth = pool[j]
                    Slope = -(Theory.dot moves[i] rises[j]) / (Theory.norm pool[i] * Theory.norm pool[j])
                }
    |]

/// The steepest pairs of the pool, each improved by gradient steps and then by random ones.
let private search (slopes: Slopes) (settings: Settings) (key: RandomKey) (subject: Subject) =
    let n = subject.Network.LatentDimension

    let starts =
        pooled slopes settings (key.Child "pool") subject
        |> Array.filter (fun pair -> not (Double.IsNaN pair.Slope))
        |> Array.sortByDescending (fun pair -> pair.Slope)
        |> Array.truncate settings.Starts

    starts
    |> Array.mapi (fun number start ->
        let mutable best = start
        let mutable at = start

        for step in 0 .. settings.Steps / 5 - 1 do
            at <- slopes.Step (0.5 * Math.Pow(0.9, float step)) at
            best <- larger best at

        let climbed =
            Search.climb
                (key.Child(int64 number))
                (settings.Steps / 3)
                (fun both -> slopes.At(both[.. n - 1], both[n..]))
                (Array.append best.Direction best.Truth)

        larger
            best
            {
                Direction = climbed.Point[.. n - 1]
                Truth = climbed.Point[n..]
                Slope = climbed.Score
            })

let private witness (pair: Pair) : Witness =
    {
        Claim = id
        Kind = "slope"
        Layer = None
        Vectors = [ "direction", pair.Direction; "truth", pair.Truth ]
        Scalars = []
        Measured = Enclosure.Point pair.Slope
        Side = side
        Allowed = 0.0
        Fact = $"from the origin J does not fall along v: D_vJ(0)/(‖v‖‖z°‖) = {pair.Slope + 0.0:R}"
    }

let private judge (settings: Settings) (key: RandomKey) (subject: Subject) (blank: Finding) =
    let slopes = Slopes subject
    let n = subject.Network.LatentDimension
    let directions = Codes.random (key.Child "directions") settings.Trials n
    let truths = Codes.random (key.Child "truths") settings.Trials n

    let trials =
        Array.map2
            (fun (d, move) (t, rise) ->
                {
                    Direction = d
                    Truth = t
                    Slope = -(Theory.dot move rise) / (Theory.norm d * Theory.norm t)
                })
            (Array.zip directions (slopes.Moves directions))
            (Array.zip truths (slopes.Rises truths))

    let all =
        Array.append
            trials
            (if settings.Starts > 0 then
                 search slopes settings (key.Child "search") subject
             else
                 [||])

    let failures =
        trials |> Array.filter (fun pair -> not (pair.Slope < 0.0)) |> Array.length

    if all.Length = 0 then
        blank
    else
        let worst = all |> Array.reduce larger

        let verdict =
            if worst.Slope < 0.0 then
                Verdict.Supported
            else
                Claim.confirm replay subject (witness worst)

        let scale =
            Subject.layerScales subject |> Array.fold (fun product s -> product * s * s) 1.0

        let normalized = Math.ScaleB(worst.Slope, subject.Network.Depth) / scale

        { blank with
            Verdict = verdict
            Reason =
                if subject.Network.IsHomogeneous then
                    ""
                else
                    "G has biases or a smooth activation: judged by the derivative of G at 0, which −G(v) is only without them"
            Arithmetic =
                match verdict with
                | Verdict.Refuted _ -> Arithmetic.Interval
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "largest", Quantity.Number(worst.Slope + 0.0)
                    "largestNormalized",
                    (if Double.IsFinite normalized then
                         Quantity.Number(normalized + 0.0)
                     else
                         Quantity.Absent)
                ]
            Allowed = [ "largest", 0.0; "normalizedByHandVoroninski", -1.0 / (8.0 * Math.PI) ]
            Method =
                $"{settings.Trials} random pairs (v, z°); every pair of a pool of random codes, axes, single positions and codes with small output, or none; from its {settings.Starts} worst pairs {settings.Steps / 5} gradient and {settings.Steps / 3} random steps each"
            Trials = trials.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures trials.Length settings.Confidence
        }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()

    Claim.blank id Role.Conclusion statement source settings key subject
    |> Claim.unlessDefect subject (judge settings key subject)
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Conclusion
        Statement = statement
        Source = source
        Check = check
        Replay = replay
    }
