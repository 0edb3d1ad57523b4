/// Several latent positions: h is zero at every combination of z°_p and −ρ_d z°_p, and some combinations lie outside both balls
/// (docs/proofs.md, "The expected landscape").
module internal Inversion.Verify.Claims.LandscapeZeros

open System
open Inversion.Verify
open Inversion.Verify.Exact
open MeanSetting

/// ρ_d, and what is left of 2ᵈh/z°_p at −ρ_d z°_p by the papers' recursion: ζ − ξ − ρ_d, which is 0.
let private opposite depth =
    let pi = Elementary.pi

    let next theta =
        Elementary.acos (((pi - theta) * Elementary.cos theta + Elementary.sin theta) / pi)

    let angles = List.scan (fun theta _ -> next theta) pi [ 1..depth ] |> List.toArray
    let rho = Interval.max' Interval.zero (Elementary.cos angles[depth])

    let product (thetas: Interval[]) =
        thetas
        |> Array.fold (fun total theta -> total * ((pi - theta) / pi)) Interval.one

    let zeta =
        Array.init depth (fun i -> Elementary.sin angles[i] / pi * product angles[i + 1 .. depth - 1])
        |> Interval.sum

    rho, zeta - product angles[.. depth - 1] - rho

/// The squared distance of the combination to z° or to the nearest −ρ z°, ρ ≥ 0. `a` is ‖z°‖² over the positions whose zero is −ρ_d z°_p,
/// `b` over the others: ‖z − z°‖² = (1 + ρ_d)² a, and ‖z + ρ z°‖² = (ρ − ρ_d)² a + (1 + ρ)² b is least at ρ = (ρ_d a − b)/(a + b), or at 0.
let private nearestSquared rho a b =
    let across = Interval.sqr (Interval.one + rho)
    let least = rho * a - b
    let atZero = Interval.sqr rho * a + b
    let inside = across * a * b / (a + b)

    let ray =
        if Interval.certainlyPositive least then inside
        elif Interval.certainlyNegative least then atZero
        else Interval.hull inside atZero

    Interval.min' (across * a) ray

/// Measures a witness again in intervals: the distance of its combination of zeros to both balls' centers, over ‖z°‖.
let replay (subject: Subject) (witness: Witness) : Replay =
    let refuse note =
        {
            Confirmed = false
            Measured = { Lower = nan; Upper = nan }
            Note = note
        }

    let truth, kinds = witness.Vector "truth", witness.Vector "opposite"

    match settle subject with
    | Error why -> refuse why
    | Ok setting when
        truth.Length <> subject.Network.LatentDimension
        || kinds.Length <> setting.Positions
        || not (Array.forall Double.IsFinite truth && Theory.norm truth > 0.0)
        || not (Array.forall (fun kind -> kind = 0.0 || kind = 1.0) kinds)
        ->
        refuse "a finite truth that is not zero is needed, and a 0 or 1 for each latent position"
    | Ok setting ->
        let rho, residue = opposite setting.Depth

        let squared kind =
            Seq.init setting.Positions id
            |> Seq.filter (fun p -> kinds[p] = kind)
            |> Seq.map (fun p -> blockOf setting.Positions p truth |> Interval.ofArray |> Interval.squaredNorm)
            |> Seq.fold (+) Interval.zero

        let a, b = squared 1.0, squared 0.0
        let distance = sqrt (nearestSquared rho a b / (a + b))

        let measured =
            {
                Lower = distance.Lower
                Upper = distance.Upper
            }

        {
            Confirmed =
                Interval.contains 0.0 residue
                && Verdict.breaks Side.AtMost witness.Allowed measured
            Measured = measured
            Note =
                $"a zero of h lies between {measured.Lower:R} and {measured.Upper:R} times ‖z°‖ from z° and from every −ρ z°"
        }

/// The combination that lies farthest from both balls: −ρ_d z°_0 at position 0 and z°_p elsewhere, where position 0 has the share
/// 1/(2(1 + ρ_d)) of ‖z°‖². Its distance is √((1 + ρ_d)/2).
let witness claim setting epsilon : Witness =
    let positions = setting.Positions
    let share = 0.5 / (1.0 + Theory.rho setting.Depth)

    let truth =
        Array.init setting.Subject.Network.LatentDimension (fun i ->
            if i = 0 then
                sqrt share
            elif i < positions then
                sqrt ((1.0 - share) / float (positions - 1))
            else
                0.0)

    let limit =
        if setting.Depth = 1 then
            " (the limit of −t z°_0 for t → 0, since ρ_1 = 0)"
        else
            ""

    {
        Claim = claim
        Kind = "zero"
        Layer = None
        Vectors =
            [
                "truth", truth
                "opposite", Array.init positions (fun p -> if p = 0 then 1.0 else 0.0)
            ]
        Scalars = []
        Measured = { Lower = nan; Upper = nan }
        Side = Side.AtMost
        Allowed = epsilon
        Fact =
            $"h is 0 where position 0 holds −ρ_d z°_0 and every other one z°_p{limit}: outside B(z°, {epsilon:R}‖z°‖), and outside B(−ρ z°, {epsilon:R}‖z°‖) for every ρ > 0"
    }
