namespace Inversion.Verify

open System
open System.Collections.Concurrent
open System.Diagnostics
open System.Runtime.ExceptionServices
open System.Threading
open Inversion.Networks
open Inversion.Randomness

/// Networks that are judged as one: draws from one law, or a single network.
type AuditGroup = { Name: string; Members: Subject list }

/// What is audited, and how hard.
type AuditPlan =
    {
        Groups: AuditGroup list
        /// Ids of the claims.
        Claims: string list
        /// Confidence here is that of the whole audit; each finding gets its share of the error budget.
        Settings: Settings
        Seed: RandomKey
        Threads: int
    }

/// One claim on one network: the part of an audit that is judged, and kept, as a whole.
[<Struct>]
type AuditJob =
    {
        Group: string
        /// Number of the network in its group, from 0.
        Index: int
        Claim: string
    }

/// Where an audit keeps what is finished, so that another run of the same plan goes on with it.
type IAuditJournal =
    /// The findings that were kept of a job; None where it is still to do.
    abstract Find: job: AuditJob -> Finding list option
    /// Keeps a job's findings. Called by many threads; an exception ends the audit with it.
    abstract Keep: job: AuditJob * findings: Finding list -> unit

/// How far an audit is.
[<Struct>]
type AuditProgress =
    {
        Done: int
        Total: int
        Claim: string
        Network: string
    }

/// What an audit found.
type AuditResult =
    {
        Findings: Finding list
        /// Confidence of each finding after the split.
        ConfidenceOfEach: float
        /// True when it was cancelled: the findings are those that were finished.
        Cancelled: bool
        /// Claims that ended in an exception: our bugs.
        Errors: string list
    }

