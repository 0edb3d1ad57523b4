/// No two codes have the same observed output.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Uniqueness

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open MathNet.Numerics.LinearAlgebra.Double

let private id = "uniqueness"

let private statement = "A G is one-to-one: A G(z) ≠ A G(z') for z ≠ z'"

let private source = "MAK Corollary 2 and Theorem 4; PKLDH for single layers"

/// A code, the extreme singular values of A DG there, and the direction of the smallest.
type private Local =
    {
        Code: float[]
        Smallest: float
        Largest: float
        Direction: float[]
        /// Coordinates that take part in a direction without effect.
        Flat: int[]
        /// Singular values above 1e-7 of the largest; all of them when the smallest has an effect above rounding.
        Rank: int
    }

/// Two codes and ‖A G(z) − A G(z')‖/‖z − z'‖.
type private Pair =
    {
        First: float[]
        Second: float[]
        Ratio: float
    }

let private distance (a: float[]) (b: float[]) = Codes.distance a b

/// What is below this share of the typical size is worth an exact look.
let private suspicious = 1e-10

/// The singular values of A DG(z) by the eigenvalues of its Gram matrix; the smallest again by applying A DG(z) to its direction.
let private localAt (risk: EmpiricalRisk<float>) (code: float[]) =
    let columns = Codes.jacobianColumns risk code
    let n = columns.Length
    let gram = DenseMatrix.OfArray(Codes.gram columns)

    if gram.Values |> Array.forall Double.IsFinite then
        let eigen = gram.Evd MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric
        let values = eigen.EigenValues.ToArray() |> Array.map (fun c -> c.Real)
        let direction = eigen.EigenVectors.Column(0).ToArray()
        let largest = sqrt (max 0.0 values[n - 1])
        let image = Array.zeroCreate<float> risk.Measurement.Count

        columns
        |> Array.iteri (fun i column ->
            for row in 0 .. image.Length - 1 do
                image[row] <- image[row] + direction[i] * column[row])

        let floor = 1e-14 * values[n - 1]

        let participation i =
            Seq.sum (
                seq {
                    for v in 0 .. n - 1 do
                        if values[v] <= floor then
                            eigen.EigenVectors[i, v] * eigen.EigenVectors[i, v]
                }
            )

        Some
            {
                Code = code
                Smallest = Theory.norm image
                Largest = largest
                Direction = direction
                Flat = [| 0 .. n - 1 |] |> Array.filter (fun i -> participation i > 1e-12)
                Rank =
                    if Theory.norm image > suspicious * largest then
                        n
                    else
                        values |> Array.filter (fun v -> v > floor) |> Array.length
            }
    else
        None

let private isFlat (local: Local) =
    local.Flat.Length > 0 && local.Smallest <= suspicious * local.Largest

let private pairOf (first: float[]) (second: float[]) (a: float[]) (b: float[]) =
    {
        First = first
        Second = second
        Ratio = distance a b / distance first second
    }

/// Codes away from kinks that they would share by being sparse: each a little off.
let private blurred (key: RandomKey) (codes: float[][]) =
    let stream = key.Open()

    codes
    |> Array.map (fun code ->
        let noise = Search.gaussian stream code.Length
        Array.map2 (fun x e -> x + 1e-3 * e) code noise)

/// Steps of Gauss–Newton on A G(z) = A G(z') in both codes, each the shortest that solves the linearized equations.
let private meet (risk: EmpiricalRisk<float>) steps (start: Pair) =
    let n = start.First.Length
    let mutable first, second = start.First, start.Second
    let mutable result = None

    for _ in 0..steps do
        if result.IsNone then
            let outputs = Codes.residuals risk [| first; second |]
            let gap = distance outputs[0] outputs[1]
            let size = Theory.norm outputs[0] + Theory.norm outputs[1]

            if gap <= 1e-13 * size then
                result <- Some(first, second)
            elif Double.IsFinite gap then
                let columns =
                    Array.append
                        (Codes.jacobianColumns risk first)
                        (Codes.jacobianColumns risk second |> Array.map (Array.map (~-)))

                let matrix = DenseMatrix.OfColumnArrays columns

                let step =
                    matrix.PseudoInverse() * DenseVector(Array.map2 (-) outputs[0] outputs[1])

                first <- first |> Array.mapi (fun i x -> x - step[i])
                second <- second |> Array.mapi (fun i x -> x - step[n + i])

    result

