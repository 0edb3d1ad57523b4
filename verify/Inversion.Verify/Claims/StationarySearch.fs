namespace Inversion.Verify.Claims

open System
open System.Threading
open Inversion.Networks
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify

/// A code that a descent visited where J is differentiable, and the normalized slope there.
[<Struct>]
type Visited =
    {
        Truth: float[]
        Code: float[]
        Slope: float
    }

/// What the descents of J found.
type SearchResult =
    {
        /// Where the descent of each random trial ended, in order.
        Trials: (float[] * Ending) list
        /// Where the descents from chosen starts ended.
        Chosen: (float[] * Ending) list
        Visits: Visited list
        /// The network's own ρ at the truths tried, those that are finite.
        OwnRhos: float list
    }

/// Hunts in float64 for codes where J has no descent direction.
type StationarySearch(subject: Subject, settings: Settings, cancellation: CancellationToken) =
    let network = subject.Network
    let kinks = KinkMap(subject.Engine, subject.Measurement)

    let scale =
        Subject.layerScales subject |> Array.fold (fun product s -> product * s * s) 1.0

    let expansion = Math.ScaleB(1.0, network.Depth)

    let step =
        let inverse = expansion / scale
        if Double.IsFinite inverse then inverse else 1.0

    let valley visit truth =
        {
            Truth = truth
            Risk = EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan truth)
            Kinks = kinks
            Step = step
            Visit = visit
        }

    /// 2ᵈ‖∇J(z)‖/(max(‖z‖, ‖z°‖) Π s_i²): not divided by the sampling rate. Layers whose weights are all 0 leave the product out.
    let normalized (truth: float[]) (code: float[]) slope =
        let factor = if scale > 0.0 then step else 1.0
        factor * slope / max (Theory.norm code) (Theory.norm truth)

    let rounds = 30 + network.LatentDimension

    let visiting (visits: ResizeArray<Visited>) truth code slope =
        visits.Add
            {
                Truth = truth
                Code = code
                Slope = normalized truth code slope
            }

    /// The chosen truths, each with its starts.
    let chosenPairs (key: RandomKey) =
        [
            for k in 0 .. settings.Starts - 1 do
                let truth = Starts.truth subject kinks (key.Child("truth").Child(int64 k)) k

                if Theory.norm truth > 0.0 then
                    for start in Starts.around subject (key.Child("around").Child(int64 k)) settings.Starts truth do
                        truth, start
        ]

    /// A random (z°, z): z° uniform on the sphere, z in a uniform direction with a log-uniform length from a tenth to ten.
    static member RandomPair(stream: RandomStream, dimension) =
        let direction () =
            let code = Search.gaussian stream dimension
            let length = Theory.norm code
            code |> Array.map (fun x -> x / length)

        let truth = direction ()
        let length = Math.Pow(10.0, 2.0 * stream.NextUniform() - 1.0)
        truth, direction () |> Array.map (fun x -> length * x)

    /// `settings.Starts` codes z° of Starts.truth, each with the starts of Starts.around.
    member _.ChosenPairs(key: RandomKey) = chosenPairs key

    /// A descent of J for this truth from this start; ends early within radius ‖z°‖ of z°.
    member _.Descend radius truth start =
        cancellation.ThrowIfCancellationRequested()
        Descending.run (valley (fun _ _ -> ()) truth) radius 40 rounds start

    /// From a code that a solver has already brought close to a stationary point.
    member _.Polish radius truth start =
        Descending.run (valley (fun _ _ -> ()) truth) radius 0 rounds start

    /// `settings.Trials` descents for random (z°, z), one more for each of these z° from a start with flipped positions, and those of ChosenPairs.
    member _.Run(key: RandomKey) =
        let visits = ResizeArray()

        let descend (truth, start) =
            cancellation.ThrowIfCancellationRequested()
            truth, Descending.run (valley (visiting visits truth) truth) settings.Epsilon 40 rounds start

        let trials =
            [
                for trial in 0 .. settings.Trials - 1 ->
                    let stream = key.Child("trial").Child(int64 trial).Open()
                    descend (StationarySearch.RandomPair(stream, network.LatentDimension))
            ]

        let flipped =
            [
                for trial, (truth, _) in List.indexed trials do
                    let stream = key.Child("flip").Child(int64 trial).Open()
                    descend (truth, Starts.flipped subject stream truth)
            ]

        let chosen = flipped @ (chosenPairs key |> List.map descend)

        {
            Trials = trials
            Chosen = chosen
            Visits = List.ofSeq visits
            OwnRhos =
                (List.map fst (trials @ chosen) |> List.distinct)
                |> List.map (Starts.ownRho subject)
                |> List.filter Double.IsFinite
        }

    /// Walks downhill on the normalized slope, outside the balls for this ρ, from the `settings.Starts` visited codes of smallest slope (one a truth).
    member _.Flatten(key: RandomKey, rho, visits: Visited list) =
        let isOutside (truth: float[]) code =
            Balls.isOutside
                settings.Epsilon
                rho
                {
                    Truth = truth
                    Point = code
                    Held = []
                }

        let outside =
            visits
            |> List.filter (fun visit -> isOutside visit.Truth visit.Code && not (Double.IsNaN visit.Slope))

        let starts =
            outside
            |> List.sortBy (fun visit -> visit.Slope)
            |> List.distinctBy (fun visit -> visit.Truth)
            |> List.truncate settings.Starts

        [
            for k, start in List.indexed starts do
                cancellation.ThrowIfCancellationRequested()
                let risk = (valley (fun _ _ -> ()) start.Truth).Risk
                let gradient = Array.zeroCreate start.Code.Length

                let score (code: float[]) =
                    if isOutside start.Truth code then
                        risk.ValueAndGradient(ReadOnlySpan code, Span gradient) |> ignore
                        -(normalized start.Truth code (Theory.norm gradient))
                    else
                        -infinity

                let best = Search.climb (key.Child(int64 k)) settings.Steps score start.Code

                {
                    Truth = start.Truth
                    Code = best.Point
                    Slope = -best.Score
                }
        ]
