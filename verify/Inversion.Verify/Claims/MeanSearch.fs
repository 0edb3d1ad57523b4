/// Pairs of codes at which the gradient may be far from its expectation: random ones, and a hunt for the worst.
module internal Inversion.Verify.Claims.MeanSearch

open System
open Inversion.Randomness
open Inversion.Verify
open MeanSetting
open MeanDeviation

/// z° uniform on the sphere, z in a uniform direction with a length from a tenth to ten, log-uniform.
let randomPairs (key: RandomKey) count length =
    let stream = key.Open()

    Array.init count (fun _ ->
        let truth = Codes.unit (Search.gaussian stream length)
        let direction = Codes.unit (Search.gaussian stream length)
        let size = Math.Pow(10.0, 2.0 * stream.NextUniform() - 1.0)
        direction |> Array.map (fun x -> size * x), truth)

/// Random pairs; z = −z°, z = −ρ_d z°, z far away, z near 0; axes.
let private starts setting (settings: Settings) (key: RandomKey) =
    let n = setting.Subject.Network.LatentDimension
    let rho = Theory.rho setting.Depth

    let along factor (truth: float[]) =
        truth |> Array.map (fun x -> factor * x)

    let truths = Codes.random (key.Child "truths") settings.Starts n
    let others = Codes.random (key.Child "others") settings.Starts n

    Array.append
        [|
            for i in 0 .. settings.Starts - 1 do
                others[i], truths[i]
                along -1.0 truths[i], truths[i]
                along -(max rho 0.05) truths[i], truths[i]
                along 1e4 others[i], truths[i]
                along 1e-4 others[i], truths[i]
        |]
        (Codes.axes 8 n |> Array.map (fun axis -> along 1e4 axis, truths[0]))

/// The worst pair from each of the worst starts, by power steps and then random steps.
let search setting (deviations: Deviations) (settings: Settings) (key: RandomKey) =
    let n = setting.Subject.Network.LatentDimension

    let best =
        starts setting settings (key.Child "starts")
        |> Array.map deviations.Pair
        |> Array.filter (fun pair -> not (Double.IsNaN pair.Deviation))
        |> Array.sortByDescending (fun pair -> pair.Deviation)
        |> Array.truncate settings.Starts

    best
    |> Array.mapi (fun number start ->
        let mutable worst = start
        let mutable at = start

        for _ in 1 .. settings.Steps / 10 do
            let next = deviations.Power at

            if not (Double.IsNaN next.Deviation) then
                at <- next
                worst <- larger worst next

        let climbed =
            Search.climb
                (key.Child(int64 number))
                (settings.Steps / 5)
                (fun both -> deviations.At(both[.. n - 1], both[n..]))
                (Array.append worst.Code worst.Truth)

        larger
            worst
            {
                Code = climbed.Point[.. n - 1]
                Truth = climbed.Point[n..]
                Deviation = climbed.Score
            })
