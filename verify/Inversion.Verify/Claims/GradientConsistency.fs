/// The core computes what the definitions say.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.GradientConsistency

open System
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private id = "gradient-consistency"

let private statement =
    "G, A G, J, ∇J, D_vJ, A DG v and (A DG)ᵀ w of the core agree with the slow reference, and J's central differences with D_vJ, within γ_2K of the magnitude summed, K the roundings on the longest path"

let private source = "definitions of MAK section 2; Higham 2002, lemmas 3.1 and 8.4"

/// Where everything is evaluated: z, y, v and w.
type private Point =
    {
        Code: float[]
        Observed: float[]
        Direction: float[]
        Cotangent: float[]
    }

/// One quantity by both ways.
type private Quantity2 =
    {
        Name: string
        Core: float[]
        Reference: Sized[]
        /// γ_2K.
        Allowed: float
    }

/// The subject read once.
type private Bench(subject: Subject) =
    let network = subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement subject.Measurement
    let counts = ForwardError.counts network rows
    let half = Math.ScaleB(1.0, -17)

    let numbers (values: float[]) =
        values |> Array.map (fun v -> { Value = v; Size = abs v })

    let trace (code: float[]) =
        Evaluate.trace<Sized, SizedArithmetic> network (numbers code)

    let isInteger (x: float) = Math.Floor x = x

    let hasIntegers =
        network.Stages
        |> Array.forall (fun stage ->
            match stage with
            | Stage.Affine(rows, _, _) ->
                Array.forall isInteger rows.Offset
                && rows.Weights |> Array.forall (Array.forall isInteger)
            | Stage.Activation(_, Nonlinearity.Kink slope, _) -> isInteger slope
            | Stage.Activation _ -> false)

    /// On integers below 2⁵³ both ways are exact, zeros included.
    let isExact (code: float[]) (trace: Trace<Sized>) =
        hasIntegers
        && Array.forall isInteger code
        && trace.PreActivations
           |> Array.forall (Array.forall (fun x -> x.Size < Math.ScaleB(1.0, 53)))

    let signsOf (code: float[]) (trace: Trace<Sized>) =
        if isExact code trace then
            trace.PreActivations
            |> Array.map (
                Array.map (fun x ->
                    if x.Value > 0.0 then Sign.Positive
                    elif x.Value < 0.0 then Sign.Negative
                    else Sign.Zero)
            )
        else
            Evaluate.signs<Sized, SizedArithmetic> trace

    let riskOf (observed: float[]) =
        EmpiricalRisk<float>(subject.Engine, subject.Measurement, ReadOnlySpan observed)

    let sizedValue (observed: float[]) (trace: Trace<Sized>) =
        let residual =
            Evaluate.residual<Sized, SizedArithmetic> rows (numbers observed) trace

        let square = Evaluate.dot<Sized, SizedArithmetic> residual residual

        {
            Value = 0.5 * square.Value
            Size = 0.5 * square.Size
        }

    let quantity name count core reference =
        {
            Name = name
            Core = core
            Reference = reference
            Allowed = ForwardError.both count
        }

    /// The largest number of roundings: above 2²² the doubt about signs would be too small.
    member _.IsMeasurable =
        (List.max [ counts.Gradient; counts.Directional; counts.Value ]) < (1 <<< 22)

    member _.LargestAllowed =
        ForwardError.both (List.max [ counts.Gradient; counts.Directional; counts.Value ])

    member _.Step = half

    /// G, A G and J; and the derivatives where no unit lies within rounding of its kink, or exactly on it.
    member _.Compare(point: Point) : Quantity2 list =
        let risk = riskOf point.Observed
        let trace = trace point.Code
        let signs = signsOf point.Code trace
        let code = point.Code
        let output = Array.zeroCreate<float> subject.Network.OutputDimension
        subject.Engine.Forward(NetworkWorkspace<float>(), ReadOnlySpan code, Span output, 1)
        let gradient = Array.zeroCreate<float> code.Length
        let value = risk.ValueAndGradient(ReadOnlySpan code, Span gradient)
        let residual = Array.zeroCreate<float> rows.Count
        risk.Residual(ReadOnlySpan code, Span residual)

        let sizedResidual =
            Evaluate.residual<Sized, SizedArithmetic> rows (numbers point.Observed) trace

        [
            quantity "output" counts.Output output trace.Output
            quantity "residual" (counts.Observed + 1) residual sizedResidual
            quantity "value" counts.Value [| value |] [| sizedValue point.Observed trace |]
            if Pattern.isDecided network signs then
                let pull (cotangent: Sized[]) =
                    Evaluate.cotangent<Sized, SizedArithmetic>
                        network
                        trace
                        signs
                        (Evaluate.applyTransposed<Sized, SizedArithmetic> rows cotangent)

                let moved =
                    Evaluate.tangent<Sized, SizedArithmetic> network trace signs (numbers point.Direction)
                    |> Evaluate.apply<Sized, SizedArithmetic> rows

                quantity "gradient" counts.Gradient gradient (pull sizedResidual)

                quantity
                    "directionalDerivative"
                    counts.Directional
                    [|
                        risk.DirectionalDerivative(ReadOnlySpan code, ReadOnlySpan point.Direction)
                    |]
                    [| Evaluate.dot<Sized, SizedArithmetic> sizedResidual moved |]

                quantity "jacobianProduct" counts.Product (Codes.tangents risk code [| point.Direction |]).[0] moved

                quantity
                    "jacobianTransposedProduct"
                    counts.Transposed
                    (Codes.pullback risk code point.Cotangent)
                    (pull (numbers point.Cotangent))
        ]

    /// (J(z + h v) − J(z − h v))/2h against D_vJ(z): on one cone J is quadratic, so both are the same number but for rounding. None
    /// where a kink lies within the step, the network is not piecewise linear, or the steps are not exact in floating point.
    member _.CentralDifference(point: Point) : Quantity2 option =
        let at factor =
            Array.map2 (fun z v -> z + factor * half * v) point.Code point.Direction

        let forward, backward = at 1.0, at -1.0

        let isExactStep =
            Array.forall2 (fun (x: float) z -> x - z = x - z && (x - z) + z = x) forward point.Code
            && Array.forall2 (=) (Array.map2 (-) forward point.Code) (point.Direction |> Array.map (fun v -> half * v))
            && Array.forall2 (=) (Array.map2 (-) point.Code backward) (point.Direction |> Array.map (fun v -> half * v))

        let signs = Pattern.at network point.Code

        if
            network.IsPiecewiseLinear
            && isExactStep
            && Pattern.isDecided network signs
            && not (signs |> Array.exists (Array.contains Sign.Zero))
            && Pattern.at network forward = signs
            && Pattern.at network backward = signs
        then
            let risk = riskOf point.Observed
            let middle = trace point.Code

            let residual =
                Evaluate.residual<Sized, SizedArithmetic> rows (numbers point.Observed) middle

            let slope =
                Evaluate.tangent<Sized, SizedArithmetic> network middle signs (numbers point.Direction)
                |> Evaluate.apply<Sized, SizedArithmetic> rows
                |> Evaluate.dot<Sized, SizedArithmetic> residual

            let sizes =
                (sizedValue point.Observed (trace forward)).Size
                + (sizedValue point.Observed (trace backward)).Size

            let difference =
                (risk.Value(ReadOnlySpan forward) - risk.Value(ReadOnlySpan backward))
                / (2.0 * half)

            Some(
                quantity
                    "centralDifference"
                    (max counts.Value counts.Directional + 2)
                    [| difference |]
                    [|
                        { slope with
                            Size = slope.Size + sizes / (2.0 * half)
                        }
                    |]
            )
        else
            None

    /// Encloses a quantity, every sign decided exactly.
    member _.Enclose(name, point: Point) : Interval[] =
        let observed = Interval.ofArray point.Observed
        let code = point.Code

        match name with
        | "output" -> IntervalReference.forward network (Interval.ofArray code)
        | "residual" -> Array.map2 (-) (IntervalReference.observeAt network rows code) observed
        | "value" -> [| IntervalReference.value network rows observed (Interval.ofArray code) |]
        | "gradient" -> IntervalReference.gradientAt network rows observed code
        | "directionalDerivative"
        | "centralDifference" ->
            [|
                IntervalReference.directionalDerivativeAt network rows observed code point.Direction
            |]
        | "jacobianProduct" ->
            IntervalReference.measure rows (IntervalReference.jacobianProductAt network code point.Direction)
        | _ ->
            Evaluate.cotangent<Interval, IntervalArithmetic>
                network
                (IntervalReference.trace network (Interval.ofArray code))
                (Pattern.at network code)
                (Evaluate.applyTransposed<Interval, IntervalArithmetic> rows (Interval.ofArray point.Cotangent))

    member _.Rows = rows

