/// Pictures of the expected landscape, of where descents end in the real one, and of J itself.
[<RequireQualifiedAccess>]
module Inversion.Report.LandscapeFigures

open System
open Inversion.Figures
open Inversion.Randomness
open Inversion.Risk
open Inversion.Solving
open Inversion.Verify

let private along = "component along z° (in ‖z°‖)"
let private across = "distance from the axis z° (in ‖z°‖)"

/// The three places where the theorem lets the slope vanish.
let private balls rho epsilon =
    [
        Drawn.halfCircle $"ball around z°, radius {Numbers.short epsilon}" 1.0 epsilon
        Drawn.halfCircle "ball around −ρ z°" -rho epsilon
    ]

/// 2ᵈ‖h‖/max(‖z‖, ‖z°‖), the slope of the expected landscape of d layers, over the half plane through z°.
let expected depth epsilon =
    let slope x y =
        let ratio = Math.Sqrt(x * x + y * y)
        Theory.expectedSlope depth ratio (Math.Atan2(y, x)) / max 1.0 ratio

    Drawn.heat
        $"Slope of the expected landscape, {depth} layers"
        along
        across
        $"{Math.ScaleB(1.0, depth)} ‖h‖ / max(‖z‖, ‖z°‖)"
        (Drawn.spaced 141 -1.5 2.0)
        (Drawn.spaced 81 0.0 2.0)
        (balls (Theory.rho depth) epsilon)
        []
        slope
    |> Drawn.picture
        $"expected-landscape-{depth}"
        $"The slope of the expected landscape of {depth} layers: it vanishes at the true code and at its shrunk negative."
        "One half of a plane through z°: the expected landscape looks the same in every such plane. Outside the two balls the slope must not vanish; at zero it does not, but the gradient is not defined there."

/// Descents of the picture, and the most steps of each.
let private mostDescents, private steps = 60, 400

/// A picture of fewer descents says too little.
let private leastDescents = 8

/// Where gradient descents end, each for a Gaussian z° of its own; ρ as measured, or as expected. None where the network is so large that few descents would do.
let ends (subject: Subject) (key: RandomKey) rho epsilon name =
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
                    let size = Theory.norm truth

                    let risk =
                        EmpiricalRisk<float>
                            .OfCode(subject.Engine, subject.Measurement, ReadOnlySpan<float>(truth: float[]))

                    let result = Solver.Minimize(risk, ReadOnlySpan<float>(start: float[]), options)
                    let z = Seq.toArray result.Latent
                    let share = Theory.dot z truth / (size * size)
                    share, Theory.norm (Array.map2 (fun z t -> z - share * t) z truth) / size
            |]

        let arrived =
            places
            |> Array.filter (fun (x, y) -> Math.Sqrt((x - 1.0) ** 2.0 + y * y) <= 1e-3)
            |> Array.length

        Drawn.scatter
            $"Where descents end: {subject.Name}"
            along
            across
            (LineSeries("ends of descents", Array.map fst places, Array.map snd places))
            null
            (balls rho epsilon)
        |> Drawn.picture
            name
            $"Ends of {descents} gradient descents on {subject.Name}: {arrived} at the true code."
            $"{descents} descents of at most {steps} steps, each from a Gaussian start for a Gaussian z° of its own: {arrived} ended within a thousandth of z°."
        |> Some

/// J along the segment of a witness against quasi-convexity.
let segment (subject: Subject) (witness: Witness) name =
    let truth, first, second =
        witness.Vector "truth", witness.Vector "first", witness.Vector "second"

    let risk =
        EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan<float>(truth: float[]))

    let ts = Drawn.spaced 201 0.0 1.0

    let values =
        ts
        |> Array.map (fun t ->
            risk.Value(ReadOnlySpan<float>(Array.map2 (fun a b -> (1.0 - t) * a + t * b) first second)))

    let higher = max values[0] (Array.last values)

    Drawn.lines
        $"J along the witness' segment: {subject.Name}"
        "share of the way from z₁ to z₂"
        "J"
        [
            LineSeries("J", ts, values)
            LineSeries("the higher end", [| 0.0; 1.0 |], [| higher; higher |])
        ]
    |> Drawn.picture
        name
        $"J between the two codes of the witness rises above both ends, on {subject.Name}."
        "Where the curve is above the line J is not quasi-convex."

/// Points of a side of the plane.
let private points = 121

/// J around z° for a code of two entries. None for a network so large that it would take long.
let plane (subject: Subject) (key: RandomKey) name =
    if Work.affordable subject.Network 1.0 (points * points) < points * points then
        None
    else

        let stream = key.Child("report-plane").Open()
        let truth = [| stream.NextGaussian(); stream.NextGaussian() |]
        let reach = 2.0 * Theory.norm truth

        let risk =
            EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan<float>(truth: float[]))

        Drawn.heat
            $"J around z°: {subject.Name}"
            "first entry of the code"
            "second entry of the code"
            "J"
            (Drawn.spaced points (truth[0] - reach) (truth[0] + reach))
            (Drawn.spaced points (truth[1] - reach) (truth[1] + reach))
            []
            [ MarkedPoint(truth[0], truth[1], "z°"); MarkedPoint(0.0, 0.0, "0") ]
            (fun x y -> risk.Value(ReadOnlySpan<float>([| x; y |])))
        |> Drawn.picture name $"J over the plane of codes of {subject.Name}." "J over all codes in a square around z°."
        |> Some
