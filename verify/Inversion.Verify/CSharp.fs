namespace Inversion.Verify

open System
open System.Collections.Generic
open System.Runtime.CompilerServices
open System.Threading
open Inversion.Networks
open Inversion.Randomness

/// The suite for callers in C#.
[<AbstractClass; Sealed>]
type Auditor =
    /// Ids of the claims.
    static member Claims: IReadOnlyList<string> = Catalogue.ids

    /// Ids of the claims that an audit judges when none is named: all but recovery.
    static member StandardClaims: IReadOnlyList<string> = Catalogue.standard

    /// Audits one network, all its output observed, by the standard claims.
    /// <param name="network">The network. Not modified.</param>
    static member Audit(network: GenerativeNetwork) : IReadOnlyList<Finding> =
        ArgumentNullException.ThrowIfNull network
        Audit.network network

    /// Audits one network by the claims named (the standard ones if none is), at tolerance epsilon, from the given seed.
    /// <exception cref="T:System.ArgumentException">An id is not a claim.</exception>
    static member Audit
        (
            network: GenerativeNetwork,
            epsilon: float,
            seed: RandomKey,
            cancellation: CancellationToken,
            [<ParamArray>] claims: string[]
        ) : IReadOnlyList<Finding> =
        ArgumentNullException.ThrowIfNull network

        let plan =
            { Audit.planFor network with
                Settings =
                    { Settings.Default with
                        Epsilon = epsilon
                    }
                Seed = seed
                Claims =
                    (if claims.Length = 0 then
                         Catalogue.standard
                     else
                         List.ofArray claims)
            }

        (Audit.run plan null cancellation).Findings

    /// Raises GateException unless the claim is supported (or proved) on the network: one line in a test.
    static member Require(network: GenerativeNetwork, claim: string) = Audit.require claim network

    /// Raises GateException unless the claim has the verdict on the subject: a network and what is observed of it.
    static member Require(subject: Subject, claim: string, verdict: string, settings: Settings) =
        Audit.requireOf settings verdict claim subject

/// Verdicts for callers in C#.
[<Extension; AbstractClass; Sealed>]
type VerdictExtensions =
    /// Calls the function of the case that holds. A new case breaks callers at compile time.
    [<Extension>]
    static member Match
        (
            verdict: Verdict,
            proved: Func<string, 'T>,
            supported: Func<'T>,
            refuted: Func<Witness, 'T>,
            undecided: Func<string, 'T>
        ) : 'T =
        match verdict with
        | Verdict.Proved certificate -> proved.Invoke certificate
        | Verdict.Supported -> supported.Invoke()
        | Verdict.Refuted witness -> refuted.Invoke witness
        | Verdict.Undecided reason -> undecided.Invoke reason
