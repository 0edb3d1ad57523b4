/// A segment on which J is above both ends, judged in intervals by the slow reference.
module internal Inversion.Verify.Claims.SegmentProof

open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference
open Segments

let claimId = "landscape-shape"

let witnessOf (segment: Segment) =
    { Claim.unmeasured
          claimId
          "segment"
          [ "truth", segment.Truth; "first", segment.First; "second", segment.Second ]
          Side.AtMost
          0.0
          $"J at the point {segment.At:G4} of the way from z₁ to z₂ is above J at both: they lie in a sublevel set that the point between them does not" with
        Scalars = [ "t", segment.At ]
    }

/// 1 − max(J(z₁), J(z₂))/J((1 − t) z₁ + t z₂), enclosed.
let replay (subject: Subject) (witness: Witness) : Replay =
    let unconfirmed note =
        {
            Confirmed = false
            Measured = Enclosure.Point nan
            Note = note
        }

    match Subject.defect subject with
    | Some reason -> unconfirmed reason
    | None when witness.Claim <> claimId || witness.Kind <> "segment" -> unconfirmed "the witness is of another claim"
    | None when witness.Side <> Side.AtMost || witness.Allowed <> 0.0 -> unconfirmed "the limit is not the claim's"
    | None ->
        let truth, first, second =
            witness.Vector "truth", witness.Vector "first", witness.Vector "second"

        let t = witness.Scalar "t"
        let n = subject.Network.LatentDimension
        let isCode = Array.forall System.Double.IsFinite

        if
            [ truth; first; second ]
            |> List.exists (fun code -> code.Length <> n || not (isCode code))
        then
            unconfirmed "a code has another length or is no number"
        elif not (t > 0.0 && t < 1.0) then
            unconfirmed "the point is not between the ends"
        else
            let network = subject.Reference.Value
            let rows = MeasurementRows.ofMeasurement subject.Measurement
            let y = IntervalReference.observeAt network rows truth

            let value code =
                IntervalReference.value network rows y code

            let place = Interval.ofFloat t

            let between =
                Array.map2
                    (fun a b -> (Interval.one - place) * Interval.ofFloat a + place * Interval.ofFloat b)
                    first
                    second

            let ends =
                Interval.max' (value (Interval.ofArray first)) (value (Interval.ofArray second))

            let middle = value between
            let excess = Interval.one - ends / middle

            // Where the quotient says nothing, since J may be 0, the order may still be known.
            let isAbove = Interval.certainlyLess ends middle

            let measured =
                if Interval.isBounded excess then
                    {
                        Lower = excess.Lower
                        Upper = excess.Upper
                    }
                else
                    { Lower = nan; Upper = nan }

            {
                Confirmed = isAbove && measured.Lower > 0.0
                Measured = measured
                Note = $"J is in {middle} between the ends and in {ends} at the higher one"
            }
