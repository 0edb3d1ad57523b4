/// Decides origin, uniqueness and mode-collapse: the certificate is the tree of cuts alone, and the checker does the rest. What it trips over is
/// the candidate for a refutation.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Proofs.PairProof

open System.Numerics
open Inversion.Cones
open Inversion.Verify
open Inversion.Verify.Exact
open Inversion.Verify.Reference

let private tree (task: ProofTask) path claim =
    ProofSteps.write task path claim "proved" [] (fun file ->
        ProofSteps.walk task (ProofSteps.map task) null (0.0, 0.5) (fun node ->
            file.Node(
                match node.Cone with
                | null -> string node.Cut.Unit
                | _ -> "[]"
            )))

let private undecided (problem: exn) =
    Decision.Undecided $"precision: the certificate was not accepted: {problem.Message}"

/// Two codes of one cone with the same output, if its Λ has a kernel.
let private collapse (task: ProofTask) path claim map (cone: LinearCone) =
    match ConeAlgebra.kernel task.Subject map cone with
    | None -> Error "the rank is full"
    | Some kernel ->
        let inner = ConeAlgebra.interior cone

        // Far enough inside, a step along the kernel stays inside.
        let rec attempt bits =
            let first = inner |> Array.map (fun x -> x <<< bits)
            let second = Array.map2 (+) first kernel

            let fields =
                [
                    "first", CertificateField.ofIntegers first
                    "second", CertificateField.ofIntegers second
                ]

            match ProofSteps.refute task path claim fields with
            | Ok decision -> Ok decision
            | Error why when bits > 4000 -> Error why
            | Error _ -> attempt (2 * bits + 8)

        attempt 8

/// The first cone whose Λ has a kernel.
let private findDeficient (task: ProofTask) map =
    ConeTree(map, true).Cones(task.Cancellation)
    |> Seq.truncate task.Budget
    |> Seq.tryFind (fun cone ->
        ConeAlgebra.mayBeDeficient cone
        && (ConeAlgebra.kernel task.Subject map cone).IsSome)

/// Codes of two cones with the same output: the extreme solutions of Σ λ_i a_i = Σ μ_j b_j, λ, μ ≥ 0, where a_i and b_j are the images of
/// the rays; each is the null vector of as many columns as leave one.
let private meeting (task: ProofTask) path (first: BigInteger[][]) (second: BigInteger[][]) =
    let network = task.Subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement task.Subject.Measurement

    let image (ray: BigInteger[]) =
        let trace =
            Evaluate.trace<Dyadic, DyadicArithmetic> network (ray |> Array.map Dyadic.ofBigInteger)

        Evaluate.apply<Dyadic, DyadicArithmetic> rows trace.Output

    let columns =
        Array.append (first |> Array.map image) (second |> Array.map (image >> Array.map (fun x -> -x)))

    let n = columns.Length

    let combine (rays: BigInteger[][]) (weights: BigInteger[]) =
        Array.map2 (fun w r -> Array.map (fun x -> w * x) r) weights rays
        |> Array.reduce (Array.map2 (+))

    let solutions =
        seq {
            for subset in 1 .. (1 <<< n) - 1 do
                let chosen = [| 0 .. n - 1 |] |> Array.filter (fun i -> subset >>> i &&& 1 = 1)
                let matrix = chosen |> Array.map (fun i -> columns[i]) |> Array.transpose

                // An extreme solution has at most one column more than the rank, which is at most twice n0.
                if
                    chosen.Length <= 2 * task.Subject.Network.LatentDimension + 1
                    && ExactLinear.rank matrix = chosen.Length - 1
                then
                    match ExactLinear.nullVector matrix with
                    | Some x when
                        x |> Array.forall (fun v -> v.Sign > 0)
                        || x |> Array.forall (fun v -> v.Sign < 0)
                        ->
                        let weights = Array.create n 0I
                        chosen |> Array.iteri (fun at i -> weights[i] <- abs x[at])
                        combine first weights[.. first.Length - 1], combine second weights[first.Length ..]
                    | _ -> ()
        }

    match
        (if n > 16 then
             None
         else
             solutions |> Seq.tryFind (fun (a, b) -> a <> b))
    with
    | None when n > 16 -> Error $"the cones have {n} rays, too many to try all combinations"
    | Some(a, b) ->
        ProofSteps.refute
            task
            path
            "uniqueness"
            [
                "first", CertificateField.ofIntegers a
                "second", CertificateField.ofIntegers b
            ]
    | None -> Error "the two cones share no output but that of common codes"

let private codes (problem: exn) (name: string) =
    match problem.Data[name] with
    | :? (BigInteger[][]) as found -> Some found
    | _ -> None

let private orUndecided (refutation: Result<Decision, string>) =
    match refutation with
    | Ok decision -> decision
    | Error why -> Decision.Undecided $"precision: {why}"

/// Refuted by the first cone of deficient rank; else the tree is written, and what the checker trips over decides.
let private byRank (task: ProofTask) path claim (tripped: exn -> Decision) =
    let map = ProofSteps.map task

    match findDeficient task map with
    | Some cone -> collapse task path claim map cone |> orUndecided
    | None ->
        tree task path claim

        match ProofSteps.check task path with
        | Ok statement -> Decision.Proved statement
        | Error problem -> tripped problem

let modeCollapse (task: ProofTask) path =
    byRank task path "mode-collapse" undecided

let uniqueness (task: ProofTask) path =
    byRank task path "uniqueness" (fun problem ->
        match codes problem "first", codes problem "second" with
        | Some first, Some second ->
            match meeting task path first second with
            | Ok decision -> decision
            | Error why -> Decision.Undecided $"not decided: {problem.Message}; {why}"
        | _ -> undecided problem)

let origin (task: ProofTask) path =
    tree task path "origin"

    match ProofSteps.check task path with
    | Ok statement -> Decision.Proved statement
    | Error problem ->
        let refute direction rest =
            ProofSteps.refute task path "origin" (("direction", CertificateField.ofIntegers direction) :: rest)
            |> orUndecided

        match codes problem "directions" with
        | Some [| direction |] -> refute direction []
        | Some [| direction; truth |] -> refute direction [ "truthCode", CertificateField.ofIntegers truth ]
        | _ -> undecided problem
