/// Deciding a claim in a folder of its own, and what the independent checker says of the files.
module Inversion.Laws.ConeProofCases

open System
open System.IO
open System.Security.Cryptography
open System.Threading
open Inversion.Certificates
open Inversion.Networks
open Inversion.Networks.Formats
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Proofs

/// A folder that is deleted at the end.
type Folder() =
    let path = Directory.CreateTempSubdirectory("inversion-proof-").FullName
    member _.File name = Path.Combine(path, name)

    interface IDisposable with
        member _.Dispose() = Directory.Delete(path, true)

let hashOf (file: string) =
    Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes file))

/// The decision, with the network in network.safetensors and the certificate in CLAIM.json.
let decideIn (folder: Folder) claim truth epsilon (subject: Subject) =
    let weights = folder.File "network.safetensors"
    NetworkFile.Write(subject.Network, weights)

    Prover.decide
        claim
        {
            Subject = subject
            Truth = truth
            Epsilon = epsilon
            Budget = 300000
            Weights = weights
            Sha256 = hashOf weights
            Progress = ignore
            Cancellation = CancellationToken.None
        }
        (folder.File(claim + ".json"))

/// Accepted statement or the reason of the rejection.
let verdictOn (weights: string) (certificate: string) =
    use reader = new StringReader(certificate)

    try
        Ok(Checker.check reader weights)
    with Rejected why ->
        Error why

let word decision =
    match decision with
    | Decision.Proved _ -> "proved"
    | Decision.Refuted _ -> "refuted"
    | Decision.Undecided why -> "undecided: " + why

/// A Gaussian code.
let code (key: RandomKey) length =
    let values = Array.zeroCreate length
    key.Open().FillGaussian(Span values)
    values

/// Two layers of the theorem's shape with at most 64 rows and at most 256 that a code of `latent` entries reaches, from a key.
let twoLayers latent most (key: RandomKey) =
    let stream = key.Child("shape").Open()
    let between a b = a + stream.NextBelow(b - a + 1)
    let taps = between 1 4
    let first = between 2 (max 2 (min 16 most))
    let next = between 2 (max 2 (min 16 most))

    NetworkBuilder(Input = Shape.Parse $"{latent}x1", Layers = $"{first}k{taps},{next}k{between 1 4}")
        .Draw(key.Child "weights")
