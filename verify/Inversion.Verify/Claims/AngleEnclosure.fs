/// Rigorous enclosures of outputs and of how far their angle leaves its expectation, by the slow reference.
module internal Inversion.Verify.Claims.AngleEnclosure

open System
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

/// The interval as an enclosure.
let asEnclosure (interval: Interval) : Enclosure =
    {
        Lower = interval.Lower
        Upper = interval.Upper
    }

/// |cos θ₁ − cos g^d(θ₀)| or |θ₁ − g^d(θ₀)| from the enclosed outputs.
let enclose ofCosine depth (x: float[]) (y: float[]) (p: Interval[]) (q: Interval[]) =
    let mutable target = BlockEnclosure.angle x y

    for _ in 2..depth do
        target <- Elementary.acos (BlockEnclosure.cosContracted target)

    let cosine = BlockEnclosure.cosContracted target

    if ofCosine then
        abs (Interval.dot p q / (Interval.norm p * Interval.norm q) - cosine)
    else
        abs (Elementary.angle p q - Elementary.acos cosine)

/// True when the enclosed vector is certainly not zero.
let hasLength (p: Interval[]) = (Interval.norm p).Lower > 0.0

/// The enclosed outputs at a witness; Error says why there are none.
let outputs (subject: Subject) (witness: Witness) (kind: string) (x: float[]) (y: float[]) =
    let whole name =
        let value = witness.Scalar name
        if value = float (int value) then int value else -2

    match kind, witness.Layer with
    | "network", None ->
        let n0 = subject.Network.LatentDimension

        if BlockEnclosure.isUsable n0 x && BlockEnclosure.isUsable n0 y then
            let kept = AngleMaps.observed subject

            let send z =
                let output = IntervalReference.forward subject.Reference.Value (Interval.ofArray z)

                kept |> Array.map (fun at -> output[at])

            Ok(subject.Network.Depth, send x, send y)
        else
            Error "the witness' codes do not fit"
    | ("block" | "position"), Some number ->
        match BlockEnclosure.rows subject number (whole "position") with
        | Some(inputs, rows) when BlockEnclosure.isUsable inputs x && BlockEnclosure.isUsable inputs y ->
            let positions =
                (BlockedLayer.ofSubject subject |> List.item (number - 1)).Output.Positions

            let rows =
                if kind = "block" then
                    rows
                else
                    rows
                    |> Array.filter (fun row -> row.Output % positions = whole "outputPosition")

            let send v =
                rows |> Array.map (fun row -> Interval.relu (BlockEnclosure.product row v))

            Ok(1, send x, send y)
        | _ -> Error "the witness names no block of the network, or its vectors do not fit"
    | _ -> Error "the witness is of another claim"
