/// Hunts in float64 for codes that the observed output does not tell apart.
module internal Inversion.Verify.Claims.UniquenessSearch

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify
open LocalRank
open CodePairs

/// What random trials and the search found.
type Evidence =
    {
        Trials: (Local * Pair)[]
        Locals: Local[]
        Pairs: Pair[]
        Meetings: (float[] * float[])[]
        Spanning: DirectedSpanning.LayerSpanning option
    }

/// Random codes with their singular values, each paired with another random code.
let randomTrials (risk: EmpiricalRisk<float>) (settings: Settings) (key: RandomKey) length =
    let firsts = Codes.random (key.Child "first") settings.Trials length

    // Of one entry, every other code of length 1 is the first again.
    let seconds =
        Codes.random (key.Child "second") settings.Trials length
        |> Array.map2 (fun first second -> if first = second then Array.map (~-) second else second) firsts

    let a, b = Codes.residuals risk firsts, Codes.residuals risk seconds

    [|
        for i in 0 .. settings.Trials - 1 do
            match localAt risk firsts[i] with
            | Some local -> local, pairOf firsts[i] seconds[i] a[i] b[i]
            | None -> ()
    |]

/// Codes away from kinks that they would share by being sparse: each a little off.
let private blurred (key: RandomKey) (codes: float[][]) =
    let stream = key.Open()

    codes
    |> Array.map (fun code ->
        let noise = Search.gaussian stream code.Length
        Array.map2 (fun x e -> x + 1e-3 * e) code noise)

/// Codes that activate little: quiet ones, those without any output that is found, worst directions of the first layer, single positions, axes.
let poolOf (risk: EmpiricalRisk<float>) (settings: Settings) (key: RandomKey) subject (worst: float[] list) =
    let n = risk.LatentDimension

    let sparse =
        Array.append (Codes.positions (key.Child "positions") 6 subject) (Codes.axes 4 n)
        |> blurred (key.Child "blur")

    let quiet =
        Codes.random (key.Child "quiet") settings.Starts n
        |> Array.map (Codes.quiet risk (settings.Steps / 15))

    let dark =
        Codes.random (key.Child "dark") settings.Starts n
        |> Codes.dark risk (settings.Steps / 2)

    Array.concat [ quiet; dark; Array.ofList (List.truncate 8 worst); sparse ]

/// Hunts for codes where a direction has no effect, and for pairs with one observed output.
let search (subject: Subject) risk (settings: Settings) (key: RandomKey) cancellation trials =
    let spanning =
        DirectedSpanning.measure (key.Child "spanning") settings cancellation subject

    let worst =
        spanning |> Option.map (fun found -> found.Codes) |> Option.defaultValue []

    let pool = poolOf risk settings (key.Child "pool") subject worst

    let locals =
        Array.append (Array.map fst trials) (pool |> Array.choose (localAt risk))

    let flattest = locals |> Array.sortBy flatness |> Array.truncate settings.Starts

    let flattened =
        flattest
        |> Array.mapi (fun i local ->
            if isFlat local then
                local
            else
                flatten risk (settings.Steps / 10) (key.Child("flatten").Child(int64 i)) local)

    let codes =
        Array.append pool (trials |> Array.truncate 24 |> Array.map (fun (local, _) -> local.Code))

    let outputs = Codes.residuals risk codes

    let near =
        [|
            for i in 0 .. codes.Length - 1 do
                for j in 0 .. i - 1 do
                    pairOf codes[i] codes[j] outputs[i] outputs[j]
        |]
        |> Array.filter (fun pair -> not (Double.IsNaN pair.Ratio))
        |> Array.sortBy (fun pair -> pair.Ratio)
        |> Array.truncate settings.Starts

    let pairs =
        near
        |> Array.mapi (fun i pair ->
            if pair.Ratio > 0.0 then
                approach risk (settings.Steps / 5) (key.Child("approach").Child(int64 i)) pair
            else
                pair)

    // 2 n0 unknowns cannot be expected to meet more equations than that.
    let isMeetable =
        subject.Network.IsPiecewiseLinear
        && risk.Measurement.Count <= 4 * risk.LatentDimension
        && risk.Measurement.Count >= risk.LatentDimension

    let meetings =
        if isMeetable then
            Array.concat [ Array.map snd trials |> Array.truncate (2 * settings.Starts); pairs ]
            |> Array.choose (meet risk (settings.Steps / 6))
            |> Array.filter (fun (first, second) ->
                distance first second > 0.01 * (Theory.norm first + Theory.norm second))
        else
            [||]

    {
        Trials = trials
        Locals = Array.append locals flattened
        Pairs = Array.concat [ Array.map snd trials; near; pairs ]
        Meetings = meetings
        Spanning = spanning
    }
