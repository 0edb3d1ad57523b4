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

/// The minimizer of J on the span of some rays of the cone (of all of space where none are named), without regard to where it lies; None when it is not unique.
let minimizer subject map cone truth (rays: int[] option) : Fraction option =
    let h, c = quadratic subject map cone truth

    match rays with
    | None -> ExactLinear.solve h c |> Option.map ofRationals
    | Some at ->
        let whole = at |> Array.map (ray cone)
        let vectors = whole |> Array.map (Array.map Dyadic.ofBigInteger)
        let images = vectors |> Array.map (fun r -> h |> Array.map (Dyadic.dot r))

        ExactLinear.solve
            (images |> Array.map (fun image -> vectors |> Array.map (Dyadic.dot image)))
            (vectors |> Array.map (Dyadic.dot c))
        |> Option.map (fun weights ->
            let f = ofRationals weights

            {
                Z =
                    Array.map2 (fun w r -> Array.map (fun x -> w * x) r) f.Z whole
                    |> Array.reduce (Array.map2 (+))
                D = f.D
            })

/// A whole vector that Λ sends to 0; None when there is none but 0.
let kernel subject map cone =
    let a = matrix subject map cone

    if ExactLinear.rank a = a[0].Length then
        None
    else
        ExactLinear.nullVector a
