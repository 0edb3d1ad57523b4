/// What is exactly true on one cone: Λ, and points of it as whole numbers over a denominator.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Proofs.ConeAlgebra

open System.Numerics
open Inversion.Cones
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// Z/D.
type Fraction = { Z: BigInteger[]; D: BigInteger }

/// The signs of all units on a cone, in the reference's order; units that nothing observed reads are given as negative.
let signs (subject: Subject) (map: PiecewiseLinearMap) (cone: LinearCone) : Sign[][] =
    let mutable kink = -1

    subject.Reference.Value.Stages
    |> Array.choose (fun stage ->
        match stage with
        | Stage.Activation(_, Nonlinearity.Kink 1.0, units) -> Some(Array.create units Sign.Negative)
        | Stage.Activation(_, _, units) ->
            kink <- kink + 1
            let all = Array.create units Sign.Negative
            let found = cone.Signs(kink)

            map.KinkUnits[kink]
            |> Seq.iteri (fun at unit' ->
                if found[at] > 0y then
                    all[unit'] <- Sign.Positive)

            Some all
        | Stage.Affine _ -> None)

/// A Λ by rows.
let matrix (subject: Subject) map cone : Dyadic[][] =
    let rows = MeasurementRows.ofMeasurement subject.Measurement

    ExactReference.mergedMap subject.Reference.Value (signs subject map cone)
    |> Array.transpose
    |> Array.map (Evaluate.applyLinear<Dyadic, DyadicArithmetic> rows)
    |> Array.transpose

let private transposedProduct (a: Dyadic[][]) (b: Dyadic[][]) =
    let a, b = Array.transpose a, Array.transpose b
    a |> Array.map (fun x -> b |> Array.map (Dyadic.dot x))

/// ΛᵀΛ and Λᵀ A G(z°).
let quadratic (subject: Subject) map cone (truth: float[]) =
    let a = matrix subject map cone

    let y =
        ExactReference.observe subject.Reference.Value (MeasurementRows.ofMeasurement subject.Measurement) truth

    transposedProduct a a, transposedProduct a (y |> Array.map Array.singleton) |> Array.map Array.head

let private ofRationals (values: Rational[]) =
    let common =
        values
        |> Array.fold (fun d x -> d / BigInteger.GreatestCommonDivisor(d, x.Denominator) * x.Denominator) 1I

    {
        Z = values |> Array.map (fun x -> x.Numerator * (common / x.Denominator))
        D = common
    }

let ray (cone: LinearCone) i = cone.Rays[i].Exact.ToArray()

/// The sum of the rays: strictly inside.
let interior (cone: LinearCone) =
    [| 0 .. cone.Rays.Length - 1 |]
    |> Array.map (ray cone)
    |> Array.reduce (Array.map2 (+))

/// The minimizer of J on the span of some rays and its weights there, over one denominator; None when it is not unique.
let weights subject map cone truth (rays: int[]) : (Fraction * BigInteger[]) option =
    let h, c = quadratic subject map cone truth
    let whole = rays |> Array.map (ray cone)
    let vectors = whole |> Array.map (Array.map Dyadic.ofBigInteger)
    let images = vectors |> Array.map (fun r -> h |> Array.map (Dyadic.dot r))

    ExactLinear.solve
        (images |> Array.map (fun image -> vectors |> Array.map (Dyadic.dot image)))
        (vectors |> Array.map (Dyadic.dot c))
    |> Option.map (fun solution ->
        let f = ofRationals solution

        {
            Z =
                Array.map2 (fun w r -> Array.map (fun x -> w * x) r) f.Z whole
                |> Array.reduce (Array.map2 (+))
            D = f.D
        },
        f.Z)

/// The minimizer of J on the span of some rays of the cone (on all of space where none are named), wherever it lies; None when it is not unique.
let minimizer subject map cone truth (rays: int[] option) : Fraction option =
    match rays with
    | None ->
        let h, c = quadratic subject map cone truth
        ExactLinear.solve h c |> Option.map ofRationals
    | Some at -> weights subject map cone truth at |> Option.map fst

/// False where float64 shows that Λᵀ Λ is invertible: sums of squares, whose determinant is far above their rounding.
let mayBeDeficient (cone: LinearCone) =
    let h = cone.Gram.ToArray()
    let n = int (sqrt (float h.Length))
    let at i j = h[i * n + j]
    let size = Array.init n (fun i -> at i i) |> Array.fold (*) 1.0

    let determinant =
        match n with
        | 1 -> at 0 0
        | 2 -> at 0 0 * at 1 1 - at 0 1 * at 1 0
        | _ ->
            let minor i j = at 1 i * at 2 j - at 1 j * at 2 i
            at 0 0 * minor 1 2 - at 0 1 * minor 0 2 + at 0 2 * minor 0 1

    not (determinant > 1e-7 * size)

/// A whole vector that Λ sends to 0; None when there is none but 0.
let kernel subject map cone =
    let a = matrix subject map cone

    if ExactLinear.rank a = a[0].Length then
        None
    else
        ExactLinear.nullVector a
