/// Pictures of the expected landscape, and of J itself.
[<RequireQualifiedAccess>]
module Inversion.Report.LandscapeFigures

open System
open Inversion.Figures
open Inversion.Randomness
open Inversion.Risk
open Inversion.Verify

/// The axes of a half plane through z°.
let along = "component along z° (in ‖z°‖)"
let across = "distance from the axis z° (in ‖z°‖)"

/// The places of the palette that the two balls have in every picture.
let private ofTruth, private ofNegative = 1, 3

/// Two places where the theorem lets the slope vanish; it is not defined at the third, 0.
let balls rho epsilon =
    [
        Drawn.halfCircle $"ball around z°, radius {Numbers.short epsilon}" ofTruth false 1.0 epsilon
        Drawn.halfCircle $"ball around −ρz°, ρ = {Numbers.short rho}" ofNegative true -rho epsilon
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
        (Drawn.spaced 93 0.0 2.3)
        (balls (Theory.rho depth) epsilon)
        []
        slope
    |> Drawn.picture
        $"expected-landscape-{depth}"
        $"The slope of the expected landscape of {depth} layers: it vanishes at the true code and at its shrunk negative."
        "One half of a plane through z°: the expected landscape looks the same in every such plane. Outside the two balls the slope must not vanish; at zero it does not, but the gradient is not defined there."

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
        (if Array.max values > higher then
             $"J between the two codes of the witness rises above both ends, on {subject.Name}."
         else
             $"J between the two codes of the witness, on {subject.Name}, at {values.Length} points.")
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
