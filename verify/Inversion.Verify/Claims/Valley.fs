namespace Inversion.Verify.Claims

open System
open Inversion.Risk
open Inversion.Verify

/// Where a descent of J ended.
[<RequireQualifiedAccess>]
type Ending =
    /// Inside the asked ball around z°.
    | Arrived of Point: float[]
    /// At a point where float64 sees no descent direction; the held units are zero there, and J bends upward across each.
    | Stationary of Point: float[] * Held: KinkUnit list
    /// Neither, after the allowed number of rounds.
    | Stalled of Point: float[]

/// J for one z°, as the descents here see it.
type Valley =
    {
        Truth: float[]
        Risk: EmpiricalRisk<float>
        Kinks: KinkMap
        /// Step length of a gradient step: 2ᵈ/Π s_i², the inverse of J's expected curvature.
        Step: float
        /// Told every differentiable code that a descent visits, with ‖∇J‖ there.
        Visit: float[] -> float -> unit
    }

/// Steps in code space.
[<RequireQualifiedAccess>]
module internal Valley =
    /// z + t p.
    let axpy (z: float[]) t (p: float[]) = Array.map2 (fun a b -> a + t * b) z p

    /// ‖a − b‖.
    let distance (a: float[]) b = Theory.norm (Array.map2 (-) a b)

    /// True inside B(z°, radius ‖z°‖).
    let arrived valley radius z =
        distance z valley.Truth <= radius * Theory.norm valley.Truth

    /// The size of codes here: the larger of ‖z‖ and ‖z°‖.
    let scaleOf valley z =
        max (Theory.norm z) (Theory.norm valley.Truth)

    /// J and ∇J.
    let gradientAt valley (z: float[]) =
        let gradient = Array.zeroCreate z.Length
        let value = valley.Risk.ValueAndGradient(ReadOnlySpan z, Span gradient)
        value, gradient