[<RequireQualifiedAccess>]
module Audit =
    /// The claims of `plan.Claims`; ArgumentException names the first id that is none.
    let private claimsOf (plan: AuditPlan) =
        plan.Claims
        |> List.map (fun id ->
            match Catalogue.tryFind id with
            | Some claim -> claim
            | None -> invalidArg (nameof plan) $"'{id}' is not a claim: {String.Join(' ', Catalogue.ids)}")

    let private checkOne settings (key: RandomKey) (cancellation: CancellationToken) (claim: Claim) subject =
        let clock = Stopwatch.StartNew()

        let findings =
            claim.Check settings key cancellation subject |> List.map Finding.guarded

        let seconds = clock.Elapsed.TotalSeconds / float (max 1 findings.Length)
        findings |> List.map (fun finding -> { finding with Seconds = seconds })

    /// Multiply-adds of one pass through the network, roughly: what most jobs on it grow with.
    let private size (network: GenerativeNetwork) =
        network.Layers
        |> Seq.indexed
        |> Seq.sumBy (fun (i, layer) ->
            match layer with
            | :? AffineLayer as affine ->
                float affine.Weight.Length
                * float (min network.Shapes[i].Positions network.Shapes[i + 1].Positions)
            | _ -> 0.0)

    /// `run`, with what is finished kept in a journal: jobs that it holds are not judged again, and each of the others is kept as it ends, but
    /// for those that end in an error. What the journal raises ends the audit and is raised here.
    let runKept
        (journal: IAuditJournal | null)
        (plan: AuditPlan)
        (progress: IProgress<AuditProgress> | null)
        (cancellation: CancellationToken)
        =
        let claims = claimsOf plan

        let confidence =
            Statistics.split plan.Settings.Confidence (plan.Groups.Length * claims.Length)

        let settings =
            { plan.Settings with
                Confidence = confidence
            }

        let jobs =
            [|
                for group in plan.Groups do
                    for claim in claims do
                        for index, subject in List.indexed group.Members do
                            group, claim, index, subject
            |]

        let jobOf at =
            let group, claim, index, _ = jobs[at]

            {
                Group = group.Name
                Index = index
                Claim = claim.Id
            }

        let results =
            match journal with
            | null -> Array.create jobs.Length None
            | kept -> Array.init jobs.Length (jobOf >> kept.Find)

        // Long jobs first, so that no thread is left alone with one at the end.
        let order =
            [| 0 .. jobs.Length - 1 |]
            |> Array.filter (fun at -> results[at].IsNone)
            |> Array.sortBy (fun at ->
                let _, _, _, subject = jobs[at]
                -(size subject.Network))

        let errors = Array.create jobs.Length None
        let next = ref -1
        let finished = ref 0
        let lost = ConcurrentQueue<exn>()
        use stop = CancellationTokenSource.CreateLinkedTokenSource cancellation

        let keep at findings =
            match journal with
            | null -> ()
            | kept ->
                try
                    kept.Keep(jobOf at, findings)
                with problem ->
                    lost.Enqueue problem
                    stop.Cancel()

        let work () =
            let mutable turn = Interlocked.Increment &next.contents

            while turn < order.Length && not stop.IsCancellationRequested do
                let at = order[turn]
                let group, claim, index, subject = jobs[at]

                let key =
                    plan.Seed.Child("audit").Child(group.Name).Child(int64 index).Child(claim.Id)

                try
                    let findings = checkOne settings key stop.Token claim subject
                    results[at] <- Some findings

                    // What ends while it is asked to stop may have been cut short.
                    if not stop.IsCancellationRequested then
                        keep at findings
                with
                | :? OperationCanceledException -> ()
                | problem ->
                    errors[at] <- Some $"{claim.Id} on {subject.Name}: {problem.GetType().Name}: {problem.Message}"

                    results[at] <-
                        Some
                            [
                                { Claim.blank claim.Id claim.Role claim.Statement claim.Source settings key subject with
                                    Verdict = Verdict.Undecided $"internal error: {problem.Message}"
                                }
                                |> Finding.guarded
                            ]

                let count = Interlocked.Increment &finished.contents

                match progress with
                | null -> ()
                | observer ->
                    observer.Report
                        {
                            Done = count
                            Total = order.Length
                            Claim = claim.Id
                            Network = group.Name
                        }

                turn <- Interlocked.Increment &next.contents

        let threads = [ for _ in 2 .. max 1 plan.Threads -> Thread(work, 16 * 1024 * 1024) ]
        threads |> List.iter (fun thread -> thread.Start())
        work ()
        threads |> List.iter (fun thread -> thread.Join())

        match lost.TryPeek() with
        | true, first -> ExceptionDispatchInfo.Throw first
        | _ -> ()

        let findings =
            [
                for group in plan.Groups do
                    for claim in claims do
                        let members =
                            Array.zip jobs results
                            |> Array.choose (fun ((g, c, _, _), found) ->
                                if g.Name = group.Name && c.Id = claim.Id then
                                    found
                                else
                                    None)
                            |> Array.toList

                        yield! Ensemble.merge group.Name members
            ]

        {
            Findings = findings
            ConfidenceOfEach = confidence
            Cancelled = results |> Array.exists Option.isNone
            Errors = errors |> Array.choose id |> Array.toList
        }

    /// Judges every claim on every network of every group, on `plan.Threads` threads. The findings, their order and their bits do not
    /// depend on the number of threads: each job draws from its own address (seed, group, number of the network, claim).
    let run (plan: AuditPlan) (progress: IProgress<AuditProgress> | null) (cancellation: CancellationToken) =
        runKept null plan progress cancellation

    /// A plan for one network with all its output observed and every claim of `Catalogue.standard`, on all processors.
    let planFor (network: GenerativeNetwork) =
        {
            Groups =
                [
                    {
                        Name = network.Name
                        Members = [ Subject.ofNetwork network ]
                    }
                ]
            Claims = Catalogue.standard
            Settings = Settings.Default
            Seed = RandomKey 0x2a9UL
            Threads = Environment.ProcessorCount
        }

    /// Audits one network by every claim of `Catalogue.standard`.
    let network (network: GenerativeNetwork) =
        (run (planFor network) null CancellationToken.None).Findings

    /// The findings of one claim on one network.
    let claim id (network: GenerativeNetwork) =
        (run { planFor network with Claims = [ id ] } null CancellationToken.None).Findings

    /// Audits a subject by one claim and raises GateException unless it has the verdict that is expected ("supported" is met by a proof too).
    let requireOf (settings: Settings) verdict claim (subject: Subject) =
        let plan =
            { planFor subject.Network with
                Groups =
                    [
                        {
                            Name = subject.Name
                            Members = [ subject ]
                        }
                    ]
                Claims = [ claim ]
                Settings = settings
            }

        Gate.hold [ { Claim = claim; Verdict = verdict } ] (run plan null CancellationToken.None).Findings

    /// Audits `network`, all its output observed, by one claim and raises GateException unless the claim is supported (or proved): one line in a test.
    let require claim (network: GenerativeNetwork) =
        requireOf Settings.Default "supported" claim (Subject.ofNetwork network)
