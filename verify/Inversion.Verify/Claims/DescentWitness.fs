/// Counterexamples to the descent claim, and how they are judged again.
module internal Inversion.Verify.Claims.DescentWitness

open Inversion.Verify

let private witness kind epsilon fact vectors =
    {
        Claim = "descent"
        Kind = kind
        Layer = None
        Vectors = vectors
        Scalars = [ "epsilon", epsilon ]
        Measured = Enclosure.Point 0.0
        Side = Side.Above
        Allowed = 0.0
        Fact = fact
    }

/// A point that lies outside the balls for every ρ > 0.
let alone epsilon (proven: StationaryPoints.Proven) =
    let point = proven.Candidate

    witness
        "stationary"
        epsilon
        $"J has no descent direction at a point ({proven.Kind}) at distance {proven.Distance.Lower:G4} ‖z°‖ from z° and more than ε‖z°‖ from −ρz° for every ρ > 0"
        (StationaryPoints.vectors "" point)

/// Two points that no common ρ excuses.
let pair epsilon (first: StationaryPoints.Proven) (second: StationaryPoints.Proven) =
    let text (proven: StationaryPoints.Proven) =
        match proven.Rhos with
        | Some rhos -> $"[{rhos.Lower:G4}, {rhos.Upper:G4}]"
        | None -> "none"

    witness
        "two-rhos"
        epsilon
        $"J has no descent direction at two points: the first lies in B(−ρz°, ε‖z°‖) only for ρ in {text first}, the second only for ρ in {text second}"
        (StationaryPoints.vectors "first." first.Candidate
         @ StationaryPoints.vectors "second." second.Candidate)

/// Proves the witness' points again.
let replay (subject: Subject) (witness: Witness) : Replay =
    let epsilon = witness.Scalar "epsilon"

    let fail note =
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }

    let confirmed note =
        {
            Confirmed = true
            Measured = Enclosure.Point 0.0
            Note = note
        }

    let prove prefix =
        StationaryPoints.prove subject epsilon (StationaryPoints.candidate prefix witness)

    match witness.Kind with
    | "stationary" ->
        match prove "" with
        | Error note -> fail note
        | Ok proven when not (proven.Distance.Lower > epsilon) ->
            fail "the point is not shown to lie outside B(z°, ε‖z°‖)"
        | Ok { Rhos = Some rhos } ->
            fail $"the point may lie in B(−ρz°, ε‖z°‖) for ρ in [{rhos.Lower:R}, {rhos.Upper:R}]"
        | Ok proven -> confirmed $"{proven.Kind}: no descent direction"
    | "two-rhos" ->
        match prove "first.", prove "second." with
        | Error note, _
        | _, Error note -> fail note
        | Ok first, Ok second when not (first.Distance.Lower > epsilon && second.Distance.Lower > epsilon) ->
            fail "a point is not shown to lie outside B(z°, ε‖z°‖)"
        | Ok first, Ok second ->
            match first.Rhos, second.Rhos with
            | Some a, Some b when not (a.Upper < b.Lower || b.Upper < a.Lower) -> fail "one ρ may serve both points"
            | _ -> confirmed "no descent direction at two points that no common ρ excuses"
    | kind -> fail $"'{kind}' is no kind of this claim"

/// A witness, if the proven points leave no ρ: one that no ρ excuses, or two whose intervals do not meet.
let counterexample epsilon (proven: StationaryPoints.Proven list) =
    match proven |> List.tryFind (fun p -> p.Rhos.IsNone) with
    | Some p -> Some(alone epsilon p)
    | None when proven.Length < 2 -> None
    | None ->
        let highest = proven |> List.maxBy (fun p -> p.Rhos.Value.Lower)
        let lowest = proven |> List.minBy (fun p -> p.Rhos.Value.Upper)

        if lowest.Rhos.Value.Upper < highest.Rhos.Value.Lower then
            Some(pair epsilon lowest highest)
        else
            None
