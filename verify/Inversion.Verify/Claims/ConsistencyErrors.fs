/// How far a quantity of the core lies from the reference, relative to the magnitude summed, in float64.
module internal Inversion.Verify.Claims.ConsistencyErrors

open System
open ConsistencyPoints

/// One quantity by both ways.
type Compared =
    {
        Name: string
        Core: float[]
        Reference: Sized[]
        /// γ_2K.
        Allowed: float
    }

/// |core − reference|/size at one entry; 0 where both are 0, infinite where the core is not finite, NaN where the reference is not.
let private relativeError (quantity: Compared) entry =
    let reference = quantity.Reference[entry]
    let core = quantity.Core[entry]

    if not (Double.IsFinite reference.Value && Double.IsFinite reference.Size) then
        nan
    elif not (Double.IsFinite core) then
        infinity
    elif core = reference.Value then
        0.0
    else
        abs (core - reference.Value) / reference.Size

/// One entry of one quantity at one point.
type Judged =
    {
        Point: Point
        Quantity: Compared
        Entry: int
        Error: float
    }

    /// The error in units of what is allowed.
    member judged.Share = judged.Error / judged.Quantity.Allowed

/// The worst entry of each quantity; entries whose reference overflows are left out.
let judgePoint (point: Point) (quantities: Compared list) =
    [
        for quantity in quantities do
            let errors = Array.init quantity.Core.Length (relativeError quantity)

            if errors |> Array.exists (fun e -> not (Double.IsNaN e)) then
                let entry =
                    errors
                    |> Array.mapi (fun i e -> i, e)
                    |> Array.filter (fun (_, e) -> not (Double.IsNaN e))
                    |> Array.maxBy snd
                    |> fst

                {
                    Point = point
                    Quantity = quantity
                    Entry = entry
                    Error = errors[entry]
                }
    ]
