/// What a picture may cost: counted in products, not in seconds, so that the same run gives the same pictures everywhere.
[<RequireQualifiedAccess>]
module internal Inversion.Report.Work

open Inversion.Networks

/// Products that one picture may take: some seconds.
let private most = 1e10

/// Products of one evaluation of G; a gradient of J takes about three times as many.
let ofNetwork (network: GenerativeNetwork) =
    Seq.zip network.Layers network.Shapes
    |> Seq.sumBy (fun (layer, input) ->
        match layer with
        | :? ConvolutionLayer as convolution -> float convolution.Weight.Length * float input.Positions
        | :? LinearLayer as linear -> float linear.Weight.Length
        | _ -> float input.Length)

/// How many of the `wanted` pieces, each of so many evaluations of G, a picture may have.
let affordable (network: GenerativeNetwork) evaluations wanted =
    min (float wanted) (most / (evaluations * ofNetwork network)) |> int
