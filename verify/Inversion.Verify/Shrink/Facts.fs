/// What a shrunk witness says, in its own numbers.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Facts

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Claims

let private scalar name value (witness: Witness) = Carry.withScalar name value witness

let private point (subject: Subject) radius prefix (witness: Witness) =
    match StationaryPoints.prove subject radius (StationaryPoints.candidate prefix witness) with
    | Ok proven -> $"{proven.Kind}, {proven.Distance.Lower:G4} ‖z°‖ from z°"
    | Error why -> why

let private concentration (subject: Subject) (witness: Witness) =
    let layer = BlockedLayer.ofSubject subject |> List.item (witness.Layer.Value - 1)
    let position = int (witness.Scalar "position")

    { witness with
        Fact =
            $"layer {layer.Number}, block of input position {position}, divided by its own scale s = {layer.Scale:R} (E[FᵀF] = s² I measured on these weights): along u, F₊ₓᵀF₊ᵧ leaves Q by {witness.Measured.Lower:G6}, more than ε = {witness.Allowed:R}"
    }
    |> scalar "scale" layer.Scale
    |> scalar "rate" layer.Rate

let private angle (subject: Subject) (witness: Witness) =
    let x, y = witness.Vector "x", witness.Vector "y"
    let kind = witness.Kind.Split('-').[0]
    let measure = witness.Kind.Split('-').[1]
    let position = witness.Scalar "position"
    let angleIn = Interval.midpoint (BlockEnclosure.angle x y)

    match AngleEnclosure.outputs subject witness kind x y with
    | Error _ -> witness
    | Ok(_, p, q) ->
        let angleOut = Interval.midpoint (Elementary.angle p q)

        let place =
            match witness.Layer with
            | Some number -> $"layer {number}, input position {position:R}"
            | None -> "the network"

        { witness with
            Fact =
                $"{place}: two codes {angleIn:G6} apart come out {angleOut:G6} apart, their {measure} {witness.Measured.Lower:G6} from the expected one, more than {witness.Allowed:G6}"
        }
        |> scalar "angleIn" angleIn
        |> scalar "angleOut" angleOut

/// The witness with a fact that speaks of the shrunk network.
let restated (subject: Subject) (witness: Witness) =
    let say fact = { witness with Fact = fact }
    let lower = witness.Measured.Lower

    match witness.Claim, witness.Kind with
    | "weight-concentration", _ -> concentration subject witness
    | "angle-contraction", _ -> angle subject witness
    | "origin", _ -> say $"from the origin J does not fall along v: D_vJ(0)/(‖v‖‖z°‖) = {lower + 0.0:R}"
    | "gradient-near-mean", _ ->
        say
            $"2ᵈ‖∇J/(r Π s²) − h‖/max(‖z‖, ‖z°‖) = {lower:R}, above {witness.Allowed:R}; s are the scales measured on these weights"
    | "descent", "stationary" ->
        let where = point subject (witness.Scalar "epsilon") "" witness

        say $"J has no descent direction at a point ({where}), which is more than ε‖z°‖ from −ρz° for every ρ > 0"
    | "descent", _ ->
        let epsilon = witness.Scalar "epsilon"
        let first = point subject epsilon "first." witness
        let second = point subject epsilon "second." witness
        say $"J has no descent direction at two points that no common ρ excuses: {first}; {second}"
    | "convergence", _ ->
        let where = point subject (witness.Scalar "radius") "" witness

        say
            $"gradient descent that starts at the exact point here stays there: J has no descent direction at it ({where})"
    | ("uniqueness" | "mode-collapse"), "cone" ->
        say
            $"around the code z a line of codes has one observed output: the linear map of its cone has rank at most {witness.Measured.Upper:R}, below {witness.Allowed:R}"
    | "uniqueness", "dimension" ->
        say
            $"{witness.Allowed:R} unknowns pass through {witness.Measured.Upper:R} numbers, and no continuous map does that one-to-one"
    | _ -> witness
