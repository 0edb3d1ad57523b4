namespace Inversion.Certificates

open System.Numerics

/// Enclosures of π, sin and cos, rounded outward. A real number x is written as an integer over 2^bits, and enclosed by two of them.
/// Rejected: fewer than 64 or more than 512 bits, an argument outside [0, 4].
[<Sealed>]
type Trigonometry(bits: int) =
    do
        if bits < 64 || bits > 512 then
            raise (Rejected $"{bits} bits; from 64 to 512 are possible")

    // Sums are formed over 2^(bits + guard), of fewer than 2¹⁰ terms, each rounded down. The terms' own rounding (below 2 units) grows by
    // at most 4⁴/4! < 11 in later terms, so that a sum is wrong by less than 2¹⁰ · 2¹⁰ · 22 < 2³¹ units: half a unit of the result.
    let guard = 32

    let enclose (sum: BigInteger) : struct (BigInteger * BigInteger) =
        let floor = sum >>> guard
        struct (floor - 1I, floor + 2I)

    // arctan(1/n) = Σ (−1)ᵏ/((2k + 1) n²ᵏ⁺¹)
    let inverseTangent (n: BigInteger) =
        let rec add (power: BigInteger) (k: int) total =
            if power.IsZero then
                total
            else
                let term = power / BigInteger(2 * k + 1)
                add (power / (n * n)) (k + 1) (if k % 2 = 0 then total + term else total - term)

        add ((1I <<< (bits + guard)) / n) 0 0I

    // Machin: π = 16 arctan(1/5) − 4 arctan(1/239)
    let pi = enclose (16I * inverseTangent 5I - 4I * inverseTangent 239I)

    // t⁰/0! − t²/2! + … from (1, 0), t¹/1! − t³/3! + … from (t, 1). Where a term is rounded to 0, later ones fall by half or more.
    let series first (power: int) (t: BigInteger) =
        if t.Sign < 0 || t > (4I <<< bits) then
            raise (Rejected "the argument of a sine or cosine is not in [0, 4]")

        let square = t * t

        let rec add (term: BigInteger) (k: int) isAdded total =
            if term.IsZero then
                total
            else
                let next = ((term * square) >>> (2 * bits)) / BigInteger((k + 1) * (k + 2))
                add next (k + 2) (not isAdded) (if isAdded then total + term else total - term)

        enclose (add (first <<< guard) power true 0I)

    /// π = 3.14159….
    member _.Pi = pi

    /// sin(t/2^bits).
    member _.Sin(t: BigInteger) = series t 1 t

    /// cos(t/2^bits).
    member _.Cos(t: BigInteger) = series (1I <<< bits) 0 t
