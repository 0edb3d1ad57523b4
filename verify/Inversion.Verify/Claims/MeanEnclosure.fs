/// Proofs that the gradient is far from its expectation: the deviation enclosed in intervals.
module internal Inversion.Verify.Claims.MeanEnclosure

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference
open MeanSetting

/// 2ᵈ h in intervals.
let private enclosedMean setting (code: float[]) (truth: float[]) =
    let one position =
        let z = blockOf setting.Positions position code |> Interval.ofArray
        let t = blockOf setting.Positions position truth |> Interval.ofArray

        if Array.forall Interval.certainlyZero t then
            z
        else
            let pi = Elementary.pi

            let next theta =
                Elementary.acos (((pi - theta) * Elementary.cos theta + Elementary.sin theta) / pi)

            let angles =
                List.scan (fun theta _ -> next theta) (Elementary.angle z t) [ 1 .. setting.Depth - 1 ]
                |> List.toArray

            let product (thetas: Interval[]) =
                thetas
                |> Array.fold (fun total theta -> total * ((pi - theta) / pi)) Interval.one

            let zeta =
                angles
                |> Array.mapi (fun i theta -> Elementary.sin theta / pi * product angles[i + 1 ..])
                |> Interval.sum

            let xi = product angles
            let ratio = zeta * (Interval.norm t / Interval.norm z)
            Array.map2 (fun a b -> a - xi * b - ratio * a) z t

    Array.init setting.Positions one |> joined setting.Positions

/// The enclosure of 2ᵈ‖∇J/(r Π s²) − h‖/max(‖z‖, ‖z°‖).
let private enclosedDeviation setting (code: float[]) (truth: float[]) =
    let network = setting.Subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement setting.Subject.Measurement
    let observed = IntervalReference.observeAt network rows truth
    let gradient = IntervalReference.gradientAt network rows observed code

    let scale =
        setting.Scales
        |> Array.fold (fun product s -> product * Interval.sqr (Interval.ofFloat s)) Interval.one

    let power = Interval.ofFloat (Math.ScaleB(1.0, setting.Depth))
    // r_p is a ratio of counts: its enclosure is a rounding wide.
    let factor (rate: float) =
        power
        / (scale * Interval.between (Math.BitDecrement rate) (Math.BitIncrement rate))

    let factors = setting.Rates |> Array.map factor

    let difference =
        Array.map2
            (-)
            (gradient |> Array.mapi (fun i g -> factors[i % setting.Positions] * g))
            (enclosedMean setting code truth)

    let length =
        Interval.max' (Interval.norm (Interval.ofArray code)) (Interval.norm (Interval.ofArray truth))

    Interval.norm difference / length

/// Measures a witness again in intervals.
let replay (subject: Subject) (witness: Witness) : Replay =
    let refuse note =
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }

    let code, truth = witness.Vector "code", witness.Vector "truth"

    let isCode code =
        Array.length code = subject.Network.LatentDimension
        && Theory.norm code > 0.0
        && Array.forall Double.IsFinite code

    match settle subject with
    | Error why -> refuse why
    | Ok _ when not (isCode code && isCode truth) -> refuse "the code and the truth must be finite and not zero"
    | Ok setting ->
        let value = enclosedDeviation setting code truth

        let measured =
            {
                Lower = value.Lower
                Upper = value.Upper
            }

        {
            Confirmed = Verdict.breaks Side.AtMost witness.Allowed measured
            Measured = measured
            Note = $"the deviation lies in [{value.Lower:R}, {value.Upper:R}]"
        }
