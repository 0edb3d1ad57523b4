/// Other witnesses of the same claim for a network that was made smaller: they are tried where the given one does not stand any more.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Alternatives

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

/// Where a descent goes from, to find a point again.
[<RequireQualifiedAccess>]
type private Start =
    /// Gauss–Newton steps from the point itself.
    | Near
    /// Gradient steps from the point first.
    | Point
    /// Gradient steps from −z°, where spurious minima are usual.
    | Opposite

/// The witness with its points moved to where descents lead; None where they lead to z° or nowhere.
let private settled start (cancellation: CancellationToken) (subject: Subject) (witness: Witness) =
    let search = StationarySearch(subject, Settings.Default, cancellation)

    (Some witness, prefixes witness)
    ||> List.fold (fun found prefix ->
        found
        |> Option.bind (fun (witness: Witness) ->
            let from = StationaryPoints.candidate prefix witness
            let radius = radiusOf witness

            let ending =
                match start with
                | Start.Near -> search.Polish radius from.Truth from.Point
                | Start.Point -> search.Descend radius from.Truth from.Point
                | Start.Opposite -> search.Descend radius from.Truth (Array.map (~-) from.Truth)

            match ending with
            | Ending.Stationary(point, held) -> Some(replaced prefix { from with Point = point; Held = held } witness)
            | _ -> None))

/// The pair moved until its observed outputs meet again, with coordinates to solve for that suit it.
let private met (subject: Subject) (witness: Witness) =
    if witness.Kind <> "meeting" then
        None
    else
        let risk = Codes.observer subject
        let first, second = witness.Vector "first", witness.Vector "second"

        CodePairs.meet
            risk
            30
            {
                First = first
                Second = second
                Ratio = nan
            }
        |> Option.map (fun (first, second) ->
            { witness with
                Vectors =
                    [
                        "first", first
                        "second", second
                        "free", CodePairs.freeCoordinates risk first second |> Array.map float
                    ]
            })

/// One vector in the place of another.
let private copied source target (_: Subject) (witness: Witness) =
    let values = witness.Vector source

    Some
        { witness with
            Vectors =
                witness.Vectors
                |> List.map (fun (name, old) -> name, (if name = target then values else old))
        }

/// The named vectors turned around.
let private opposite names (_: Subject) (witness: Witness) =
    Some
        { witness with
            Vectors =
                witness.Vectors
                |> List.map (fun (name, values) ->
                    name,
                    if List.contains name names then
                        values |> Array.map (fun x -> 0.0 - x)
                    else
                        values)
        }

/// What else to try for a witness of this claim.
let ofClaim (cancellation: CancellationToken) (claim: string) : (Subject -> Witness -> Witness option) list =
    match claim with
    | "descent" -> [ settled Start.Near cancellation; settled Start.Point cancellation ]
    // A minimum near −ρz° is excused by the descent claim, not by this one.
    | "convergence" ->
        [
            for start in [ Start.Near; Start.Point; Start.Opposite ] -> settled start cancellation
        ]
    | "origin" ->
        [
            opposite [ "truth" ]
            opposite [ "direction" ]
            opposite [ "truth"; "direction" ]
        ]
    | "uniqueness" -> [ met ]
    | "weight-concentration" -> [ copied "x" "y"; copied "x" "u"; copied "y" "u" ]
    | _ -> []
