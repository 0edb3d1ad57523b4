/// How angles contract through one layer: HV (4).
module internal Inversion.Verify.Claims.AngleLayers

open System
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

/// At most this many blocks are judged.
let private mostBlocks = 16

/// Judges one layer on its blocks and on the output positions of one of them.
let checkLayer (settings: Settings) (key: RandomKey) cancellation (subject: Subject) (layer: BlockedLayer) =
    let blank =
        { Claim.blank
              AngleLimits.claimId
              Role.Hypothesis
              AngleLimits.layerStatement
              AngleLimits.source
              settings
              key
              subject with
            Layer = Some layer.Number
        }

    let seen =
        layer.Blocks
        |> List.filter (fun block -> block.Rows > 0)
        |> List.sortBy (fun block -> block.Rows)

    match AngleObstacles.obstacle subject.Network layer with
    | Some why -> Claim.notApplicable why blank
    | None when seen.IsEmpty ->
        Finding.guarded
            { blank with
                Verdict = Verdict.Undecided "no row of the layer is observed"
            }
    | None ->
        let blocks = seen |> List.truncate mostBlocks

        let places =
            [
                for block in blocks do
                    "block", block.Position, -1, block

                if AngleObstacles.feedsPositions subject.Network layer then
                    let fullest = List.last seen

                    for position, rows in AngleMaps.positionsOf layer fullest do
                        "position", fullest.Position, position, rows
            ]

        let limits = AngleLimits.ofLayer settings
        let effortOf = AngleSearch.effort settings places.Length

        let parts: AngleWitness.Part list =
            places
            |> List.map (fun (kind, position, output, block) ->
                let map = AngleMaps.ofBlock block

                let key =
                    key.Child(int64 layer.Number).Child(kind).Child(int64 position).Child(int64 output)

                {
                    Kind = kind
                    Position = position
                    OutputPosition = output
                    Found = AngleSearch.run (effortOf map) key cancellation limits.Fails map
                })

        let bound =
            List.zip places parts
            |> List.map (fun ((_, _, _, block), part) ->
                block,
                match part.Found.Angle with
                | Some pair -> pair.Angle
                | None -> nan)
            |> fun blocks -> AngleUpper.ofBlocks blocks cancellation

        let notes =
            [
                match bound with
                | Some bound when bound.Upper <= limits.Angle ->
                    $"no pair that was judged leaves g by more than {bound.Upper:R}: proven in interval arithmetic, without a certificate"
                | _ -> ()

                if layer.Note <> "" then
                    layer.Note

                if not layer.Tiles then
                    "copies of the kernel overlap or are cut: judged for inputs on a single position"

                if blocks.Length < seen.Length then
                    $"{seen.Length - blocks.Length} of {seen.Length} distinct blocks, those with more rows, were not judged"

                if seen.Length < layer.Blocks.Length then
                    $"{layer.Blocks.Length - seen.Length} distinct blocks are hidden and have no angle"
            ]

        let positions =
            places |> List.filter (fun (kind, _, _, _) -> kind = "position") |> List.length

        let judged =
            if positions > 0 then
                $"on {blocks.Length} distinct blocks and on the {positions} output positions of one block, each as it enters the next layer"
            else
                $"on {blocks.Length} distinct blocks"

        let _, _, _, first = places.Head

        { blank with
            Reason = String.Join("; ", notes)
            Method =
                AngleSummary.methodOf (effortOf (AngleMaps.ofBlock first)) judged
                + (match bound with
                   | Some bound ->
                       $"; supremumUpper by branch and bound over {bound.Pairs} pairs of cells of directions"
                   | None -> "")
        }
        |> AngleSummary.summarize subject settings 1 (Some layer.Number) limits parts
        |> fun finding ->
            { finding with
                Measured =
                    finding.Measured
                    |> List.collect (fun (name, value) ->
                        if name <> "supremum" then
                            [ name, value ]
                        else
                            [
                                name, value
                                "supremumUpper",
                                (match bound with
                                 | Some bound -> Quantity.Number bound.Upper
                                 | None -> Quantity.Absent)
                            ])
            }
