namespace Inversion.Verify.Exact

open System.Numerics

/// Numerator / Denominator, the denominator positive. Not reduced.
[<Struct; NoComparison; NoEquality>]
type Rational =
    {
        Numerator: BigInteger
        Denominator: BigInteger
    }

    member x.Sign = x.Numerator.Sign

    /// An enclosure of at most three units in the last place.
    member x.ToInterval() =
        if x.Numerator.IsZero then
            Interval.zero
        else
            let size (n: BigInteger) = int (BigInteger.Abs(n).GetBitLength())

            // A quotient of 64 bits or more, rounded toward −∞.
            let shift = max 0 (65 + size x.Denominator - size x.Numerator)
            let mutable rest = BigInteger.Zero

            let truncated = BigInteger.DivRem(x.Numerator <<< shift, x.Denominator, &rest)

            let below =
                if rest.Sign < 0 then
                    truncated - BigInteger.One
                else
                    truncated

            let at (mantissa: BigInteger) =
                Dyadic.toInterval
                    {
                        Mantissa = mantissa
                        Exponent = -shift
                    }

            if rest.IsZero then
                at below
            else
                Interval.between (at below).Lower (at (below + BigInteger.One)).Upper

/// Linear algebra without rounding on matrices of dyadic numbers, by rows. Cost: rows × columns × rank operations on integers that grow
/// with the rank; for small systems.
[<RequireQualifiedAccess>]
module ExactLinear =
    /// Each row times a power of two that makes it integer: rank, null space and the determinant's sign stay.
    let private integers (rows: Dyadic[][]) =
        rows
        |> Array.map (fun row ->
            let least =
                row
                |> Array.fold
                    (fun least x -> if x.Mantissa.IsZero then least else min least x.Exponent)
                    System.Int32.MaxValue

            row
            |> Array.map (fun x ->
                if x.Mantissa.IsZero then
                    BigInteger.Zero
                else
                    x.Mantissa <<< (x.Exponent - least)))

    let private widthOf (rows: 'T[][]) =
        let columns = if rows.Length = 0 then 0 else rows[0].Length

        if rows |> Array.exists (fun row -> row.Length <> columns) then
            invalidArg (nameof rows) "rows of different lengths"

        columns

    /// Fraction-free Gauss–Jordan elimination in place, pivots among the first `columns` columns (Bareiss, "Sylvester's identity and
    /// multistep integer-preserving Gaussian elimination", Math. Comp. 22, 1968). Afterwards each pivot row has `pivot` in its pivot
    /// column, and pivot columns are zero elsewhere.
    let private eliminate (a: BigInteger[][]) columns =
        let pivotColumns = ResizeArray<int>()
        let mutable pivot = BigInteger.One
        let mutable sign = 1
        let mutable column = 0

        while column < columns && pivotColumns.Count < a.Length do
            let r = pivotColumns.Count

            match Array.tryFindIndex (fun i -> not a[i].[column].IsZero) [| r .. a.Length - 1 |] with
            | None -> ()
            | Some ahead ->
                if ahead > 0 then
                    let row = a[r]
                    a[r] <- a[r + ahead]
                    a[r + ahead] <- row
                    sign <- -sign

                let next = a[r].[column]

                for i in 0 .. a.Length - 1 do
                    if i <> r then
                        let factor = a[i].[column]
                        let row = a[i]

                        for j in 0 .. row.Length - 1 do
                            row[j] <- (next * row[j] - factor * a[r].[j]) / pivot

                pivot <- next
                pivotColumns.Add column

            column <- column + 1

        struct (pivotColumns.ToArray(), pivot, sign)

    /// 2³¹ − 1, a prime.
    let private modulus = 2147483647L

    let private modulo (a: BigInteger[][]) =
        a
        |> Array.map (
            Array.map (fun x ->
                let r = int64 (x % BigInteger modulus)
                if r < 0L then r + modulus else r)
        )

    /// The matrix modulo a prime, each row times a power of two: for `rankOfResidues` of many choices of rows.
    let residues (rows: Dyadic[][]) : int64[][] = modulo (integers rows)

    /// The rank modulo the prime: at most the rank over the rationals, and mostly equal. The rows are not changed.
    let rankOfResidues (rows: int64[][]) : int =
        let m = rows |> Array.map Array.copy
        let columns = if rows.Length = 0 then 0 else rows[0].Length

        let inverse x =
            int64 (BigInteger.ModPow(BigInteger(x: int64), BigInteger(modulus - 2L), BigInteger modulus))

        let mutable rank = 0

        for column in 0 .. columns - 1 do
            match [| rank .. m.Length - 1 |] |> Array.tryFind (fun i -> m[i].[column] <> 0L) with
            | None -> ()
            | Some at ->
                let row = m[at]
                m[at] <- m[rank]
                m[rank] <- row
                let scale = inverse row[column]

                for i in rank + 1 .. m.Length - 1 do
                    let factor = m[i].[column] * scale % modulus

                    if factor <> 0L then
                        for j in column .. columns - 1 do
                            m[i].[j] <- (m[i].[j] + (modulus - factor) * row[j]) % modulus

                rank <- rank + 1

        rank

    /// The rank. A full rank is mostly seen modulo a prime at once; any other answer comes from elimination over the integers.
    let rank (rows: Dyadic[][]) : int =
        let columns = widthOf rows
        let a = integers rows
        let full = min rows.Length columns

        if rankOfResidues (modulo a) = full then
            full
        else
            let struct (pivots, _, _) = eliminate a columns
            pivots.Length

    /// −1, 0 or 1: the sign of a square matrix's determinant.
    let determinantSign (rows: Dyadic[][]) : int =
        if widthOf rows <> rows.Length then
            invalidArg (nameof rows) "not square"

        let struct (pivots, pivot, sign) = eliminate (integers rows) rows.Length

        if pivots.Length < rows.Length then 0 else sign * pivot.Sign

    /// The solution of a square system A x = b; None when A is singular.
    let solve (a: Dyadic[][]) (b: Dyadic[]) : Rational[] option =
        if widthOf a <> a.Length || b.Length <> a.Length then
            invalidArg (nameof a) "not a square system"

        let augmented =
            integers (Array.map2 (fun row right -> Array.append row [| right |]) a b)

        let struct (pivots, pivot, _) = eliminate augmented a.Length

        if pivots.Length < a.Length then
            None
        else
            augmented
            |> Array.map (fun row ->
                {
                    Numerator = BigInteger pivot.Sign * row[a.Length]
                    Denominator = BigInteger.Abs pivot
                })
            |> Some

    /// Integers x, not all zero, with A x = 0; None when the columns are independent.
    let nullVector (rows: Dyadic[][]) : BigInteger[] option =
        let columns = widthOf rows
        let a = integers rows
        let struct (pivots, pivot, _) = eliminate a columns

        match [| 0 .. columns - 1 |] |> Array.tryFind (fun c -> not (Array.contains c pivots)) with
        | None -> None
        | Some free ->
            let x = Array.create columns BigInteger.Zero
            x[free] <- pivot
            pivots |> Array.iteri (fun r column -> x[column] <- -a[r].[free])
            Some x