/// |core − reference|/size at one entry; 0 where both are 0, infinite where the core is not finite, NaN where the reference is not.
let private relativeError (quantity: Quantity2) entry =
    let reference = quantity.Reference[entry]
    let core = quantity.Core[entry]

    if not (Double.IsFinite reference.Value && Double.IsFinite reference.Size) then
        nan
    elif not (Double.IsFinite core) then
        infinity
    elif core = reference.Value then
        0.0
    else
        abs (core - reference.Value) / reference.Size

/// The same with the exact number enclosed.
let private enclosedError (quantity: Quantity2) entry (exact: Interval) =
    let core = quantity.Core[entry]

    if not (Double.IsFinite core) && Interval.isBounded exact then
        Enclosure.Point infinity
    else
        let size = quantity.Reference[entry].Size
        let error = abs (Interval.ofFloat core - exact)

        // Nothing was summed: the number is 0 without rounding.
        if size = 0.0 && error.Lower > 0.0 then
            Enclosure.Point infinity
        elif size = 0.0 && error.Upper = 0.0 then
            Enclosure.Point 0.0
        else
            let relative = error / Interval.ofFloat size

            {
                Lower = relative.Lower
                Upper = relative.Upper
            }

let private pointOf (witness: Witness) =
    {
        Code = witness.Vector "code"
        Observed = witness.Vector "observed"
        Direction = witness.Vector "direction"
        Cotangent = witness.Vector "cotangent"
    }