/// As many coordinates of (z, z') as there are equations between the observed outputs, chosen so that the system is regular: the largest
/// column first, then the largest of what is left after projection.
let private freeCoordinates (risk: EmpiricalRisk<float>) (first: float[]) (second: float[]) =
    let columns =
        Array.append (Codes.jacobianColumns risk first) (Codes.jacobianColumns risk second)

    let rows =
        [| 0 .. risk.Measurement.Count - 1 |]
        |> Array.filter (fun i -> columns |> Array.exists (fun column -> column[i] <> 0.0))

    let left =
        columns |> Array.map (fun column -> rows |> Array.map (fun i -> column[i]))

    let chosen = ResizeArray<int>()

    for _ in 1 .. min rows.Length columns.Length do
        let best =
            [| 0 .. left.Length - 1 |]
            |> Array.maxBy (fun c -> if chosen.Contains c then -1.0 else Theory.norm left[c])

        chosen.Add best
        let axis = Codes.unit left[best]

        for c in 0 .. left.Length - 1 do
            let along = Theory.dot axis left[c]
            left[c] <- Array.map2 (fun x a -> x - along * a) left[c] axis

    chosen.ToArray()

let private witnessOf kind vectors side allowed fact : Witness =
    {
        Claim = id
        Kind = kind
        Layer = None
        Vectors = vectors
        Scalars = []
        Measured = Enclosure.Point nan
        Side = side
        Allowed = allowed
        Fact = fact
    }

let private coneWitness (local: Local) =
    let unknowns = float local.Code.Length

    witnessOf
        "cone"
        [
            "code", local.Code
            "direction", local.Direction
            "columns", Array.map float local.Flat
        ]
        Side.AtLeast
        unknowns
        $"around the code z all codes z + t v have one observed output: the linear map of its cone has a rank below {unknowns:R}"

let private dimensionWitness (subject: Subject) =
    let width = UniquenessProofs.narrowest subject

    witnessOf
        "dimension"
        []
        Side.AtLeast
        (float subject.Network.LatentDimension)
        $"{subject.Network.LatentDimension} unknowns pass through {width} numbers, and no continuous map does that one-to-one"

let private collisionWitness (pair: Pair) =
    witnessOf
        "collision"
        [ "first", pair.First; "second", pair.Second ]
        Side.Above
        0.0
        "two different codes have the same observed output"

let private meetingWitness risk (first, second) =
    witnessOf
        "meeting"
        [
            "first", first
            "second", second
            "free", freeCoordinates risk first second |> Array.map float
        ]
        Side.Above
        0.0
        "two different codes near the given ones, in different cones, have the same observed output"

type private Evidence =
    {
        Trials: (Local * Pair)[]
        Locals: Local[]
        Pairs: Pair[]
        Meetings: (float[] * float[])[]
        Margins: float list option
    }

let private randomTrials (risk: EmpiricalRisk<float>) (settings: Settings) (key: RandomKey) length =
    let firsts = Codes.random (key.Child "first") settings.Trials length
    let seconds = Codes.random (key.Child "second") settings.Trials length
    let a, b = Codes.residuals risk firsts, Codes.residuals risk seconds

    [|
        for i in 0 .. settings.Trials - 1 do
            match localAt risk firsts[i] with
            | Some local -> local, pairOf firsts[i] seconds[i] a[i] b[i]
            | None -> ()
    |]

/// Codes that activate little: quiet ones, worst directions of the first layer, single positions, axes.
let private poolOf (risk: EmpiricalRisk<float>) (settings: Settings) (key: RandomKey) subject (worst: float[] list) =
    let n = risk.LatentDimension

    let sparse =
        Array.append (Codes.positions (key.Child "positions") 6 subject) (Codes.axes 4 n)
        |> blurred (key.Child "blur")

    let quiet =
        Codes.random (key.Child "quiet") settings.Starts n
        |> Array.map (Codes.quiet risk (settings.Steps / 15))

    Array.concat [ quiet; Array.ofList (List.truncate 8 worst); sparse ]

/// Random steps toward a smaller smallest singular value.
let private flatten (risk: EmpiricalRisk<float>) steps (key: RandomKey) (local: Local) =
    let score code =
        match localAt risk code with
        | Some found -> -found.Smallest / max found.Largest Double.Epsilon
        | None -> nan

    let best = Search.climb key steps score local.Code
    localAt risk best.Point |> Option.defaultValue local

