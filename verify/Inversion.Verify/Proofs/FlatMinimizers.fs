namespace Inversion.Verify.Proofs

open System
open System.Numerics
open Inversion.Cones
open Inversion.Verify

/// A point without descent direction outside B(z°, ε‖z°‖), and how to get it without rounding.
type internal Stationary =
    {
        Point: float[]
        Exact: unit -> ConeAlgebra.Fraction option
    }

/// Points of cones on which J has several minimizers.
[<RequireQualifiedAccess>]
module internal FlatMinimizers =
    let private average (points: ConeAlgebra.Fraction list) : ConeAlgebra.Fraction =
        let d = points |> List.fold (fun product p -> product * p.D) 1I

        {
            Z =
                points
                |> List.map (fun p -> p.Z |> Array.map (fun x -> x * (d / p.D)))
                |> List.reduce (Array.map2 (+))
            D = d * BigInteger points.Length
        }

    /// The faces below the cone's full dimension that may hold minimizers, where a cone has several; none where they may lie inside it.
    let faces (task: ProofTask) map (cone: LinearCone) (truth: float[]) (lowest: Minimizers.Minimizer) : int[] list =
        let h, _ = ConeAlgebra.quadratic task.Subject map cone truth

        let bowl (x: BigInteger[]) (y: BigInteger[]) =
            let y = y |> Array.map Exact.Dyadic.ofBigInteger

            h
            |> Array.map (Exact.Dyadic.dot y)
            |> Exact.Dyadic.dot (x |> Array.map Exact.Dyadic.ofBigInteger)

        let z =
            match lowest.Place with
            | Minimizers.Face [||]
            | Minimizers.Inside -> Array.create truth.Length 0I
            | Minimizers.Face at -> (ConeAlgebra.weights task.Subject map cone truth at |> Option.get |> fst).Z

        let a = bowl z z

        // The multiples of a ray with the image of Z/D: Cauchy's and Schwarz's inequality is an equation there.
        let isMet k =
            let ray = ConeAlgebra.ray cone k
            let b, c = bowl z ray, bowl ray ray
            a.Sign = 0 && c.Sign = 0 || b.Sign > 0 && b * b = a * c

        if lowest.Flat.Length >= truth.Length then
            []
        else
            [
                if lowest.Flat.Length = 2 then
                    lowest.Flat

                for k in lowest.Flat do
                    if isMet k then
                        [| k |]
            ]

    /// Minimizers of a cone that has several: between the extreme ones (each on the span of as few rays as the rank asks for) and far along the
    /// rays on which A G is 0. They lie inside the cone wherever minimizers do.
    let points
        (task: ProofTask)
        map
        (cone: LinearCone)
        (truth: float[])
        (lowest: Minimizers.Minimizer)
        : Stationary list =
        let h, c = ConeAlgebra.quadratic task.Subject map cone truth
        let rays = List.ofArray lowest.Flat

        let dyadic (z: BigInteger[]) =
            z |> Array.map Exact.Dyadic.ofBigInteger

        let image z =
            h |> Array.map (Exact.Dyadic.dot (dyadic z))

        let isLowest (f: ConeAlgebra.Fraction) =
            let slopes =
                Array.map2 (fun a b -> a - Exact.Dyadic.ofBigInteger f.D * b) (image f.Z) c

            [ 0 .. cone.Rays.Length - 1 ]
            |> List.forall (fun k -> (Exact.Dyadic.dot slopes (dyadic (ConeAlgebra.ray cone k))).Sign >= 0)

        let extremes =
            [
                for i in rays do
                    [| i |]

                    for j in rays do
                        if i < j then
                            [| i; j |]
            ]
            |> List.choose (fun at ->
                match ConeAlgebra.weights task.Subject map cone truth at with
                | Some(f, weights) when weights |> Array.forall (fun w -> w.Sign > 0) && isLowest f -> Some f
                | _ -> None)

        let away =
            rays
            |> List.map (ConeAlgebra.ray cone)
            |> List.filter (fun ray -> image ray |> Array.forall (fun x -> x.Sign = 0))

        let zero: ConeAlgebra.Fraction =
            {
                Z = Array.create truth.Length 0I
                D = 1I
            }

        // The ends may lie outside a ball, or lead out of their cone, where nothing between them does.
        let towards extreme =
            [ 1; 5; 20; 40 ]
            |> List.map (fun halvings ->
                List.replicate halvings extreme
                |> List.fold (fun point e -> average [ point; e ]) (average extremes))

        let bases = if extremes.IsEmpty then [ zero ] else [ average extremes ]

        // One step along all of the rays, about as long as z°, and a long one.
        let steps: ConeAlgebra.Fraction list =
            match away with
            | [] -> [ zero ]
            | _ ->
                let sum = away |> List.reduce (Array.map2 (+))
                let ratio = Theory.norm (sum |> Array.map float) / Theory.norm truth

                if not (Double.IsFinite ratio && ratio > 0.0) then
                    [ zero ]
                else
                    let d = BigInteger(max 1.0 ratio)
                    let times = BigInteger(ceil (1.0 / min 1.0 ratio))

                    [
                        for factor in [ 1I; 1000I ] do
                            ({
                                Z = sum |> Array.map (fun x -> x * times * factor)
                                D = d
                            }
                            : ConeAlgebra.Fraction)
                    ]

        [
            for b in bases @ List.collect towards extremes do
                for s in steps do
                    let f: ConeAlgebra.Fraction =
                        {
                            Z = Array.map2 (fun x y -> x * s.D + y * b.D) b.Z s.Z
                            D = b.D * s.D
                        }

                    if f.Z |> Array.exists (fun x -> not x.IsZero) then
                        {
                            Point =
                                f.Z
                                |> Array.map (fun x ->
                                    Exact.Interval.midpoint (
                                        ({ Numerator = x; Denominator = f.D }: Exact.Rational).ToInterval()
                                    ))
                            Exact = fun () -> Some f
                        }
        ]
