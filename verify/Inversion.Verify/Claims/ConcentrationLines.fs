namespace Inversion.Verify.Claims

open System
open System.Collections.Generic
open System.Numerics

/// The nonzero rows of a block, divided by the scale, joined where they lie on one line through the origin: what matters of a line in a
/// Gram matrix is the sum of wwᵀ over its rows on either side. Symmetric 3 × 3 matrices are six numbers: 00, 01, 02, 11, 12, 22.
type ConcentrationLines(inputs: int, weights: float[], factor: float) =
    let count = weights.Length / inputs

    let row j =
        Array.init 3 (fun i -> if i < inputs then weights[j * inputs + i] else 0.0)

    /// The shortest integer vector along a row, its first entry that is not zero positive: the same for all rows of a line.
    let identity (w: float[]) =
        let parts =
            w
            |> Array.map (fun value ->
                let bits = BitConverter.DoubleToInt64Bits value
                let field = int ((bits >>> 52) &&& 0x7FFL)
                let fraction = bits &&& 0xFFFFFFFFFFFFFL

                let size =
                    if field = 0 then
                        fraction
                    else
                        fraction ||| 0x10000000000000L

                struct (BigInteger(if bits < 0L then -size else size), max field 1))

        let least =
            parts
            |> Array.fold (fun least (struct (m, e)) -> if m.IsZero then least else min least e) Int32.MaxValue

        let whole =
            parts
            |> Array.map (fun struct (m, e) -> if m.IsZero then m else m <<< (e - least))

        let divisor =
            whole
            |> Array.fold (fun d m -> BigInteger.GreatestCommonDivisor(d, m)) BigInteger.Zero

        let sign = (whole |> Array.find (fun m -> not m.IsZero)).Sign
        let reduced = whole |> Array.map (fun m -> BigInteger sign * m / divisor)
        struct (reduced[0], reduced[1], reduced[2])

    let directions = List<float[]>()
    let plus, minus = List<float[]>(), List<float[]>()

    do
        let known = Dictionary<struct (BigInteger * BigInteger * BigInteger), int>()

        for j in 0 .. count - 1 do
            let w = row j

            if Array.exists (fun value -> value <> 0.0) w then
                let at =
                    match known.TryGetValue(identity w) with
                    | true, at -> at
                    | _ ->
                        known[identity w] <- directions.Count
                        directions.Add w
                        plus.Add(Array.zeroCreate 6)
                        minus.Add(Array.zeroCreate 6)
                        directions.Count - 1

                let first = Array.findIndex (fun value -> value <> 0.0) w

                let side =
                    if (w[first] > 0.0) = (directions[at][first] > 0.0) then
                        plus[at]
                    else
                        minus[at]

                let v = w |> Array.map (fun value -> factor * value)

                for at, value in
                    Array.indexed
                        [|
                            v[0] * v[0]
                            v[0] * v[1]
                            v[0] * v[2]
                            v[1] * v[1]
                            v[1] * v[2]
                            v[2] * v[2]
                        |] do
                    side[at] <- side[at] + value

    let trace (m: float[]) = m[0] + m[3] + m[5]

    let total = Seq.sumBy trace plus + Seq.sumBy trace minus

    /// Lines.
    member _.Count = directions.Count

    /// A row of each line.
    member val Direction = directions.ToArray()

    /// Σ wwᵀ over the rows on the direction's side, and over those on the other.
    member val Plus = plus.ToArray()

    member val Minus = minus.ToArray()

    /// The larger of both: no sum over rows of the line that are active together exceeds it.
    member val Either = Array.map2 (fun p m -> if trace p >= trace m then p else m) (plus.ToArray()) (minus.ToArray())

    /// An upper bound on the error, in norm, of a sum of these matrices over any lines: a product is off by 16 roundings, a sum of n + 8
    /// numbers by n + 8, and Σ‖w‖² bounds what is rounded in each of the three columns. Infinite or NaN where the rows are too large.
    member _.Error = 6.0 * float (count + 32) * 1.2e-16 * total + 1e-290

    /// The sign of the direction's ⟨w, x⟩ for all x within `half` of the center in every entry but the one that the face fixes: 1 where it is
    /// positive throughout, −1 where it is negative throughout, 0 elsewhere. Σ|w_i| · 2e-15 is more than the rounding of these operations
    /// with |x_i| ≤ 1.
    member this.Sign (line: int) (center: float[]) (axis: int) (half: float) =
        let w = this.Direction[line]
        let size = abs w[0] + abs w[1] + abs w[2]
        let value = w[0] * center[0] + w[1] * center[1] + w[2] * center[2]

        let spread =
            (if inputs = 1 then 0.0 else half * (size - abs w[axis]))
            + 2e-15 * size
            + 1e-300

        if value > spread then 1
        elif value < -spread then -1
        else 0
