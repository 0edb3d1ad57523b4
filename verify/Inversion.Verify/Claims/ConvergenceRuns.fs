/// Runs of the solvers, and where they end.
module internal Inversion.Verify.Claims.ConvergenceRuns

open System
open Inversion.Randomness
open Inversion.Risk
open Inversion.Solving
open Inversion.Verify

/// What counts as the end: 10⁻³, as Huang et al. (arXiv 1812.04176, figure 1) have it.
let radius = 1e-3

/// The solvers with the most steps that each may take, gradient descent first.
let budgets =
    [
        "GradientDescent", GradientDescent() :> SolverMethod, 400
        "Adam", Adam(), 400
        "LBfgs", LBfgs(), 150
        "GaussNewton", GaussNewton(), 60
        "Plugin", Plugin(), 400
    ]

let private options (method: SolverMethod) iterations =
    SolveOptions(
        Method = method,
        MaxIterations = iterations,
        ResidualTolerance = 1e-7,
        StagnationWindow = 30,
        StagnationFactor = 0.999
    )

/// One descent: its start, its end.
type Run =
    {
        Truth: float[]
        Start: float[]
        End: float[]
    }

let private distance run =
    Theory.norm (Array.map2 (-) run.End run.Truth) / Theory.norm run.Truth

/// True within the radius of z°.
let arrived run = distance run <= radius

/// Where a descent that did not arrive has ended.
[<RequireQualifiedAccess>]
type Place =
    /// At a point where float64 sees no descent direction.
    | Minimum of Candidate
    /// Still on its way: from its end another method goes on down.
    | Unfinished

/// One run of a solver.
let solve (subject: Subject) method iterations truth (start: float[]) cancellation =
    let risk =
        EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, ReadOnlySpan<float>(truth: float[]))

    let result =
        Solver.Minimize(risk, ReadOnlySpan start, options method iterations, null, cancellation)

    cancellation.ThrowIfCancellationRequested()

    {
        Truth = truth
        Start = start
        End = Seq.toArray result.Latent
    }

/// Follows J down from the end of a run that did not arrive.
let placeOf (search: StationarySearch) run =
    match search.Polish radius run.Truth run.End with
    | Ending.Stationary(point, held) when
        Theory.norm (Array.map2 (-) point run.End) <= 0.01 * Theory.norm run.Truth
        && Theory.norm (Array.map2 (-) point run.Truth) > radius * Theory.norm run.Truth
        ->
        Place.Minimum
            {
                Truth = run.Truth
                Point = point
                Held = held
            }
    | _ -> Place.Unfinished

/// The random (z°, z).
let pairsOf (subject: Subject) (settings: Settings) (key: RandomKey) =
    [
        for trial in 0 .. settings.Trials - 1 ->
            let stream = key.Child("trial").Child(int64 trial).Open()
            StationarySearch.RandomPair(stream, subject.Network.LatentDimension)
    ]
