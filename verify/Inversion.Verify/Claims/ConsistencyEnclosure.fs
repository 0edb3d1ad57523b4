/// Proofs that the core is off: its error with the exact number enclosed in intervals.
module internal Inversion.Verify.Claims.ConsistencyEnclosure

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference
open ConsistencyPoints
open ConsistencyErrors
open ConsistencyBench

/// Encloses a quantity, every sign decided exactly.
let private enclose (bench: Bench) name (point: Point) : Interval[] =
    let network, rows = bench.Network, bench.Rows
    let observed = Interval.ofArray point.Observed
    let code = point.Code

    match name with
    | "output" -> IntervalReference.forward network (Interval.ofArray code)
    | "residual" -> Array.map2 (-) (IntervalReference.observeAt network rows code) observed
    | "value" -> [| IntervalReference.value network rows observed (Interval.ofArray code) |]
    | "gradient" -> IntervalReference.gradientAt network rows observed code
    | "directionalDerivative"
    | "centralDifference" ->
        [|
            IntervalReference.directionalDerivativeAt network rows observed code point.Direction
        |]
    | "jacobianProduct" ->
        IntervalReference.measure rows (IntervalReference.jacobianProductAt network code point.Direction)
    | _ ->
        Evaluate.cotangent<Interval, IntervalArithmetic>
            network
            (IntervalReference.trace network (Interval.ofArray code))
            (Pattern.at network code)
            (Evaluate.applyTransposed<Interval, IntervalArithmetic> rows (Interval.ofArray point.Cotangent))

/// |core − exact|/size at one entry, the exact number enclosed.
let private enclosedError (quantity: Compared) entry (exact: Interval) =
    let core = quantity.Core[entry]

    if not (Double.IsFinite core) && Interval.isBounded exact then
        Enclosure.Point infinity
    else
        let size = quantity.Reference[entry].Size
        let error = abs (Interval.ofFloat core - exact)

        // Nothing was summed: the number is 0 without rounding.
        if size = 0.0 && error.Lower > 0.0 then
            Enclosure.Point infinity
        elif size = 0.0 && error.Upper = 0.0 then
            Enclosure.Point 0.0
        else
            let relative = error / Interval.ofFloat size

            {
                Lower = relative.Lower
                Upper = relative.Upper
            }

/// Measures a witness again: the core against an enclosure of the exact number.
let replay (subject: Subject) (witness: Witness) : Replay =
    let refuse note =
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }

    let point = pointOf witness
    let n, m = subject.Network.LatentDimension, subject.Measurement.Count
    let bench = Bench subject

    let fits =
        point.Code.Length = n
        && point.Direction.Length = n
        && point.Observed.Length = m
        && point.Cotangent.Length = m
        && [ point.Code; point.Direction; point.Observed; point.Cotangent ]
           |> List.forall (Array.forall Double.IsFinite)

    if not fits then
        refuse "the vectors do not fit the network"
    else
        let quantity =
            if witness.Kind = "centralDifference" then
                bench.CentralDifference point
            else
                bench.Compare point |> List.tryFind (fun q -> q.Name = witness.Kind)

        match quantity with
        | None -> refuse $"'{witness.Kind}' cannot be compared at this point"
        | Some quantity ->
            let entry = int (witness.Scalar "entry")

            if entry < 0 || entry >= quantity.Core.Length then
                refuse "the entry is out of range"
            else
                let measured =
                    enclosedError quantity entry (enclose bench witness.Kind point).[entry]

                {
                    Confirmed = Verdict.breaks Side.AtMost quantity.Allowed measured
                    Measured = measured
                    Note = $"relative error in [{measured.Lower:R}, {measured.Upper:R}], allowed {quantity.Allowed:R}"
                }
