/// Pictures of where gradient descents end in the real landscape.
[<RequireQualifiedAccess>]
module Inversion.Report.DescentFigures

open System
open Inversion.Figures
open Inversion.Randomness
open Inversion.Risk
open Inversion.Solving
open Inversion.Verify

/// Descents of the picture, and the most steps of each.
let private mostDescents, private steps = 60, 400

/// A picture of fewer descents says too little.
let private leastDescents = 8

/// Where a code lies, seen from z°: its component along z° and its distance from the axis, both in ‖z°‖.
let private place (truth: float[]) (code: float[]) =
    let size = Theory.norm truth
    let share = Theory.dot code truth / (size * size)
    share, Theory.norm (Array.map2 (fun z t -> z - share * t) code truth) / size

/// The points of a witness against descent: one, or two that no ρ excuses together.
let private counterexample (witness: Witness) =
    let vector name =
        witness.Vectors |> List.tryFind (fun (key, _) -> key = name) |> Option.map snd

    [
        for prefix, told in
            [
                "", "counterexample: no descent direction"
                "first.", "counterexample, first point"
                "second.", "counterexample, second point"
            ] do
            match vector (prefix + "truth"), vector (prefix + "point") with
            | Some truth, Some point when truth.Length = point.Length && Theory.norm truth > 0.0 ->
                let x, y = place truth point
                MarkedPoint(x, y, told)
            | _ -> ()
    ]

/// Where gradient descents end, each for a Gaussian z° of its own, and the finding's witness; ρ as measured, or as expected. None where the
/// network is so large that few descents would do.
let ends (subject: Subject) (key: RandomKey) rho epsilon (witness: (Witness * string) option) name =
    let descents = Work.affordable subject.Network (3.0 * float steps) mostDescents

    let length = subject.Network.LatentDimension
    let stream = key.Child("report-ends").Open()

    let draw () =
        Array.init length (fun _ -> stream.NextGaussian())

    let options =
        SolveOptions(
            Method = GradientDescent(),
            MaxIterations = steps,
            ResidualTolerance = 1e-7,
            StagnationWindow = 30,
            StagnationFactor = 0.999
        )

    if descents < leastDescents then
        None
    else
        let places =
            [|
                for _ in 1..descents ->
                    let truth = draw ()
                    let start = draw ()

                    let risk =
                        EmpiricalRisk<float>
                            .OfCode(subject.Engine, subject.Measurement, ReadOnlySpan<float>(truth: float[]))

                    let result = Solver.Minimize(risk, ReadOnlySpan<float>(start: float[]), options)
                    place truth (Seq.toArray result.Latent)
            |]

        let within radius centre =
            places
            |> Array.filter (fun (x, y) -> Math.Sqrt((x - centre) ** 2.0 + y * y) <= radius)
            |> Array.length

        let atTruth, atNegative = within epsilon 1.0, within epsilon -rho
        let elsewhere = descents - atTruth - atNegative

        let counts =
            $"{atTruth} ended within {Numbers.short epsilon} ‖z°‖ of z° ({within 1e-3 1.0} of them within 0.001 ‖z°‖), {atNegative} as near to −ρz°, {elsewhere} elsewhere"

        let marks = witness |> Option.map (fst >> counterexample) |> Option.defaultValue []

        let told =
            match witness, marks with
            | Some(_, where), [ _ ] ->
                $" Black: the point of the finding's counterexample, on {where}, seen from its own z°."
            | Some(_, where), _ :: _ ->
                $" Black: the two points of the finding's counterexample, on {where}, each seen from its own z°."
            | _ -> ""

        let ticks =
            let reach choose =
                Array.append (places |> Array.map choose) [| for mark in marks -> choose (mark.X, mark.Y) |]

            let xs, ys = reach fst, reach snd
            let span = max (Array.max ys) (max 1.0 (Array.max xs) - min -rho (Array.min xs))

            let step =
                [ 0.1; 0.2; 0.5; 1.0; 2.0; 5.0 ]
                |> List.tryFind (fun step -> span / step <= 12.0)

            // A distance is not negative, though equal scales leave room below 0.
            step
            |> Option.map (fun step -> [| for k in 0..40 -> AxisTick(float k * step, Numbers.short (float k * step)) |])

        ScatterPlot(
            Title = $"Where descents end: {subject.Name}",
            XLabel = LandscapeFigures.along,
            YLabel = LandscapeFigures.across,
            Points =
                LineSeries(
                    $"ends: {atTruth} at z°, {atNegative} at −ρz°, {elsewhere} elsewhere",
                    Array.map fst places,
                    Array.map snd places
                ),
            Outlines = List.toArray (LandscapeFigures.balls rho epsilon),
            Marks = List.toArray marks,
            Opacity = 0.35,
            IsSquare = true,
            YTicks = Option.toObj ticks,
            Width = 640,
            Height = 460
        )
        |> Drawn.picture
            name
            $"Ends of {descents} gradient descents on {subject.Name}: {atTruth} near the true code, {atNegative} near −ρz°, {elsewhere} elsewhere."
            $"{descents} descents of at most {steps} steps, each from a Gaussian start for a Gaussian z° of its own: {counts}.{told}"
        |> Some
