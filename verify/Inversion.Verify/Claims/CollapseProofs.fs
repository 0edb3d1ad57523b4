/// Proofs that a set of codes of positive dimension has one measurement, without rounding.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.CollapseProofs

open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// At most so many of these columns' dimensions reach the measurement, whatever the units do: the fewest units, over the stages, that the
/// columns reach through weights that are not 0.
let width (subject: Subject) (columns: int[]) =
    let network = subject.Reference.Value

    let signs =
        network.Stages
        |> Array.choose (fun stage ->
            match stage with
            | Stage.Activation(_, _, units) -> Some(Array.create units Sign.Positive)
            | Stage.Affine _ -> None)

    UniquenessProofs.reach (UniquenessProofs.stages subject) signs network.LatentDimension columns

/// Columns that together pass through fewer numbers than they are: those that reach nothing, else all; None when neither do.
let narrowColumns (subject: Subject) =
    let all = [| 0 .. subject.Network.LatentDimension - 1 |]
    let dead = all |> Array.filter (fun c -> width subject [| c |] = 0)

    if dead.Length > 0 then Some dead
    elif width subject all < all.Length then Some all
    else None

/// Kind "segment": two explicit codes on which no unit has opposite signs, so that A G is affine between them, with equal measurements in
/// exact arithmetic: all codes between have that measurement.
let private segment (subject: Subject) (witness: Witness) =
    let network = subject.Reference.Value
    let first, second = witness.Vector "first", witness.Vector "second"

    if not network.IsPiecewiseLinear then
        UniquenessProofs.refuse "the network is not piecewise linear"
    elif not (UniquenessProofs.isCode subject first && UniquenessProofs.isCode subject second) then
        UniquenessProofs.refuse "the codes do not fit the network"
    else
        let isOneSide a b =
            match a, b with
            | Sign.Unknown, _
            | _, Sign.Unknown
            | Sign.Positive, Sign.Negative
            | Sign.Negative, Sign.Positive -> false
            | _ -> true

        let areTogether =
            Array.forall2 (Array.forall2 isOneSide) (Pattern.at network first) (Pattern.at network second)

        if not areTogether then
            UniquenessProofs.refuse "a unit has opposite signs on the two codes"
        else
            let again = UniquenessProofs.collision subject witness

            { again with
                Note =
                    if again.Confirmed then
                        "the two codes and all between have one measurement"
                    else
                        again.Note
            }

/// Kind "dimension": some columns pass through fewer numbers than they are. A map that is piecewise linear, or smooth, has then a set of
/// positive dimension on which it is constant near some code: the kernel of a piece, or a fibre by the theorem of constant rank.
let private dimension (subject: Subject) (witness: Witness) =
    let latent = subject.Network.LatentDimension
    let columns = witness.Vector "columns" |> Array.map int |> Array.distinct

    if columns |> Array.exists (fun c -> c < 0 || c >= latent) then
        UniquenessProofs.refuse "the columns do not fit the network"
    else
        let reached = width subject columns

        {
            Confirmed = reached < columns.Length
            Measured = Enclosure.Point(float (latent - columns.Length + reached))
            Note = $"{columns.Length} unknowns pass through {reached} numbers"
        }

/// Judges a witness of this claim again. Kind "cone" is that of uniqueness: the rank is deficient on the whole cone of one code.
let replay (subject: Subject) (witness: Witness) : Replay =
    match witness.Kind with
    | "segment" -> segment subject witness
    | "cone" -> UniquenessProofs.cone subject witness
    | "dimension" -> dimension subject witness
    | other -> UniquenessProofs.refuse $"'{other}' is no kind of this claim"
