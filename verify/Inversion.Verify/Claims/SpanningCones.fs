namespace Inversion.Verify.Claims

open System.Numerics
open System.Threading
open Inversion.Cones
open Inversion.Measurements
open Inversion.Networks
open Inversion.Verify.Exact
open Inversion.Verify.Proofs

/// Whether the rows with ⟨w, v⟩ ≥ 0 span all of space, for every direction v.
[<RequireQualifiedAccess>]
type Spanning =
    /// They do, on all cones of the rows' arrangement.
    | Everywhere of Cones: int
    /// They do not in this direction, given in whole numbers; they have this rank there.
    | Fails of Direction: BigInteger[] * Rank: int
    /// Not decided, for the reason given.
    | Open of Reason: string

/// Directed spanning sets of one block, decided without rounding.
[<RequireQualifiedAccess>]
module SpanningCones =
    /// Most columns whose cones are gone through.
    let largestDimension = 6

    /// Cones of `rows` hyperplanes through 0 in general position in `columns` dimensions: 2 Σ_{i<k} C(n − 1, i), the most there can be.
    /// Source: Schläfli; Cover, IEEE Trans. Electronic Computers 14 (1965).
    let conesOf rows columns =
        let mutable term = 1.0
        let mutable sum = 0.0

        for i in 0 .. columns - 1 do
            sum <- sum + term
            term <- term * float (rows - 1 - i) / float (i + 1)

        2.0 * max 0.0 sum

    /// The rank of the rows with ⟨w, v⟩ ≥ 0.
    let rankToward (rows: float[][]) (direction: BigInteger[]) =
        let v = direction |> Array.map Dyadic.ofBigInteger

        rows
        |> Array.map (Array.map Dyadic.ofFloat)
        |> Array.filter (fun row -> (Dyadic.dot row v).Sign >= 0)
        |> fun seen -> if seen.Length = 0 then 0 else ExactLinear.rank seen

    /// The finite vector times a power of two that makes it whole.
    let wholeOf (direction: float[]) =
        let entries = direction |> Array.map Dyadic.ofFloat

        let least =
            entries
            |> Array.filter (fun x -> x.Sign <> 0)
            |> Array.fold (fun least x -> min least x.Exponent) 0

        entries
        |> Array.map (fun x ->
            if x.Sign = 0 then
                BigInteger.Zero
            else
                x.Mantissa <<< (x.Exponent - least))

    /// The direction with its largest entry made 1, to the nearest 2⁻⁵².
    let approximate (direction: BigInteger[]) =
        let largest = direction |> Array.map BigInteger.Abs |> Array.max

        direction
        |> Array.map (fun x -> System.Math.ScaleB(float ((x <<< 52) / BigInteger.Max(largest, BigInteger.One)), -52))

    let private inside (cone: LinearCone) =
        if cone.Rays.Length > 0 then
            ConeAlgebra.interior cone
        else
            cone.Lines[0] |> Seq.toArray

    /// Goes through the cones of the rows' arrangement, at most `budget` of them, until the rows with ⟨w, v⟩ > 0 do not span on one. On a
    /// face of a cone there are at least as many rows with ⟨w, v⟩ ≥ 0, so that full cones decide for all directions. Ranks are found modulo a
    /// prime, which can only make them smaller, and over the integers where that leaves them open. Cost: a walk of `ConeTree`.
    /// ArgumentException: a row is empty or not finite.
    let decide (cancellation: CancellationToken) (budget: int) (rows: float[][]) : Spanning =
        let n, k = rows.Length, (if rows.Length = 0 then 0 else rows[0].Length)

        if n = 0 || k = 0 then
            invalidArg (nameof rows) "no rows, or no columns"
        elif k > largestDimension then
            Spanning.Open $"{k} columns have too many cones; up to {largestDimension} are gone through"
        elif conesOf n k > float budget then
            Spanning.Open $"budget: {n} rows in {k} columns have up to {conesOf n k:G3} cones, more than {budget}"
        else
            let layers: Layer list =
                [ LinearLayer(k, n, Array.concat rows); ActivationLayer Activation.Relu ]

            let map =
                PiecewiseLinearMap.Create(GenerativeNetwork(Shape.Flat k, layers), Subsampling.All n)

            let exact = rows |> Array.map (Array.map Dyadic.ofFloat)
            let residues = ExactLinear.residues exact

            let isSpanning (active: int[]) =
                // A few rows more than needed mostly span.
                let rankOf (at: int[]) =
                    ExactLinear.rankOfResidues (at |> Array.map (fun i -> residues[i]))

                active.Length >= k
                && (rankOf (Array.truncate (k + 2) active) = k
                    || rankOf active = k
                    || ExactLinear.rank (active |> Array.map (fun i -> exact[i])) = k)

            let mutable cones = 0
            let mutable failure = None
            use walk = ConeTree(map).Cones(cancellation).GetEnumerator()

            while failure.IsNone && walk.MoveNext() do
                let cone = walk.Current
                cones <- cones + 1
                let signs = cone.Signs(0)

                let active =
                    [| 0 .. signs.Length - 1 |]
                    |> Array.filter (fun at -> signs[at] > 0y)
                    |> Array.map (fun at -> map.KinkUnits[0].[at])

                if not cone.Lines.IsEmpty || not (isSpanning active) then
                    failure <- Some(inside cone)

            match failure with
            | Some direction -> Spanning.Fails(direction, rankToward rows direction)
            | None -> Spanning.Everywhere cones
