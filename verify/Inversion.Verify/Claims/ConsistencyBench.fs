/// What the core computes at a point, beside the same by the slow reference.
module internal Inversion.Verify.Claims.ConsistencyBench

open System
open Inversion.Networks
open Inversion.Networks.Engine
open Inversion.Risk
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference
open ConsistencyPoints
open ConsistencyErrors

/// The subject read once, and every quantity computed on it by the core and by the reference.
type Bench(subject: Subject) =
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

    /// The largest γ_2K.
    member _.LargestAllowed =
        ForwardError.both (List.max [ counts.Gradient; counts.Directional; counts.Value ])

    /// G, A G and J; and the derivatives where no unit lies within rounding of its kink, or exactly on it.
    member _.Compare(point: Point) : Compared list =
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
    member _.CentralDifference(point: Point) : Compared option =
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

    /// The reference network.
    member _.Network = network

    /// A as rows.
    member _.Rows = rows
