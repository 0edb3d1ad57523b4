/// How angles contract through the whole network: HV Lemma 7.
module internal Inversion.Verify.Claims.AngleNetwork

open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

/// At most this many latent positions are judged.
let private mostPositions = 16

/// The latent positions to judge: one when every layer tiles and all is observed, since then all are alike; otherwise up to 16.
let private latentPositions (subject: Subject) (layers: BlockedLayer list) =
    let network = subject.Network
    let positions = network.InputShape.Positions

    let alike =
        AngleMaps.observed subject |> Array.length = network.OutputDimension
        && layers
           |> List.forall (fun layer -> layer.Tiles && layer.Affine :? ConvolutionLayer)

    if positions = 1 || alike then
        [ 0 ]
    else
        [
            for i in 0 .. min positions mostPositions - 1 -> i * positions / min positions mostPositions
        ]

/// Judges the whole network on codes, each on one latent position.
let checkNetwork (settings: Settings) (key: RandomKey) cancellation (subject: Subject) layers =
    let network = subject.Network

    let blank =
        Claim.blank
            AngleLimits.claimId
            Role.Hypothesis
            AngleLimits.networkStatement
            AngleLimits.source
            settings
            key
            subject

    let obstacles =
        [
            for layer in layers do
                match AngleObstacles.obstacle network layer with
                | Some why -> why
                | None -> ()

            for other in network.Layers do
                match other with
                | :? ChannelAffineLayer -> "a channel-wise affine map stands between the layers"
                | :? ActivationLayer as activation when activation.Activation <> Activation.Relu ->
                    $"{activation.Kind} stands between the layers; g describes ReLU alone"
                | _ -> ()
        ]

    match obstacles with
    | why :: _ -> Claim.notApplicable why blank
    | [] ->
        let depth = network.Depth
        let positions = latentPositions subject layers
        let kept = AngleMaps.observed subject
        let limits = AngleLimits.ofNetwork settings depth

        let maps =
            positions
            |> List.map (fun position -> position, AngleMaps.ofNetwork subject kept position)

        let effort = AngleSearch.effort settings positions.Length (snd maps.Head)

        let parts: AngleWitness.Part list =
            maps
            |> List.map (fun (position, map) ->
                {
                    Kind = "network"
                    Position = position
                    OutputPosition = -1
                    Found =
                        AngleSearch.run
                            effort
                            (key.Child("network").Child(int64 position))
                            cancellation
                            limits.Fails
                            map
                })

        let all = network.InputShape.Positions

        let note =
            if all = 1 then
                ""
            else
                $"judged for codes on a single latent position ({positions.Length} of {all} positions)"

        { blank with
            Reason = note
            Method =
                AngleSummary.methodOf
                    effort
                    (if all = 1 then
                         "on whole codes"
                     else
                         $"on codes at {positions.Length} of {all} latent positions")
        }
        |> AngleSummary.summarize subject settings depth None limits parts
