/// Stationary points found again after their network changed.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Resettle

open System.Threading
open Inversion.Verify
open Inversion.Verify.Claims

/// The radius, in units of ‖z°‖, that the points must lie outside of.
let radiusOf (witness: Witness) =
    if witness.Claim = "descent" then
        witness.Scalar "epsilon"
    else
        witness.Scalar "radius"

/// What the names of each point's vectors begin with.
let prefixes (witness: Witness) =
    if witness.Kind = "two-rhos" then
        [ "first."; "second." ]
    else
        [ "" ]

let private replaced prefix candidate (witness: Witness) =
    let fresh = StationaryPoints.vectors prefix candidate

    { witness with
        Vectors =
            witness.Vectors
            |> List.map (fun (name, old) ->
                name,
                fresh
                |> List.tryFind (fun (key, _) -> key = name)
                |> Option.map snd
                |> Option.defaultValue old)
    }

/// Whether the witness names points that can be found again.
let isStationary (witness: Witness) =
    witness.Claim = "descent" || witness.Claim = "convergence"

/// The witness with its points moved to where Gauss–Newton steps, or with `glide` gradient steps before them, lead; None where they lead
/// to z° or nowhere.
let again glide (cancellation: CancellationToken) (subject: Subject) (witness: Witness) =
    let search = StationarySearch(subject, Settings.Default, cancellation)

    (Some witness, prefixes witness)
    ||> List.fold (fun found prefix ->
        found
        |> Option.bind (fun (witness: Witness) ->
            let from = StationaryPoints.candidate prefix witness
            let descend = if glide then search.Descend else search.Polish

            match descend (radiusOf witness) from.Truth from.Point with
            | Ending.Stationary(point, held) -> Some(replaced prefix { from with Point = point; Held = held } witness)
            | _ -> None))
