namespace Inversion.Verify.Reference

open Inversion.Networks
open Inversion.Verify.Exact

/// An independent, slow evaluation of a network in double precision: it shares no code with the core's kernels. In every function
/// `rows` is A (`MeasurementRows.ofMeasurement`), y has one entry a row, z is a code, and signals are in PyTorch's flattened order.
[<RequireQualifiedAccess>]
module Reference =
    /// Reads a network once; every evaluation uses the result. Memory: an index for each connection of each output position.
    let ofNetwork (network: GenerativeNetwork) : ReferenceNetwork = Layers.ofNetwork network

    /// Everything that a forward pass computes.
    let trace network (z: float[]) : Trace<float> =
        Evaluate.trace<float, FloatArithmetic> network z

    /// G(z).
    let forward network (z: float[]) : float[] = (trace network z).Output

    /// A x.
    let measure (rows: SparseRows) (signal: float[]) : float[] =
        Evaluate.apply<float, FloatArithmetic> rows signal

    /// A G(z).
    let observe network rows (z: float[]) : float[] = forward network z |> measure rows

    /// J(z) = ½‖A G(z) − y‖².
    let value network rows (y: float[]) (z: float[]) : float =
        let residual = Evaluate.residual<float, FloatArithmetic> rows y (trace network z)

        0.5 * Evaluate.dot<float, FloatArithmetic> residual residual

    /// ∇J(z) = (A DG(z))ᵀ (A G(z) − y), relu'(0) = 0, leaky relu'(0) = slope.
    let gradient network rows (y: float[]) (z: float[]) : float[] =
        let trace = trace network z

        Evaluate.gradient<float, FloatArithmetic> network rows y trace (Evaluate.signs<float, FloatArithmetic> trace)

    /// D_v J(z) = lim (J(z + t v) − J(z))/t for t → 0+, kinks included where a pre-activation is computed as exactly 0.
    let directionalDerivative network rows (y: float[]) (z: float[]) (v: float[]) : float =
        let trace = trace network z

        Evaluate.directionalDerivative<float, FloatArithmetic>
            network
            rows
            y
            trace
            (Evaluate.signs<float, FloatArithmetic> trace)
            v

    /// DG(z; v): the one-sided derivative of the whole output along v.
    let jacobianProduct network (z: float[]) (v: float[]) : float[] =
        let trace = trace network z
        Evaluate.tangent<float, FloatArithmetic> network trace (Evaluate.signs<float, FloatArithmetic> trace) v

    /// DG(z)ᵀ w for a cotangent of the whole output.
    let jacobianTransposedProduct network (z: float[]) (w: float[]) : float[] =
        let trace = trace network z
        Evaluate.cotangent<float, FloatArithmetic> network trace (Evaluate.signs<float, FloatArithmetic> trace) w

    let private unitVector n i =
        Array.init n (fun j -> if i = j then 1.0 else 0.0)

    /// DG(z) by rows, n × n0; on a kink the derivative of the inactive side. Costs n0 passes.
    let jacobian network (z: float[]) : float[][] =
        let trace = trace network z

        let signs =
            Evaluate.signs<float, FloatArithmetic> trace
            |> Array.map (Array.map (fun sign -> if sign = Sign.Zero then Sign.Negative else sign))

        Array.init network.LatentDimension (fun i ->
            Evaluate.tangent<float, FloatArithmetic> network trace signs (unitVector network.LatentDimension i))
        |> Array.transpose

    /// Λ_s of the affine piece G(z) = Λ_s z + c_s that the signs choose (zero counts as inactive), by rows, n × n0.
    let mergedMap (network: ReferenceNetwork) (signs: Sign[][]) : float[][] =
        Evaluate.mergedMap<float, FloatArithmetic> network signs

