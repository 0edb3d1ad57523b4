/// Pairs of codes whose angle leaves its expectation too far, and how they are judged again.
module internal Inversion.Verify.Claims.AngleWitness

open Inversion.Verify

/// One map that was searched.
type Part =
    {
        /// "block", "position" or "network".
        Kind: string
        /// Input position of the block, or latent position.
        Position: int
        /// Output position of a "position"; −1 otherwise.
        OutputPosition: int
        Found: AngleSearch.Found
    }

let private unconfirmed note =
    {
        Confirmed = false
        Measured = Enclosure.Point nan
        Note = note
    }

/// Judges a pair again in intervals, by the slow reference's rows.
let replay (subject: Subject) (witness: Witness) =
    let x, y = witness.Vector "x", witness.Vector "y"

    match Subject.defect subject, witness.Kind.Split '-' with
    | Some reason, _ -> unconfirmed reason
    | None, [| kind; ("angle" | "cosine") as measure |] when
        witness.Claim = AngleLimits.claimId && witness.Side = Side.AtMost
        ->
        match AngleEnclosure.outputs subject witness kind x y with
        | Error note -> unconfirmed note
        | Ok(_, p, q) when not (AngleEnclosure.hasLength p && AngleEnclosure.hasLength q) ->
            unconfirmed "an output may be zero and then has no angle"
        | Ok(depth, p, q) ->
            let measured =
                AngleEnclosure.enclose (measure = "cosine") depth x y p q
                |> AngleEnclosure.asEnclosure

            {
                Confirmed = Verdict.breaks Side.AtMost witness.Allowed measured
                Measured = measured
                Note =
                    $"the {measure} leaves its expectation by [{measured.Lower:R}, {measured.Upper:R}]; at most {witness.Allowed:R} is claimed"
            }
    | _ -> unconfirmed "the witness is of another claim"

/// The pair as a witness against its limit.
let witnessOf (subject: Subject) layer (limit: float) measure (part: Part) (pair: AngleSearch.Pair) value =
    let place =
        match part.Kind, layer with
        | "block", Some number -> $"layer {number}, block of input position {part.Position}"
        | "position", Some number ->
            $"layer {number}, output position {part.OutputPosition} of the block of input position {part.Position}"
        | _ -> $"the network, codes at latent position {part.Position}"

    let code (v: float[]) =
        if part.Kind = "network" then
            AngleMaps.embed subject.Network part.Position v
        else
            v

    {
        Claim = AngleLimits.claimId
        Kind = $"{part.Kind}-{measure}"
        Layer = layer
        Vectors = [ "x", code pair.X; "y", code pair.Y ]
        Scalars =
            [
                "position", float part.Position
                "outputPosition", float part.OutputPosition
                "angleIn", pair.In
                "angleOut", pair.Out
            ]
        Measured = Enclosure.Point value
        Side = Side.AtMost
        Allowed = limit
        Fact =
            $"{place}: two codes {pair.In:G6} apart come out {pair.Out:G6} apart, their {measure} {value:G6} from the expected one, more than {limit:G6}"
    }
