/// The core computes what the definitions say.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.GradientConsistency

open System
open Inversion.Randomness
open Inversion.Verify
open ConsistencyPoints
open ConsistencyErrors
open ConsistencyBench

let private id = "gradient-consistency"

let private statement =
    "G, A G, J, ∇J, D_vJ, A DG v and (A DG)ᵀ w of the core agree with the slow reference, and J's central differences with D_vJ, within γ_2K of the magnitude summed, K the roundings on the longest path"

let private source = "definitions of MAK section 2; Higham 2002, lemmas 3.1 and 8.4"

let private witness (judged: Judged) : Witness =
    {
        Claim = id
        Kind = judged.Quantity.Name
        Layer = None
        Vectors =
            [
                "code", judged.Point.Code
                "observed", judged.Point.Observed
                "direction", judged.Point.Direction
                "cotangent", judged.Point.Cotangent
            ]
        Scalars = [ "entry", float judged.Entry ]
        Measured = Enclosure.Point judged.Error
        Side = Side.AtMost
        Allowed = judged.Quantity.Allowed
        Fact =
            $"{judged.Quantity.Name}[{judged.Entry}] of the core is {judged.Quantity.Core[judged.Entry]:R}, of the reference {judged.Quantity.Reference[judged.Entry].Value:R}"
    }

let private judge (settings: Settings) (key: RandomKey) (subject: Subject) (blank: Finding) =
    let bench = Bench subject

    if not bench.IsMeasurable then
        { blank with
            Verdict = Verdict.Undecided "precision: more than 2²² roundings lie on a path"
        }
    else
        // A point costs the reference some ten passes over all connections: a tenth of the trials.
        let count = (settings.Trials + 9) / 10

        let random =
            List.init count (fun i -> randomPoint subject (key.Child("trial").Child(int64 i)))

        let hard =
            if settings.Starts > 0 then
                hardPoints subject (key.Child "hard")
            else
                []

        let stepped =
            [
                for i in 0 .. min settings.Starts 3 - 1 do
                    let point = gridPoint subject (key.Child("step").Child(int64 i))

                    match bench.CentralDifference point with
                    | Some difference -> point, difference
                    | None -> ()
            ]

        let trials =
            random |> List.map (fun point -> judgePoint point (bench.Compare point))

        let others = hard |> List.map (fun point -> judgePoint point (bench.Compare point))

        let differences =
            stepped |> List.map (fun (point, difference) -> judgePoint point [ difference ])

        let all = List.concat (trials @ others @ differences)

        if all.IsEmpty then
            blank
        else
            // A NaN is the worst of all, wherever it stands in the list.
            let worst =
                all
                |> List.maxBy (fun judged -> if Double.IsNaN judged.Share then infinity else judged.Share)

            let breaks (judged: Judged) = not (judged.Share <= 1.0)

            let verdict =
                if breaks worst then
                    Claim.confirm ConsistencyEnclosure.replay subject (witness worst)
                else
                    Verdict.Supported

            let failures = trials |> List.filter (List.exists breaks) |> List.length

            let withoutDerivatives =
                trials @ others
                |> List.filter (fun list -> list |> List.forall (fun j -> j.Quantity.Name <> "gradient"))
                |> List.length

            { blank with
                Verdict = verdict
                Reason =
                    if withoutDerivatives = 0 then
                        ""
                    else
                        $"at {withoutDerivatives} points a unit lies within rounding of its kink (or everything overflows): derivatives are not compared there"
                Arithmetic =
                    match verdict with
                    | Verdict.Refuted _ -> Arithmetic.Interval
                    | _ -> Arithmetic.Float64
                Measured =
                    [
                        "worstRelativeError", Quantity.Number(all |> List.map (fun j -> j.Error) |> List.max)
                        "worstShareOfAllowed", Quantity.Number worst.Share
                        "centralDifferences", Quantity.Number(float stepped.Length)
                        "pointsWithoutDerivatives", Quantity.Number(float withoutDerivatives)
                    ]
                Allowed = [ "worstRelativeError", bench.LargestAllowed ]
                Method =
                    $"{random.Length} random points; the origin, axes, small integers, dead positions, codes of size 2⁻³⁰⁰ and 2³⁰⁰, z = z°; central differences with h = 2⁻¹⁷ where no kink lies within the step. Errors are relative to the same sums of absolute values; each quantity is held to its own γ_2K, the largest of which is printed"
                Trials = random.Length
                Failures = failures
                FailureRateUpper = Statistics.rateUpper failures random.Length settings.Confidence
            }

let private check settings key (cancellation: Threading.CancellationToken) subject =
    cancellation.ThrowIfCancellationRequested()

    Claim.blank id Role.Consistency statement source settings key subject
    |> Claim.unlessDefect subject (judge settings key subject)
    |> List.singleton

/// The claim.
let claim: Claim =
    {
        Id = id
        Role = Role.Consistency
        Statement = statement
        Source = source
        Check = check
        Replay = ConsistencyEnclosure.replay
    }
