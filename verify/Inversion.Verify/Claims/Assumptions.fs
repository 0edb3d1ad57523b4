/// What Theorem 1 assumes of a network, one assumption after the other.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.Assumptions

open System
open System.Threading
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify

let private statement =
    "two layers, each a transposed convolution with stride = kernel (or dense), without bias, followed by ReLU; independent Gaussian weights of mean 0 and one variance in each layer; A = I or a row subset of it"

let private source = "MAK §2, Theorem 1, Theorem 4"

let private largest kind statistics =
    statistics
    |> List.filter (fun (found: string, _, _, _) -> found.StartsWith(kind, StringComparison.Ordinal))
    |> List.map (fun (_, _, value: float, _) -> value)
    |> function
        | [] -> Quantity.Absent
        | values when List.exists Double.IsNaN values -> Quantity.Absent
        | values -> Quantity.Number(List.max values)

let private judged (settings: Settings) key (subject: Subject) =
    let origin = AssumptionLaw.trustedOrigin subject
    let all = AssumptionLayers.layers subject.Network
    let statistics = AssumptionTests.allStatistics subject
    let level = AssumptionTests.levelOf settings statistics

    let parts =
        AssumptionStructure.structure subject
        @ match origin with
          | Some origin -> AssumptionLaw.byConstruction origin
          | None -> AssumptionTests.tested level statistics

    let broken = parts |> List.filter (AssumptionParts.holds >> not)

    let verdict =
        match broken with
        | [] -> Verdict.Supported
        | first :: _ -> Claim.confirm AssumptionWitness.replay subject (AssumptionWitness.witnessOf level first)

    let weights = all |> List.sumBy (fun (_, layer, _, _) -> layer.Weight.Length)

    let few =
        all
        |> List.filter (fun (_, layer, _, _) -> layer.Weight.Length < 8)
        |> List.length

    let variances =
        all
        |> List.map (fun (_, layer, _, _) ->
            let m = WeightStatistics.moments layer.Weight

            let rows =
                match layer with
                | :? ConvolutionLayer as convolution -> convolution.Geometry.Taps * layer.OutputChannels
                | _ -> layer.OutputChannels

            (m.Variance + m.Mean * m.Mean) * float rows)

    let reason =
        [
            for part in broken |> List.truncate 6 do
                (AssumptionWitness.witnessOf level part).Fact

            if broken.Length > 6 then
                $"and {broken.Length - 6} more"

            if broken.IsEmpty then
                "the checkable assumptions hold"

            "expansion is reported, not judged: its constant c_ε is unnamed"
            "a factor common to a layer's weights changes no sign in the theorem: the variance is reported, not judged"

            if all |> List.exists (fun (_, layer, _, _) -> layer :? LinearLayer) then
                "a dense layer is the case of one position (HV)"

            match origin with
            | Some _ -> "law, mean and independence are known from the draw"
            | None when few > 0 -> $"{few} layers have fewer than 8 weights: their law was not tested"
            | None -> ()
        ]

    let testedWeights =
        match origin with
        | Some _ -> weights
        | None ->
            if few = 0 then
                weights
            else
                all
                |> List.sumBy (fun (_, l, _, _) -> if l.Weight.Length < 8 then 0 else l.Weight.Length)

    let numbers =
        [
            "depth", Quantity.Number(float subject.Network.Depth)
            "expansion", Quantity.Numbers(all |> List.map (fun (_, layer, _, _) -> AssumptionLayers.expansion layer))
            "varianceRatio", Quantity.Numbers variances
            "meanZ", largest "mean" statistics
            "andersonDarling", largest "anderson-darling" statistics
            "kurtosisZ", largest "kurtosis" statistics
            "neighborZ", largest "neighbors" statistics
            "broken", Quantity.Number(float broken.Length)
        ]

    { Claim.blank AssumptionWitness.claimId Role.Hypothesis statement source settings key subject with
        Verdict = verdict
        Reason = String.Join("; ", reason)
        Arithmetic =
            (match broken with
             | first :: _ when not first.Exact -> Arithmetic.Float64
             | [] when origin.IsNone -> Arithmetic.Float64
             | _ -> Arithmetic.Exact)
        Measured = numbers
        Allowed =
            [
                "depth", 2.0

                if origin.IsNone && not statistics.IsEmpty then
                    "meanZ", AssumptionTests.limitOf "mean" level
                    "andersonDarling", AssumptionTests.limitOf "anderson-darling" level
                    "kurtosisZ", AssumptionTests.limitOf "kurtosis" level
                    "neighborZ", AssumptionTests.limitOf "neighbors" level
            ]
        Method =
            (match origin with
             | Some _ ->
                 $"structure read off the network; its {weights} weights drawn again from their key and compared"
             | None ->
                 $"structure read off the network; {statistics.Length} two-sided tests of mean, normality (Anderson and Darling; kurtosis) and correlation of neighbors on {testedWeights} weights, each at level {level:G3}")
        Trials = testedWeights
        FailureRateUpper = nan
    }
    |> Finding.guarded

let private check (settings: Settings) (key: RandomKey) (_: CancellationToken) (subject: Subject) =
    let blank =
        Claim.blank AssumptionWitness.claimId Role.Hypothesis statement source settings key subject

    match Subject.defect subject with
    | Some reason ->
        [
            Finding.guarded
                { blank with
                    Verdict = Verdict.Undecided reason
                }
        ]
    | None when subject.Network.Depth = 0 -> [ Claim.notApplicable "the network has no layer with weights" blank ]
    | None -> [ judged settings key subject ]

/// The claim.
let claim: Claim =
    {
        Id = AssumptionWitness.claimId
        Role = Role.Hypothesis
        Statement = statement
        Source = source
        Check = check
        Replay = AssumptionWitness.replay
    }
