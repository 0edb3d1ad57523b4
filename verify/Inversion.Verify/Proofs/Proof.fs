namespace Inversion.Verify.Proofs

open System
open System.IO
open System.Threading
open Inversion.Cones
open Inversion.Verify

/// What is to be decided, and how far to go.
type ProofTask =
    {
        Subject: Subject
        /// z°; None for all z° at once, where the claim can be decided so.
        Truth: float[] option
        Epsilon: float
        /// Cones after which to give up.
        Budget: int
        /// A safetensors file that holds exactly the subject's network.
        Weights: string
        /// SHA-256 of that file.
        Sha256: string
        /// Told the share of the work that is done, from 0 to 1, now and then.
        Progress: float -> unit
        Cancellation: CancellationToken
    }

/// A claim decided on one network.
[<RequireQualifiedAccess>]
type Decision =
    /// The statement that the independent checker re-proved from the certificate.
    | Proved of Statement: string
    | Refuted of Statement: string
    /// Why not: "budget: …", "not applicable: …", "precision: …".
    | Undecided of Reason: string

/// Steps that the proofs share.
[<RequireQualifiedAccess>]
module internal ProofSteps =
    /// More cones than the budget.
    exception OverBudget

    let map (task: ProofTask) =
        PiecewiseLinearMap.Create(task.Subject.Network, task.Subject.Measurement)

    /// The nodes of the walk from orthants; OverBudget beyond the budget's cones. `from` and `until`: the part of the progress that this walk is.
    let walk (task: ProofTask) map (measured: float[] | null) (from, until) (visit: ConeNode -> unit) =
        let mutable cones = 0
        let mutable share = 0.0

        for node in ConeTree(map, true).Walk(measured, task.Cancellation) do
            if not (isNull (box node.Cone)) then
                cones <- cones + 1
                share <- share + node.Share

                if cones % 256 = 0 then
                    task.Progress(from + share * (until - from))

                if cones > task.Budget then
                    raise OverBudget

            visit node

        task.Progress until

    /// The header's fields, and the certificate's nodes, into a file; then the independent checker's answer.
    let write (task: ProofTask) path claim verdict (fields: (string * string) list) (nodes: CertificateFile -> unit) =
        let measurement =
            match task.Subject.Measurement with
            | :? Inversion.Measurements.Subsampling as mask -> [ "observed", CertificateField.ofIndices mask.Indices ]
            | :? Inversion.Measurements.GaussianSensing as sensing ->
                [
                    "observed", CertificateField.ofIndices sensing.Mask.Indices
                    "sensing",
                    "["
                    + String.Join(
                        ",",
                        Seq.init sensing.Count (fun row -> CertificateField.ofFloats (sensing.Row(row).ToArray()))
                    )
                    + "]"
                ]
            | other -> invalidArg "measurement" $"{other.Name} cannot be written"

        let truth =
            match task.Truth with
            | Some values -> [ "truth", CertificateField.ofFloats values ]
            | None -> []

        use out = new StreamWriter(path: string)

        let file =
            CertificateFile(
                out,
                [
                    "claim", CertificateField.ofText claim
                    "verdict", CertificateField.ofText verdict
                    "weights", CertificateField.ofText task.Sha256
                ]
                @ measurement
                @ truth
                @ fields
            )

        nodes file
        file.Finish()

    /// What the independent checker says of a certificate.
    let check (task: ProofTask) (path: string) =
        use reader = new StreamReader(path)

        try
            let watch share =
                task.Cancellation.ThrowIfCancellationRequested()

                if share > 0.0 then
                    task.Progress(0.7 + 0.3 * share)

            Ok(Inversion.Certificates.Checker.checkWatched reader task.Weights (Action<float> watch))
        with Inversion.Certificates.Rejected _ as problem ->
            Error problem

    /// Writes a refutation and has it checked.
    let refute task path claim fields : Result<Decision, string> =
        write task path claim "refuted" fields ignore

        match check task path with
        | Ok statement -> Ok(Decision.Refuted statement)
        | Error problem -> Error problem.Message