/// Random steps of both codes toward a smaller ratio; codes closer than a hundredth of their size are left to the singular values.
let private approach (risk: EmpiricalRisk<float>) steps (key: RandomKey) (pair: Pair) =
    let n = pair.First.Length

    let at (both: float[]) =
        let first, second = both[.. n - 1], both[n..]
        let outputs = Codes.residuals risk [| first; second |]
        pairOf first second outputs[0] outputs[1]

    let score both =
        let found = at both

        if
            distance found.First found.Second
            >= 0.01 * (Theory.norm found.First + Theory.norm found.Second)
        then
            -found.Ratio
        else
            nan

    at (Search.climb key steps score (Array.append pair.First pair.Second)).Point

let private search (subject: Subject) risk (settings: Settings) (key: RandomKey) trials =
    let spanning = DirectedSpanning.measure (key.Child "spanning") settings subject
    let worst = spanning |> Option.map snd |> Option.defaultValue []
    let pool = poolOf risk settings (key.Child "pool") subject worst

    let locals =
        Array.append (Array.map fst trials) (pool |> Array.choose (localAt risk))

    let flattest =
        locals
        |> Array.sortBy (fun local -> local.Smallest / max local.Largest Double.Epsilon)
        |> Array.truncate settings.Starts

    let flattened =
        flattest
        |> Array.mapi (fun i local ->
            if isFlat local then
                local
            else
                flatten risk (settings.Steps / 10) (key.Child("flatten").Child(int64 i)) local)

    let codes =
        Array.append pool (trials |> Array.truncate 24 |> Array.map (fun (local, _) -> local.Code))

    let outputs = Codes.residuals risk codes

    let near =
        [|
            for i in 0 .. codes.Length - 1 do
                for j in 0 .. i - 1 do
                    pairOf codes[i] codes[j] outputs[i] outputs[j]
        |]
        |> Array.filter (fun pair -> not (Double.IsNaN pair.Ratio))
        |> Array.sortBy (fun pair -> pair.Ratio)
        |> Array.truncate settings.Starts

    let pairs =
        near
        |> Array.mapi (fun i pair ->
            if pair.Ratio > 0.0 then
                approach risk (settings.Steps / 5) (key.Child("approach").Child(int64 i)) pair
            else
                pair)

    // 2 n0 unknowns cannot be expected to meet more equations than that.
    let isMeetable =
        subject.Network.IsPiecewiseLinear
        && risk.Measurement.Count <= 4 * risk.LatentDimension
        && risk.Measurement.Count >= risk.LatentDimension

    let meetings =
        if isMeetable then
            Array.concat [ Array.map snd trials |> Array.truncate (2 * settings.Starts); pairs ]
            |> Array.choose (meet risk (settings.Steps / 6))
            |> Array.filter (fun (first, second) ->
                distance first second > 0.01 * (Theory.norm first + Theory.norm second))
        else
            [||]

    {
        Trials = trials
        Locals = Array.append locals flattened
        Pairs = Array.concat [ Array.map snd trials; near; pairs ]
        Meetings = meetings
        Margins = spanning |> Option.map fst
    }

/// Candidates for a refutation, the most explicit first.
let private candidates (subject: Subject) risk (settings: Settings) typical evidence =
    let few list =
        list |> Seq.truncate settings.Starts |> List.ofSeq

    [
        yield!
            evidence.Pairs
            |> Array.filter (fun pair -> pair.Ratio <= suspicious * typical)
            |> Array.sortBy (fun pair -> pair.Ratio)
            |> few
            |> List.map collisionWitness
        if subject.Network.IsPiecewiseLinear then
            yield!
                evidence.Locals
                |> Array.filter isFlat
                |> Array.sortBy (fun local -> local.Rank)
                |> Array.distinctBy (fun local -> local.Code)
                |> few
                |> List.map coneWitness

            yield! evidence.Meetings |> few |> List.map (meetingWitness risk)
        if UniquenessProofs.narrowest subject < subject.Network.LatentDimension then
            yield dimensionWitness subject
    ]