/// The same functions with outward rounding: each result encloses the exact one. Codes may be boxes; where a sign is not known, both
/// sides are enclosed, never one guessed. The functions on a `…At` float point decide every sign exactly first, ties included.
[<RequireQualifiedAccess>]
module IntervalReference =
    /// Everything that a forward pass computes.
    let trace network (z: Interval[]) : Trace<Interval> =
        Evaluate.trace<Interval, IntervalArithmetic> network z

    /// G(z).
    let forward network (z: Interval[]) : Interval[] = (trace network z).Output

    /// A x.
    let measure (rows: SparseRows) (signal: Interval[]) : Interval[] =
        Evaluate.apply<Interval, IntervalArithmetic> rows signal

    /// A G(z).
    let observe network rows (z: Interval[]) : Interval[] = forward network z |> measure rows

    /// A G(z) at a float point.
    let observeAt network rows (z: float[]) : Interval[] =
        observe network rows (Interval.ofArray z)

    /// J(z) = ½‖A G(z) − y‖².
    let value network rows (y: Interval[]) (z: Interval[]) : Interval =
        0.5
        * Interval.squaredNorm (Evaluate.residual<Interval, IntervalArithmetic> rows y (trace network z))

    /// ∇J with the signs given (Unknown: both sides), at z. Zero counts as inactive.
    let gradientOn network rows (y: Interval[]) (signs: Sign[][]) (z: Interval[]) : Interval[] =
        Evaluate.gradient<Interval, IntervalArithmetic> network rows y (trace network z) signs

    /// Contains ∇J at every point of the box where J has a gradient.
    let gradient network rows (y: Interval[]) (z: Interval[]) : Interval[] =
        gradientOn network rows y (Pattern.onBox network z) z

    /// ∇J(z) at a float point; relu'(0) = 0, leaky relu'(0) = slope, with ties decided exactly.
    let gradientAt network rows (y: Interval[]) (z: float[]) : Interval[] =
        gradientOn network rows y (Pattern.at network z) (Interval.ofArray z)

    /// D_v J, one-sided, at every point of the box; v may be a box too.
    let directionalDerivative network rows (y: Interval[]) (z: Interval[]) (v: Interval[]) : Interval =
        let trace = trace network z

        Evaluate.directionalDerivative<Interval, IntervalArithmetic>
            network
            rows
            y
            trace
            (Evaluate.signs<Interval, IntervalArithmetic> trace)
            v

    /// D_v J(z), one-sided, at a float point and along a float direction, with ties decided exactly.
    let directionalDerivativeAt network rows (y: Interval[]) (z: float[]) (v: float[]) : Interval =
        Evaluate.directionalDerivative<Interval, IntervalArithmetic>
            network
            rows
            y
            (trace network (Interval.ofArray z))
            (Pattern.at network z)
            (Interval.ofArray v)

    /// DG(z; v) at a float point and along a float direction, with ties decided exactly.
    let jacobianProductAt network (z: float[]) (v: float[]) : Interval[] =
        Evaluate.tangent<Interval, IntervalArithmetic>
            network
            (trace network (Interval.ofArray z))
            (Pattern.at network z)
            (Interval.ofArray v)

    /// Λ_s of the affine piece G(z) = Λ_s z + c_s that the signs choose (zero counts as inactive), by rows, n × n0.
    let mergedMap (network: ReferenceNetwork) (signs: Sign[][]) : Interval[][] =
        Evaluate.mergedMap<Interval, IntervalArithmetic> network signs

    /// c_s of that piece: zero for a network without biases.
    let mergedOffset (network: ReferenceNetwork) (signs: Sign[][]) : Interval[] =
        let struct (offset, _) =
            Evaluate.piece<Interval, IntervalArithmetic>
                network
                signs
                false
                false
                (Array.create network.LatentDimension Interval.zero)

        offset

/// The same functions without any rounding, for finite piecewise linear networks at float points. Each operation lengthens the
/// numbers: meant for small networks and single questions. ArgumentException or InvalidOperationException on other networks.
[<RequireQualifiedAccess>]
module ExactReference =
    /// Everything that a forward pass computes.
    let trace network (z: float[]) : Trace<Dyadic> =
        Evaluate.trace<Dyadic, DyadicArithmetic> network (Array.map Dyadic.ofFloat z)

    /// G(z).
    let forward network (z: float[]) : Dyadic[] = (trace network z).Output

    /// A G(z).
    let observe network rows (z: float[]) : Dyadic[] =
        Evaluate.apply<Dyadic, DyadicArithmetic> rows (forward network z)

    /// ∇J(z) for the measurements of the code `truth`: y = A G(z°). relu'(0) = 0, leaky relu'(0) = slope.
    let gradient network rows (truth: float[]) (z: float[]) : Dyadic[] =
        let trace = trace network z

        Evaluate.gradient<Dyadic, DyadicArithmetic>
            network
            rows
            (observe network rows truth)
            trace
            (Evaluate.signs<Dyadic, DyadicArithmetic> trace)

    /// D_v J(z), one-sided, for the measurements of the code `truth`.
    let directionalDerivative network rows (truth: float[]) (z: float[]) (v: float[]) : Dyadic =
        let trace = trace network z

        Evaluate.directionalDerivative<Dyadic, DyadicArithmetic>
            network
            rows
            (observe network rows truth)
            trace
            (Evaluate.signs<Dyadic, DyadicArithmetic> trace)
            (Array.map Dyadic.ofFloat v)

    /// Λ_s of the affine piece that the signs choose (zero counts as inactive), by rows, n × n0. No sign may be Unknown.
    let mergedMap (network: ReferenceNetwork) (signs: Sign[][]) : Dyadic[][] =
        Evaluate.mergedMap<Dyadic, DyadicArithmetic> network signs
