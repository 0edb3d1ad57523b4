/// The expected landscape has no zero outside two balls.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ExpectedLandscape

open System
open System.Collections.Concurrent
open System.IO
open System.Threading
open Inversion.Verify
open MeanSetting

let private id = "expected-landscape"

let private statement =
    "2ᵈ‖h(z, z°)‖ ≥ m max(‖z‖, ‖z°‖) with m > 0 for all z° ≠ 0 and all z outside B(z°, ε‖z°‖) ∪ B(−ρ_d z°, ε‖z°‖) ∪ {0}: h the expected gradient of d layers"

let private source =
    "MAK Theorem 1 (4) and HV Theorem 4 in expectation; closed forms ours (docs/proofs.md)"

/// What was proved for d and ε, and by how many steps. It depends on nothing else, so that an ensemble asks once.
let private proofs =
    ConcurrentDictionary<struct (int * float), Result<LandscapeCertificate.Summary, string>>()

let private prove depth epsilon cancellation =
    let key = struct (depth, epsilon)

    match proofs.TryGetValue key with
    | true, known -> known
    | _ ->
        use text = new StringWriter()

        let result =
            match LandscapeCertificate.write text [ depth ] epsilon cancellation with
            | Error why -> Error why
            | Ok summaries ->
                match LandscapeCertificate.check (text.ToString()) with
                | Ok _ -> Ok summaries.Head
                | Error why -> Error $"numerics: the checker rejects the certificate: {why}"

        proofs[key] <- result
        result

let private judgeOne setting epsilon cancellation (blank: Finding) =
    match prove setting.Depth epsilon cancellation with
    | Error why ->
        { blank with
            Verdict = Verdict.Undecided why
        }
    | Ok summary ->
        { blank with
            Verdict = Verdict.Proved $"{id}-d{setting.Depth}-eps{epsilon:R}"
            Arithmetic = Arithmetic.Exact
            Measured =
                [
                    "margin", Quantity.Number summary.Margin
                    "gridMinimum", Quantity.Number summary.GridMinimum
                    "rho", Quantity.Number(Theory.rho setting.Depth)
                    "steps", Quantity.Number(float summary.Nodes)
                ]
            Method =
                "interval branch and bound over the angle and the ratio ‖z‖/‖z°‖; the independent checker re-proved the certificate in integers"
        }

let private judgeSeveral setting epsilon (blank: Finding) =
    let witness = LandscapeZeros.witness id setting epsilon
    let again = LandscapeZeros.replay setting.Subject witness

    let measured =
        { blank with
            Arithmetic = Arithmetic.Interval
            Method =
                "of the combinations of z°_p and −ρ_d z°_p, all of them zeros of h, the one farthest from z° and from every −ρ z°, ρ > 0"
            Measured =
                [
                    "margin",
                    (if again.Confirmed then
                         Quantity.Number 0.0
                     else
                         Quantity.Absent)
                    "zeroDistance", Quantity.Number again.Measured.Lower
                    "rho", Quantity.Number(Theory.rho setting.Depth)
                ]
            Allowed = [ "zeroDistance", epsilon ]
        }

    if again.Confirmed then
        { measured with
            Verdict = Claim.confirm LandscapeZeros.replay setting.Subject witness
        }
    else
        { measured with
            Verdict =
                Verdict.Undecided
                    $"no combination of zeros lies farther than {again.Measured.Upper:R} ‖z°‖ from both balls' centers, and the proof is for one latent position"
        }

let private check (settings: Settings) key (cancellation: CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()
    let epsilon = settings.Epsilon

    let blank =
        { Claim.blank id Role.Conclusion statement source settings key subject with
            Scope = Scope.ExpectedLandscape
        }

    [
        match settle subject with
        | _ when (Subject.defect subject).IsSome -> Claim.unlessDefect subject (fun finding -> finding) blank
        | Error why -> Claim.notApplicable why blank
        | Ok _ when not (epsilon > 0.0 && epsilon < 1.0) ->
            Claim.notApplicable $"ε = {epsilon:R} is not in (0, 1)" blank
        | Ok setting when setting.Positions > 1 -> judgeSeveral setting epsilon blank |> Finding.guarded
        | Ok setting -> judgeOne setting epsilon cancellation blank |> Finding.guarded
    ]

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Conclusion
        Statement = statement
        Source = source
        Check = check
        Replay = LandscapeZeros.replay
    }
