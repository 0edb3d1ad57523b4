/// Broken assumptions as witnesses, and how they are judged again.
module internal Inversion.Verify.Claims.AssumptionWitness

open Inversion.Verify

/// Id of the claim.
let claimId = "assumptions"

/// A broken assumption as a witness.
let witnessOf level (part: AssumptionParts.Part) =
    {
        Claim = claimId
        Kind = part.Kind
        Layer = part.Layer
        Vectors = []
        Scalars = (if part.Exact then [] else [ "level", level ])
        Measured = Enclosure.Point part.Value
        Side = part.Side
        Allowed = part.Limit
        Fact =
            part.Text
            + (if part.Exact then
                   ""
               else
                   $": {part.Value:G6}, at most {part.Limit:G6} is allowed")
    }

/// Measures the witness' assumption again.
let replay (subject: Subject) (witness: Witness) =
    let unconfirmed note =
        {
            Confirmed = false
            Measured = Enclosure.Point nan
            Note = note
        }

    let again (parts: AssumptionParts.Part list) =
        parts
        |> List.tryFind (fun part ->
            part.Kind = witness.Kind
            && part.Layer = witness.Layer
            && part.Side = witness.Side
            && part.Limit = witness.Allowed)

    match Subject.defect subject with
    | Some reason -> unconfirmed reason
    | None when witness.Claim <> claimId -> unconfirmed "the witness is of another claim"
    | None ->
        let found =
            if witness.Scalars |> List.exists (fun (name, _) -> name = "level") then
                again (AssumptionTests.tested (witness.Scalar "level") (AssumptionTests.allStatistics subject))
            else
                let law =
                    match AssumptionLaw.trustedOrigin subject with
                    | Some origin -> AssumptionLaw.byConstruction origin
                    | None -> []

                again (AssumptionStructure.structure subject @ law)

        match found with
        | None -> unconfirmed $"the network has no assumption '{witness.Kind}' with this limit there"
        | Some part ->
            let measured = Enclosure.Point part.Value

            {
                Confirmed = Verdict.breaks part.Side part.Limit measured
                Measured = measured
                Note = part.Text
            }
