/// Two codes that are moved until their observed outputs meet.
module internal Inversion.Verify.Claims.CodePairs

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open MathNet.Numerics.LinearAlgebra.Double

/// Two codes and ‖A G(z) − A G(z')‖/‖z − z'‖.
type Pair =
    {
        First: float[]
        Second: float[]
        Ratio: float
    }

/// ‖a − b‖.
let distance (a: float[]) (b: float[]) = Codes.distance a b

/// The pair of two codes with the observed outputs a and b.
let pairOf (first: float[]) (second: float[]) (a: float[]) (b: float[]) =
    {
        First = first
        Second = second
        Ratio = distance a b / distance first second
    }

/// Random steps of both codes toward a smaller ratio; codes closer than a hundredth of their size are left to the singular values.
let approach (risk: EmpiricalRisk<float>) steps (key: RandomKey) (pair: Pair) =
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

/// Steps of Gauss–Newton on A G(z) = A G(z') in both codes, each the shortest that solves the linearized equations.
let meet (risk: EmpiricalRisk<float>) steps (start: Pair) =
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
let freeCoordinates (risk: EmpiricalRisk<float>) (first: float[]) (second: float[]) =
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
