/// Hunts in float64 for codes around which a direction has no effect on the measurement.
module internal Inversion.Verify.Claims.CollapseSearch

open System
open System.Threading
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open LocalRank

/// The singular values of A DG at Gaussian codes.
let randomTrials (risk: EmpiricalRisk<float>) (settings: Settings) (key: RandomKey) =
    let stream = key.Open()

    Array.init settings.Trials (fun _ -> Search.gaussian stream risk.LatentDimension)
    |> Array.choose (localAt risk)

/// Random steps toward codes at which fewer observed numbers differ from 0, and among those toward a smaller measurement.
let private starve (risk: EmpiricalRisk<float>) steps (key: RandomKey) start =
    let score code =
        let observed = (Codes.residuals risk [| code |]).[0]
        let size = Theory.norm observed

        let lit = observed |> Array.sumBy (fun value -> if value <> 0.0 then 1.0 else 0.0)

        -lit - size / (size + Theory.norm code)

    Codes.unit (Search.climb key steps score start).Point

/// Codes with few active units, then random steps from the flattest codes toward a smaller smallest singular value.
let search
    (cancellation: CancellationToken)
    subject
    (risk: EmpiricalRisk<float>)
    (settings: Settings)
    (key: RandomKey)
    (trials: Local[])
    =
    let worst =
        DirectedSpanning.measure (key.Child "spanning") settings cancellation subject
        |> Option.map (fun found -> found.Codes)
        |> Option.defaultValue []

    let pool = UniquenessSearch.poolOf risk settings (key.Child "pool") subject worst

    let dimmest =
        Codes.residuals risk pool
        |> Array.zip pool
        |> Array.sortBy (fun (_, observed) -> observed |> Array.filter (fun value -> value <> 0.0) |> Array.length)
        |> Array.truncate settings.Starts
        |> Array.map fst

    let starved =
        dimmest
        |> Array.mapi (fun i code -> starve risk settings.Steps (key.Child("starve").Child(int64 i)) code)

    let locals =
        Array.append trials (Array.append pool starved |> Array.choose (localAt risk))

    let flattened =
        locals
        |> Array.sortBy flatness
        |> Array.truncate settings.Starts
        |> Array.filter (isFlat >> not)
        |> Array.mapi (fun i local -> flatten risk (settings.Steps / 10) (key.Child("flatten").Child(int64 i)) local)

    Array.append locals flattened

/// The identifier of the claim that the witnesses are held against.
let claimId = "mode-collapse"

let private witnessOf = Claim.unmeasured claimId

let private floats (columns: int[]) = Array.map float columns

/// Directions of few bits near the one without effect: single coordinates, and its multiple whose largest entry is 1, in steps of 1/64.
let private plain (local: Local) =
    let axes =
        local.Flat
        |> Array.truncate 4
        |> Array.map (fun c -> Array.init local.Code.Length (fun i -> if i = c then 1.0 else 0.0))

    let largest = local.Direction |> Array.maxBy abs
    let scaled = local.Direction |> Array.map (fun x -> x / largest)
    let rounded = scaled |> Array.map (fun x -> Math.Round(64.0 * x) / 64.0)

    if Array.forall2 (fun (x: float) y -> abs (x - y) < 1e-6) scaled rounded then
        Array.append [| rounded |] axes
    else
        axes

/// Two codes with few bits, so that sums along the direction are exact, whose measurements agree in float64.
let private segmentWitness (risk: EmpiricalRisk<float>) (local: Local) =
    let first =
        Codes.unit local.Code
        |> Array.map (fun x -> Math.ScaleB(Math.Round(Math.ScaleB(x, 24)), -24))

    let observed = (Codes.residuals risk [| first |]).[0]

    Seq.allPairs [ -2; -6; -12 ] (plain local)
    |> Seq.map (fun (exponent, direction) -> Valley.axpy first (Math.ScaleB(1.0, exponent)) direction)
    |> Seq.tryFind (fun second ->
        Codes.distance observed (Codes.residuals risk [| second |]).[0]
        <= 1e-14 * Theory.norm observed)
    |> Option.map (fun second ->
        witnessOf
            "segment"
            [ "first", first; "second", second ]
            Side.Above
            0.0
            "two codes and all codes between them have one and the same measurement")

let private coneWitness (local: Local) =
    let unknowns = float local.Code.Length

    witnessOf
        "cone"
        [
            "code", local.Code
            "direction", local.Direction
            "columns", floats local.Flat
        ]
        Side.AtLeast
        unknowns
        $"around the code z all codes z + t v have one measurement: the linear map of its cone has a rank below {unknowns:R}"

let private dimensionWitness (subject: Subject) columns =
    witnessOf
        "dimension"
        [ "columns", floats columns ]
        Side.AtLeast
        (float subject.Network.LatentDimension)
        "these entries of the code pass through fewer numbers than they are on their way to the measurement"

/// Candidates for a refutation, the most explicit first.
let candidates (subject: Subject) risk (settings: Settings) (locals: Local[]) =
    [
        if subject.Network.IsPiecewiseLinear then
            let flat =
                locals
                |> Array.filter isFlat
                |> Array.distinctBy (fun local -> local.Code)
                |> Array.sortBy (fun local -> local.Rank)
                |> Array.truncate (max 1 settings.Starts)
                |> List.ofArray

            yield! flat |> List.choose (segmentWitness risk)
            yield! flat |> List.map coneWitness

        match CollapseProofs.narrowColumns subject with
        | Some columns -> yield dimensionWitness subject columns
        | None -> ()
    ]