let private replay (subject: Subject) (witness: Witness) : Replay =
    let refuse note =
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }

    let point = pointOf witness
    let n, m = subject.Network.LatentDimension, subject.Measurement.Count
    let bench = Bench subject

    let fits =
        point.Code.Length = n
        && point.Direction.Length = n
        && point.Observed.Length = m
        && point.Cotangent.Length = m
        && [ point.Code; point.Direction; point.Observed; point.Cotangent ]
           |> List.forall (Array.forall Double.IsFinite)

    if not fits then
        refuse "the vectors do not fit the network"
    else
        let quantity =
            if witness.Kind = "centralDifference" then
                bench.CentralDifference point
            else
                bench.Compare point |> List.tryFind (fun q -> q.Name = witness.Kind)

        match quantity with
        | None -> refuse $"'{witness.Kind}' cannot be compared at this point"
        | Some quantity ->
            let entry = int (witness.Scalar "entry")

            if entry < 0 || entry >= quantity.Core.Length then
                refuse "the entry is out of range"
            else
                let measured =
                    enclosedError quantity entry (bench.Enclose(witness.Kind, point)).[entry]

                {
                    Confirmed = Verdict.breaks Side.AtMost quantity.Allowed measured
                    Measured = measured
                    Note = $"relative error in [{measured.Lower:R}, {measured.Upper:R}], allowed {quantity.Allowed:R}"
                }

/// One entry of one quantity at one point.
type private Judged =
    {
        Point: Point
        Quantity: Quantity2
        Entry: int
        Error: float
    }

    /// The error in units of what is allowed.
    member judged.Share = judged.Error / judged.Quantity.Allowed

/// The worst entry of each quantity; entries whose reference overflows are left out.
let private judgePoint (point: Point) (quantities: Quantity2 list) =
    [
        for quantity in quantities do
            let errors = Array.init quantity.Core.Length (relativeError quantity)

            if errors |> Array.exists (fun e -> not (Double.IsNaN e)) then
                let entry =
                    errors
                    |> Array.mapi (fun i e -> i, e)
                    |> Array.filter (fun (_, e) -> not (Double.IsNaN e))
                    |> Array.maxBy snd
                    |> fst

                {
                    Point = point
                    Quantity = quantity
                    Entry = entry
                    Error = errors[entry]
                }
    ]

/// y = A G(z°) of the reference: data, whatever the core makes of it.
let private observe (subject: Subject) (truth: float[]) =
    Reference.observe subject.Reference.Value (MeasurementRows.ofMeasurement subject.Measurement) truth

let private randomPoint (subject: Subject) (key: RandomKey) =
    let stream = key.Open()
    let n = subject.Network.LatentDimension

    {
        Code = Search.gaussian stream n
        Observed = observe subject (Search.gaussian stream n)
        Direction = Search.gaussian stream n
        Cotangent = Search.gaussian stream subject.Measurement.Count
    }

/// Multiples of 2⁻²⁰ and 2⁻¹⁰, so that steps of 2⁻¹⁷ are exact.
let private gridPoint (subject: Subject) (key: RandomKey) =
    let point = randomPoint subject key

    let toGrid bits values =
        values
        |> Array.map (fun (x: float) -> Math.ScaleB(Math.Round(Math.ScaleB(x, bits)), -bits))

    { point with
        Code = toGrid 20 point.Code
        Direction = toGrid 10 point.Direction
    }

