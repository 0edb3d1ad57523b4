/// Witnesses that two codes have one observed output, still to be proved.
module internal Inversion.Verify.Claims.UniquenessCandidates

open Inversion.Verify
open LocalRank
open CodePairs
open UniquenessSearch

/// The identifier of the claim that the witnesses are held against.
let claimId = "uniqueness"

let private witnessOf = Claim.unmeasured claimId

let private coneWitness (local: Local) =
    let unknowns = float local.Code.Length

    witnessOf
        "cone"
        [
            "code", local.Code
            "direction", local.Direction
            "columns", Array.map float local.Flat
        ]
        Side.AtLeast
        unknowns
        $"around the code z all codes z + t v have one observed output: the linear map of its cone has a rank below {unknowns:R}"

let private dimensionWitness (subject: Subject) =
    let width = UniquenessProofs.narrowest subject

    witnessOf
        "dimension"
        []
        Side.AtLeast
        (float subject.Network.LatentDimension)
        $"{subject.Network.LatentDimension} unknowns pass through {width} numbers, and no continuous map does that one-to-one"

let private collisionWitness (pair: Pair) =
    witnessOf
        "collision"
        [ "first", pair.First; "second", pair.Second ]
        Side.Above
        0.0
        "two different codes have the same observed output"

let private meetingWitness risk (first, second) =
    witnessOf
        "meeting"
        [
            "first", first
            "second", second
            "free", freeCoordinates risk first second |> Array.map float
        ]
        Side.Above
        0.0
        "two different codes near the given ones, in different cones, have the same observed output"

/// Candidates for a refutation, the most explicit first.
let candidates (subject: Subject) risk (settings: Settings) typical evidence =
    let few list =
        list |> Seq.truncate settings.Starts |> List.ofSeq

    [
        yield!
            evidence.Pairs
            |> Array.filter (fun pair -> pair.Ratio <= suspicious * typical)
            |> Array.sortBy (fun pair -> pair.Ratio)
            |> few
            |> List.map collisionWitness
        if subject.Network.IsPiecewiseLinear then
            yield!
                evidence.Locals
                |> Array.filter isFlat
                |> Array.sortBy (fun local -> local.Rank)
                |> Array.distinctBy (fun local -> local.Code)
                |> few
                |> List.map coneWitness

            yield! evidence.Meetings |> few |> List.map (meetingWitness risk)
        if UniquenessProofs.narrowest subject < subject.Network.LatentDimension then
            yield dimensionWitness subject
    ]
