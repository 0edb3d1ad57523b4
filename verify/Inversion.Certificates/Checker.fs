/// Re-proves certificates, from the weights alone.
module Inversion.Certificates.Checker

open System
open System.IO
open System.Numerics
open System.Security.Cryptography
open System.Text.Json
open Fields

/// The outputs that are observed, of the network that the certificate names.
let private observedOf (header: JsonElement) path =
    let hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes path))
    let named = text "weights" header
    require (named = hash) $"the certificate is about other weights ({named}, not {hash})"
    let observed = indices (field "observed" header)
    require (observed.Length = (Array.distinct observed).Length) "an output is observed twice"
    observed

let private network (header: JsonElement) path =
    let observed = observedOf header path
    let n, stages = Network.read path
    require (n >= 1 && n <= 3) $"codes of {n} entries are not covered"
    let kept = Network.restrict observed stages

    match tryField "sensing" header with
    | None -> n, kept
    | Some rows ->
        let rows = items rows |> Array.map floats
        let struct (whole, _) = Integers.ofFloats (Array.concat rows)
        let width = observed.Length
        require (rows.Length > 0 && rows |> Array.forall (fun row -> row.Length = width)) "a sensing row does not fit"

        n,
        kept
        @ [
            Matrix(
                rows
                |> Array.mapi (fun i _ -> Array.init width (fun j -> struct (j, whole[i * width + j])))
            )
        ]

/// Walks the tree that the nodes spell: a whole number is a cut, anything else a leaf's own node.
let private walk n stages y (nodes: seq<JsonElement>) enter (leaf: Leaf -> JsonElement -> unit) =
    use source = nodes.GetEnumerator()
    let mutable at, cones = 0, 0

    let next () =
        at <- at + 1
        require (source.MoveNext()) "the certificate ends before the tree does"
        source.Current

    let cut (openUnits: int[]) =
        let node = next ()
        require (node.ValueKind = JsonValueKind.Number) "a cut is needed: some unit changes its sign here"
        let unit' = toIndex node
        require (Array.contains unit' openUnits) $"unit {unit'} does not change its sign here"
        unit'

    try
        Cones.walk n stages y cut enter (fun found ->
            cones <- cones + 1
            leaf found (next ()))

        require (not (source.MoveNext())) "there are nodes behind the last leaf"
    with Rejected why as problem when not (why.StartsWith "node ") ->
        let located = Rejected $"node {at} (cone {cones}): {why}"

        problem.Data.Keys
        |> Seq.cast<obj>
        |> Seq.iter (fun key -> located.Data[key] <- problem.Data[key])

        raise located

    cones

let private describe (values: float[]) =
    "("
    + String.Join(", ", values |> Array.map (fun x -> x.ToString("R", null)))
    + ")"

