/// The distance of the scaled gradient from its expectation in float64, and the step that makes it grow.
module internal Inversion.Verify.Claims.MeanDeviation

open System
open Inversion.Verify
open MeanSetting

/// 2ᵈ h, position by position; at a position where z° is 0 it is z, and where z is 0 it has no direction and is NaN.
let expected setting (code: float[]) (truth: float[]) =
    Array.init setting.Positions (fun p ->
        let z, t = blockOf setting.Positions p code, blockOf setting.Positions p truth

        if Theory.norm t = 0.0 then
            z
        else
            Theory.expectedGradient setting.Depth z t
            |> Array.map (fun x -> Math.ScaleB(x, setting.Depth)))
    |> joined setting.Positions

/// z, z° and the deviation in float64.
[<Struct>]
type Pair =
    {
        Code: float[]
        Truth: float[]
        Deviation: float
    }

/// The pair with the larger deviation; NaN loses.
let larger (first: Pair) (second: Pair) =
    if second.Deviation > first.Deviation || Double.IsNaN first.Deviation then
        second
    else
        first

/// Deviations of the core's gradient for one subject.
type Deviations(setting: Setting) =
    let risk = Codes.observer setting.Subject

    let scaled (gradient: float[]) =
        gradient |> Array.mapi (fun i g -> setting.Factors[i % setting.Positions] * g)

    /// (A DG(z))ᵀ A G(z) − (A DG(z))ᵀ A G(z°), scaled, minus 2ᵈ h.
    member _.Vector(code: float[], truth: float[]) =
        let both = Codes.residuals risk [| code; truth |]
        let residual = Array.map2 (-) both[0] both[1]
        Array.map2 (-) (scaled (Codes.pullback risk code residual)) (expected setting code truth)

    member this.At(code: float[], truth: float[]) =
        Theory.norm (this.Vector(code, truth))
        / max (Theory.norm code) (Theory.norm truth)

    member this.Pair(code, truth) =
        {
            Code = code
            Truth = truth
            Deviation = this.At(code, truth)
        }

    /// One step of alternating power ascent. On fixed cones and at fixed angles the deviation is linear in z and in z°:
    /// e = (M − ζ-terms) z − …, so each is replaced by the direction in which e grows most, at length 1.
    member this.Power(pair: Pair) =
        let e = this.Vector(pair.Code, pair.Truth)
        let weighted = scaled e
        let moved = (Codes.tangents risk pair.Code [| weighted |]).[0]
        let forCode = Array.map2 (-) (Codes.pullback risk pair.Code moved) e

        let mean =
            Array.init setting.Positions (fun p ->
                let z, t, v =
                    blockOf setting.Positions p pair.Code,
                    blockOf setting.Positions p pair.Truth,
                    blockOf setting.Positions p e

                let theta = Theory.angle z t
                let xi, zeta = Theory.xi setting.Depth theta, Theory.zeta setting.Depth theta
                let along = zeta * Theory.dot (Codes.unit z) v
                Array.map2 (fun a b -> xi * a + along * b) v (Codes.unit t))
            |> joined setting.Positions

        let forTruth = Array.map2 (-) mean (Codes.pullback risk pair.Truth moved)
        this.Pair(Codes.unit forCode, Codes.unit forTruth)
