/// The slope of the expected landscape in float64: 2ᵈ‖h‖/‖x°‖ = √((r − cos θ_d)² + ξ² sin² θ_0) along rays.
module internal Inversion.Verify.Claims.LandscapeSlope

open System
open Inversion.Verify

/// g(θ) = 2 arcsin √((1 − cos g)/2) with 1 − cos g = 2 sin²(θ/2) − (sin θ − θ cos θ)/π: within a few 1e-16 also near 0.
let contract theta =
    let half = sin (0.5 * theta)

    let fall = 2.0 * half * half - (sin theta - theta * cos theta) / Math.PI

    2.0 * Math.Asin(sqrt (Math.Clamp(0.5 * fall, 0.0, 1.0)))

/// What d layers do on a ray at the angle θ_0 to x°.
[<Struct>]
type Ray =
    {
        /// cos θ_d.
        Cosine: float
        /// ξ sin θ_0.
        Across: float
    }

/// The ray at this angle.
let ray depth theta =
    let mutable angle = theta
    let mutable xi = 1.0

    for _ in 1..depth do
        xi <- xi * (Math.PI - angle) / Math.PI
        angle <- contract angle

    {
        Cosine = cos angle
        Across = xi * sin theta
    }

/// 2ᵈ‖h‖/max(‖x‖, ‖x°‖) at r = ‖x‖/‖x°‖; at r = 0 the limit along the ray.
let slope ray r =
    sqrt ((r - ray.Cosine) * (r - ray.Cosine) + ray.Across * ray.Across) / max r 1.0

/// ‖x − x°‖²/‖x°‖², without cancellation.
let nearSquared theta r =
    let half = sin (0.5 * theta)
    (r - 1.0) * (r - 1.0) + 4.0 * r * half * half

/// ‖x + ρ x°‖²/‖x°‖², without cancellation.
let oppositeSquared rho theta r =
    let half = sin (0.5 * (Math.PI - theta))
    (r - rho) * (r - rho) + 4.0 * r * rho * half * half

/// The smallest slope on a ray outside both balls: where the slope is stationary along the ray, at r = 1, or on a ball's surface.
let private leastOnRay depth rho epsilon theta =
    let ray = ray depth theta

    // Where the ray meets the ball around the point at `distance` along the direction of cosine `c` and sine `s` to it.
    let surface distance c s =
        let rest = epsilon * epsilon - distance * distance * s * s

        if rest <= 0.0 then
            []
        else
            [ distance * c - sqrt rest; distance * c + sqrt rest ]

    let near = surface 1.0 (cos theta) (sin theta)
    let opposite = surface rho -(cos theta) (sin theta)

    let isOutside ball r =
        match ball with
        | [ first; last ] -> r <= first || r >= last
        | _ -> true

    let beyond =
        (ray.Cosine * ray.Cosine + ray.Across * ray.Across) / max ray.Cosine 1e-9

    [ 0.0; ray.Cosine; 1.0; max 1.0 beyond ] @ near @ opposite
    |> List.filter (fun r -> r >= 0.0 && isOutside near r && isOutside opposite r)
    |> List.fold (fun least r -> min least (slope ray r)) infinity

/// The smallest 2ᵈ‖h‖/max(‖x‖, ‖x°‖) outside the balls on a fine grid of angles, refined about its least value: an estimate from above.
let gridMinimum depth epsilon =
    let rho = Theory.rho depth
    let least = leastOnRay depth rho epsilon

    let refine (first: float) last =
        let count = 4000

        Array.init (count + 1) (fun i -> first + (last - first) * float i / float count)
        |> Array.map (fun theta -> theta, least (Math.Clamp(theta, 0.0, Math.PI)))
        |> Array.minBy snd

    // Near 0 and π the balls need a grid of their own size.
    let coarse =
        [
            refine 0.0 Math.PI, Math.PI / 4000.0
            refine 0.0 (2.0 * epsilon), epsilon / 2000.0
            refine (Math.PI - 4.0 * epsilon) Math.PI, epsilon / 1000.0
        ]

    let (theta, value), width = coarse |> List.minBy (fun ((_, value), _) -> value)
    let _, refined = refine (max 0.0 (theta - width)) (min Math.PI (theta + width))
    min value refined