let private onNetwork claim (header: JsonElement) (nodes: seq<JsonElement>) path watch =
    let n, stages = network header path
    let output = Network.value stages
    let truthText = tryField "truth" header |> Option.map floats

    // z° times 2^bits.
    let struct (truth, bits) =
        match truthText with
        | None -> struct ([||], 0)
        | Some values ->
            require (values.Length = n && Array.exists (fun x -> x <> 0.0) values) "z° does not fit"
            Integers.ofFloats values

    let y = if truth.Length = 0 then [||] else output truth

    let plain node =
        require (items node |> Array.isEmpty) "a leaf's node is [] here"

    let needTruth () =
        require (truth.Length > 0) "there is no z°"

    let ofTruth =
        match truthText with
        | Some values -> $" for z° = {describe values}"
        | None -> ""

    let isRectified =
        match List.last stages with
        | Kink(_, _, negative, _) -> negative.IsZero
        | Matrix _ -> false

    let proof =
        match claim, text "verdict" header with
        | "descent", "proved" ->
            needTruth ()
            let epsilon, rho = fraction "epsilon" header, fraction "rho" header
            let descent = Landscape.Descent(n, epsilon, rho, truth)
            let cones = walk n stages y nodes ignore descent.Check
            descent.Finish()
            let struct (e, e'), struct (r, r') = epsilon, rho
            require (r.Sign > 0) "ρ is not positive"
            $"{cones} cones: outside B(z°, ε‖z°‖) ∪ B(−ρz°, ε‖z°‖) ∪ {{0}} J has a descent direction everywhere{ofTruth}, ε = {e}/{e'}, ρ = {r}/{r'}"
        | "descent", "refuted" ->
            needTruth ()
            let struct (e, e') as epsilon = fraction "epsilon" header
            let told = Witnesses.descent n stages truth bits epsilon header
            $"{told}{ofTruth}, ε = {e}/{e'}"
        | "origin", "proved" when truth.Length > 0 ->
            let cones =
                walk n stages y nodes ignore (fun leaf node ->
                    plain node
                    Landscape.requireFall n leaf)

            $"{cones} cones: J falls from 0 in every direction{ofTruth}"
        | ("origin" | "uniqueness"), "proved" ->
            let pairs = Pairs.Pairs(n, isRectified, watch)

            let cones =
                walk n stages [||] nodes pairs.Enter (fun leaf node ->
                    plain node

                    if claim = "uniqueness" then
                        Independence.requireRank n leaf

                    pairs.Add leaf)

            if claim = "origin" then
                pairs.RequireFall()
                $"{cones} cones: J falls from 0 in every direction for every z° ≠ 0"
            else
                pairs.RequireUnique()
                $"{cones} cones: no two codes have the same measurement"
        | "mode-collapse", "proved" ->
            let cones =
                walk n stages [||] nodes ignore (fun leaf node ->
                    plain node
                    Independence.requireRank n leaf)

            $"{cones} cones, each of full rank: at most one code of each has a given measurement, so none has others with its own arbitrarily near"
        | "origin", "refuted" -> Witnesses.origin n output truth header
        | "uniqueness", "refuted" -> Witnesses.uniqueness n output header
        | "mode-collapse", "refuted" -> Witnesses.collapse n stages header
        | _, verdict -> raise (Rejected $"a verdict '{verdict}' on '{claim}' is not covered")

    if text "verdict" header = "refuted" then
        require (Seq.isEmpty nodes) "a refutation has no nodes"

    proof

/// Re-proves a certificate about the network in the file `weights` and returns what it proves. `watch` is called often: with 0 while nodes are read, then with
/// the share of the pairs of cones that were gone over; it stops the work by OperationCanceledException.
/// Rejected: it proves nothing, with the node that fails and why. IOException: a file cannot be read.
let checkWatched (certificate: TextReader) (weights: string) (watch: Action<float>) : string =
    let header, nodes = Reader.read certificate

    let nodes =
        nodes
        |> Seq.map (fun node ->
            watch.Invoke 0.0
            node)

    try
        require (text "schema" header = "inversion.certificate/1") "the schema is not inversion.certificate/1"

        match text "claim" header with
        | "expected-landscape" -> ExpectedLandscape.check header nodes
        | "weight-concentration" ->
            let observed = observedOf header weights
            // Gaussian rows mix outputs: the layer is judged without them.
            let mask =
                if tryField "sensing" header = None then
                    Some observed
                else
                    None

            Concentration.check (Blocks.read weights (toIndex (field "layer" header)) mask) header nodes
        | claim -> onNetwork claim header nodes weights watch.Invoke
    with
    | Rejected _
    | :? OperationCanceledException
    | :? IOException
    | :? UnauthorizedAccessException -> reraise ()
    // A field of another shape than a certificate's or a network's: whatever it breaks, nothing is proved.
    | problem -> raise (Rejected $"it is malformed: {problem.Message}")

/// The same, unwatched.
let check certificate weights =
    checkWatched certificate weights (Action<float>(ignore))