let private judge (settings: Settings) (key: RandomKey) (subject: Subject) (blank: Finding) =
    let risk = Codes.observer subject
    let trials = randomTrials risk settings (key.Child "trials") risk.LatentDimension

    let evidence =
        if settings.Starts > 0 then
            search subject risk settings (key.Child "search") trials
        else
            {
                Trials = trials
                Locals = Array.map fst trials
                Pairs = Array.map snd trials
                Meetings = [||]
                Margins = None
            }

    if evidence.Locals.Length = 0 then
        blank
    else
        let typical = evidence.Locals |> Array.map (fun local -> local.Largest) |> Array.max
        let found = candidates subject risk settings typical evidence
        let verdicts = found |> List.map (Claim.confirm UniquenessProofs.replay subject)

        let smallest =
            Seq.append
                (evidence.Locals |> Seq.map (fun local -> local.Smallest))
                (evidence.Pairs |> Seq.map (fun pair -> pair.Ratio))
            |> Seq.min

        let verdict =
            match verdicts |> List.tryFind (fun verdict -> verdict.IsRefuted) with
            | Some refuted -> refuted
            | None when
                not subject.Network.IsPiecewiseLinear
                && evidence.Locals |> Array.exists (fun local -> local.Rank < risk.LatentDimension)
                ->
                Verdict.Undecided
                    "precision: where units saturate the derivative has directions without effect in float64, and for smooth units no exact statement follows"
            | None when verdicts.IsEmpty && not (smallest > suspicious * typical) ->
                Verdict.Undecided
                    $"precision: the smallest ratio found, {smallest:G3}, is lost in the rounding of outputs that typically move by {typical:G3}"
            | None -> verdicts |> List.tryHead |> Option.defaultValue Verdict.Supported

        let ratio =
            match verdict with
            | Verdict.Refuted _ -> 0.0
            | _ -> smallest

        let rank =
            let floating = evidence.Locals |> Array.map (fun local -> local.Rank) |> Array.min

            match verdict with
            | Verdict.Refuted witness when witness.Side = Side.AtLeast -> min floating (int witness.Measured.Upper)
            | _ -> floating

        let normalized =
            ratio
            * Math.ScaleB(1.0, subject.Network.Depth / 2)
            * (if subject.Network.Depth % 2 = 1 then sqrt 2.0 else 1.0)
            / (Subject.layerScales subject |> Array.fold (*) 1.0)

        let isBroken (local, pair: Pair) =
            isFlat local || not (pair.Ratio > suspicious * typical)

        let failures = trials |> Array.filter isBroken |> Array.length

        { blank with
            Verdict = verdict
            Reason =
                if subject.Network.IsPiecewiseLinear then
                    ""
                else
                    "with a smooth activation, ranks of the derivative are float64 evidence and refute nothing"
            Arithmetic =
                match verdict with
                | Verdict.Refuted witness when witness.Kind = "meeting" -> Arithmetic.Interval
                | Verdict.Refuted _ -> Arithmetic.Exact
                | _ -> Arithmetic.Float64
            Measured =
                [
                    "smallestRatio", Quantity.Number ratio
                    "smallestRatioNormalized",
                    (if Double.IsFinite normalized then
                         Quantity.Number normalized
                     else
                         Quantity.Absent)
                    "smallestRank", Quantity.Number(float rank)
                    "directedSpanning",
                    (match evidence.Margins with
                     | Some margins -> Quantity.Numbers margins
                     | None -> Quantity.Absent)
                    "collisions", Quantity.Number(float (verdicts |> List.filter (fun v -> v.IsRefuted) |> List.length))
                ]
            Allowed = [ "smallestRatio", 0.0; "smallestRank", float risk.LatentDimension ]
            Method =
                $"{settings.Trials} random codes (singular values of A DG) and pairs; codes with small output, along the first layer's worst directions, on single positions and axes; from the {settings.Starts} flattest codes {settings.Steps / 10} and from the {settings.Starts} nearest pairs {settings.Steps / 5} random steps; Gauss–Newton on A G(z) = A G(z') where there are at most 4 n0 observations. directedSpanning: for each layer, the fewest rows with ⟨w, v⟩ ≥ 0 found, less the columns"
            Trials = trials.Length
            Failures = failures
            FailureRateUpper = Statistics.rateUpper failures trials.Length settings.Confidence
        }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()
    let blank = Claim.blank id Role.Conclusion statement source settings key subject

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
        Role = Role.Conclusion
        Statement = statement
        Source = source
        Check = check
        Replay = UniquenessProofs.replay
    }
