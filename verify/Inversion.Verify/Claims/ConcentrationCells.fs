namespace Inversion.Verify.Claims

open System

/// Directions x of R^k, k ≤ 3, through a piece of one face of the cube [−1, 1]^k: x[Axis] = Sign, the other entries (U, then V) within
/// Half of the center. All numbers are dyadic with few bits, so that centers and halves are exact floats. Entries from k on are zero.
[<Struct>]
type DirectionCell =
    {
        Axis: int
        Sign: float
        U: float
        V: float
        Half: float
    }

[<RequireQualifiedAccess>]
module DirectionCell =
    /// Cells of this half are not split: their centers still have exact coordinates.
    let smallest = Math.ScaleB(1.0, -40)

    /// The 2k faces, which together hold every direction.
    let faces k =
        [|
            for axis in 0 .. k - 1 do
                for sign in [ 1.0; -1.0 ] do
                    {
                        Axis = axis
                        Sign = sign
                        U = 0.0
                        V = 0.0
                        Half = 1.0
                    }
        |]

    /// The center, in three entries.
    let center k (cell: DirectionCell) (into: float[]) =
        into[0] <- 0.0
        into[1] <- 0.0
        into[2] <- 0.0
        let mutable next = cell.U

        for i in 0 .. k - 1 do
            if i = cell.Axis then
                into[i] <- cell.Sign
            else
                into[i] <- next
                next <- cell.V

    /// The halves (k = 2) or quarters (k = 3) that cover a cell; nothing covers a ray (k = 1) but itself.
    let parts k (cell: DirectionCell) =
        let half = 0.5 * cell.Half

        match k with
        | 1 -> [||]
        | 2 ->
            [|
                for du in [ -half; half ] do
                    { cell with
                        U = cell.U + du
                        Half = half
                    }
            |]
        | _ ->
            [|
                for du in [ -half; half ] do
                    for dv in [ -half; half ] do
                        { cell with
                            U = cell.U + du
                            V = cell.V + dv
                            Half = half
                        }
            |]

    /// An upper bound on ∠(x, center) over the cell; π where the cell is too large for a useful one. sin ∠ ≤ q = ‖x − center‖/‖center‖ and
    /// arcsin q ≤ q/√(1 − q²).
    let radius k (cell: DirectionCell) =
        let q =
            cell.Half
            * sqrt (
                float (k - 1)
                / (1.0 + cell.U * cell.U + (if k = 3 then cell.V * cell.V else 0.0))
            )

        // Ten operations, each within 2⁻⁵³.
        if q < 0.9 then
            q / sqrt (1.0 - q * q) * (1.0 + 1e-13)
        else
            Math.PI