/// The origin, axes, small integers, a code with dead positions, tiny and huge codes, and z° itself.
let private hardPoints (subject: Subject) (key: RandomKey) =
    let n = subject.Network.LatentDimension
    let positions = subject.Network.InputShape.Positions

    let point number =
        randomPoint subject (key.Child(int64 number))

    let coded number code = { point number with Code = code }

    let axis i sign =
        Array.init n (fun j -> if i = j then sign else 0.0)

    let scaled number exponent =
        let point = point number

        let truth =
            (point.Code |> Array.rev) |> Array.map (fun x -> Math.ScaleB(x, exponent))

        { point with
            Code = point.Code |> Array.map (fun x -> Math.ScaleB(x, exponent))
            Observed = observe subject truth
        }

    let stream = (key.Child "integers").Open()
    let own = point 8

    [
        coded 0 (Array.zeroCreate n)
        coded 1 (axis 0 1.0)
        coded 2 (axis (n - 1) -1.0)
        coded 3 (Array.init n (fun _ -> float (stream.NextBelow 5 - 2)))
        coded
            4
            ((point 4).Code
             |> Array.mapi (fun i x -> if positions > 1 && i % positions = 0 then 0.0 else x))
        scaled 5 -300
        scaled 6 300
        { own with
            Observed = observe subject own.Code
        }
    ]

let private witness (judged: Judged) : Witness =
    {
        Claim = id
        Kind = judged.Quantity.Name
        Layer = None
        Vectors =
            [
                "code", judged.Point.Code
                "observed", judged.Point.Observed
                "direction", judged.Point.Direction
                "cotangent", judged.Point.Cotangent
            ]
        Scalars = [ "entry", float judged.Entry ]
        Measured = Enclosure.Point judged.Error
        Side = Side.AtMost
        Allowed = judged.Quantity.Allowed
        Fact =
            $"{judged.Quantity.Name}[{judged.Entry}] of the core is {judged.Quantity.Core[judged.Entry]:R}, of the reference {judged.Quantity.Reference[judged.Entry].Value:R}"
    }

let private judge (settings: Settings) (key: RandomKey) (subject: Subject) (blank: Finding) =
    let bench = Bench subject

    if not bench.IsMeasurable then
        { blank with
            Verdict = Verdict.Undecided "precision: more than 2²² roundings lie on a path"
        }
    else
        // A point costs the reference some ten passes over all connections: a tenth of the trials.
        let count = (settings.Trials + 9) / 10

        let random =
            List.init count (fun i -> randomPoint subject (key.Child("trial").Child(int64 i)))

        let hard =
            if settings.Starts > 0 then
                hardPoints subject (key.Child "hard")
            else
                []

        let stepped =
            [
                for i in 0 .. min settings.Starts 3 - 1 do
                    let point = gridPoint subject (key.Child("step").Child(int64 i))

                    match bench.CentralDifference point with
                    | Some difference -> point, difference
                    | None -> ()
            ]

        let trials =
            random |> List.map (fun point -> judgePoint point (bench.Compare point))

        let others = hard |> List.map (fun point -> judgePoint point (bench.Compare point))

        let differences =
            stepped |> List.map (fun (point, difference) -> judgePoint point [ difference ])

        let all = List.concat (trials @ others @ differences)

        if all.IsEmpty then
            blank
        else
            let worst = all |> List.maxBy (fun judged -> judged.Share)
            let breaks (judged: Judged) = not (judged.Share <= 1.0)

            let verdict =
                if breaks worst then
                    Claim.confirm replay subject (witness worst)
                else
                    Verdict.Supported

            let failures = trials |> List.filter (List.exists breaks) |> List.length

            let withoutDerivatives =
                trials @ others
                |> List.filter (fun list -> list |> List.forall (fun j -> j.Quantity.Name <> "gradient"))
                |> List.length

            { blank with
                Verdict = verdict
                Reason =
                    if withoutDerivatives = 0 then
                        ""
                    else
                        $"at {withoutDerivatives} points a unit lies within rounding of its kink (or everything overflows): derivatives are not compared there"
                Arithmetic =
                    match verdict with
                    | Verdict.Refuted _ -> Arithmetic.Interval
                    | _ -> Arithmetic.Float64
                Measured =
                    [
                        "worstRelativeError", Quantity.Number(all |> List.map (fun j -> j.Error) |> List.max)
                        "worstShareOfAllowed", Quantity.Number worst.Share
                        "centralDifferences", Quantity.Number(float stepped.Length)
                        "pointsWithoutDerivatives", Quantity.Number(float withoutDerivatives)
                    ]
                Allowed = [ "worstRelativeError", bench.LargestAllowed ]
                Method =
                    $"{random.Length} random points; the origin, axes, small integers, dead positions, codes of size 2⁻³⁰⁰ and 2³⁰⁰, z = z°; central differences with h = 2⁻¹⁷ where no kink lies within the step. Errors are relative to the same sums of absolute values; each quantity is held to its own γ_2K, the largest of which is printed"
                Trials = random.Length
                Failures = failures
                FailureRateUpper = Statistics.rateUpper failures random.Length settings.Confidence
            }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()
    let blank = Claim.blank id Role.Consistency statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        { blank with
            Verdict = Verdict.Undecided reason
        }
    | None -> judge settings key subject blank
    |> Finding.guarded
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Consistency
        Statement = statement
        Source = source
        Check = check
        Replay = replay
    }
