module Inversion.Laws.ConeProofLaws

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Proofs
open Inversion.Verify.Reference
open Inversion.Laws.ConeProofCases
open Inversion.Laws.Subjects

let private key = RandomKey 0xC0DEUL

/// A number from the environment: larger studies are asked for by name (CONTRIBUTING.md).
let private setting name otherwise =
    match Int32.TryParse(string (Environment.GetEnvironmentVariable name)) with
    | true, value -> value
    | _ -> otherwise

/// Rows of one ReLU layer in the plane, z°, and the verdicts found by hand: descent, origin for z°, origin for all, uniqueness, mode-collapse.
let private plane =
    [
        // J = Σ ½(max(z_i, 0) − max(z°_i, 0))² + the same of −z: each entry of z descends to z°'s. Codes of opposite sign light different rows.
        "[I; −I]",
        [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ -1.0; 0.0 ]; [ 0.0; -1.0 ] ],
        [| 1.0; 2.0 |],
        [ "proved"; "refuted"; "refuted"; "proved"; "proved" ]
        // Half of the plane is dead.
        "a single row", [ [ 1.0; 2.0 ] ], [| 1.0; 1.0 |], [ "refuted"; "refuted"; "refuted"; "refuted"; "refuted" ]
        "two parallel rows",
        [ [ 1.0; 2.0 ]; [ 2.0; 4.0 ] ],
        [| 1.0; 1.0 |],
        [ "refuted"; "refuted"; "refuted"; "refuted"; "refuted" ]
        // A strip of directions is seen by w and −w only up to sign: rank 1 everywhere.
        "rows on one line",
        [ [ 1.0; 0.0 ]; [ -1.0; 0.0 ]; [ 3.0; 0.0 ]; [ 1.0; 0.0 ] ],
        [| 1.0; 1.0 |],
        [ "refuted-or-open"; "refuted"; "refuted"; "refuted"; "refuted" ]
        // The quadrant of negative codes is dead.
        "weights in [0, 1]",
        [ [ 0.5; 0.25 ]; [ 1.0; 0.0 ]; [ 0.125; 1.0 ] ],
        [| 1.0; 0.5 |],
        [ "refuted"; "refuted"; "refuted"; "refuted"; "refuted" ]
        // The six directions of a hexagon: every wedge of 60° has two independent active rows at least.
        "a hexagon",
        [
            for k in 0..5 -> [ Math.Cos(float k * Math.PI / 3.0); Math.Sin(float k * Math.PI / 3.0) ]
        ],
        [| 1.0; 0.3 |],
        [ "any"; "refuted"; "refuted"; "proved"; "proved" ]
    ]

let private planeCases =
    [
        for name, rows, truth, expected in plane do
            testCase $"decides the plane by hand: {name}"
            <| fun () ->
                let subject = Subject.ofNetwork (dense rows)

                let tasks =
                    [
                        "descent", Some truth
                        "origin", Some truth
                        "origin", None
                        "uniqueness", None
                        "mode-collapse", None
                    ]

                for (claim, truth), wanted in List.zip tasks expected do
                    use folder = new Folder()
                    let decision = decideIn folder claim truth 0.1 subject

                    match wanted with
                    | "any" -> Expect.isFalse (decision.IsUndecided) (word decision)
                    | "refuted-or-open" -> Expect.isFalse (decision.IsProved) (word decision)
                    | _ -> Expect.equal (word decision) wanted $"{claim} on {name}"

                    if not decision.IsUndecided then
                        let text = File.ReadAllText(folder.File(claim + ".json"))
                        Expect.isOk (verdictOn (folder.File "network.safetensors") text) "the certificate is accepted"
    ]

/// What 10ⁿ sampled codes must not find against a proved claim.
let private sample claim (subject: Subject) (truth: float[]) statement (key: RandomKey) count =
    let network = subject.Reference.Value
    let rows = MeasurementRows.ofMeasurement subject.Measurement
    let observe = Reference.observe network rows
    let y = observe truth
    let n = truth.Length
    let rho = Regex.Match(statement, @"ρ = (\d+)/(\d+)")

    for i in 1..count do
        let z = code (key.Child(int64 i)) n

        match claim with
        | "descent" ->
            let rho = float rho.Groups[1].Value / float rho.Groups[2].Value

            let far (center: float[]) =
                Theory.norm (Array.map2 (-) z center) > 0.1 * Theory.norm truth

            if far truth && far (truth |> Array.map (fun t -> -rho * t)) then
                let gradient = Reference.gradient network rows y z
                Expect.isGreaterThan (Theory.norm gradient) 0.0 "a stationary point outside the balls"
        | "origin" -> Expect.isGreaterThan (Theory.dot (observe z) y) 0.0 "J does not fall from 0"
        | _ ->
            let other = code (key.Child("other").Child(int64 i)) n

            Expect.isGreaterThan
                (Theory.norm (Array.map2 (-) (observe z) (observe other)))
                0.0
                "two codes with one output"

/// Networks of one latent dimension: all three claims decided, every certificate accepted, samples against what was proved.
let private study (latent: int) networks most samples =
    let counts = Collections.Generic.Dictionary<string, int>()
    let mutable left = []

    for number in 1..networks do
        let key = key.Child("study").Child(string latent).Child(int64 number)
        let subject = Subject.ofNetwork (twoLayers latent most key)
        let truth = code (key.Child "truth") latent

        for claim, z in [ "descent", Some truth; "origin", None; "uniqueness", None ] do
            use folder = new Folder()
            let decision = decideIn folder claim z 0.1 subject
            let kind = (word decision).Split(':')[0]
            let name = $"{claim} {kind}"
            counts[name] <- (if counts.ContainsKey name then counts[name] else 0) + 1

            match decision with
            | Decision.Undecided why -> left <- $"{subject.Name} #{number}, {claim}: {why}" :: left
            | Decision.Refuted statement
            | Decision.Proved statement ->
                let text = File.ReadAllText(folder.File(claim + ".json"))
                Expect.equal (verdictOn (folder.File "network.safetensors") text) (Ok statement) "accepted"

                if decision.IsProved then
                    sample claim subject truth statement (key.Child "samples") samples

    printfn
        "n0 = %d, %d networks: %s%s"
        latent
        networks
        (String.Join(", ", counts |> Seq.sortBy _.Key |> Seq.map (fun pair -> $"{pair.Key} {pair.Value}")))
        (left |> List.map (fun line -> "\n  " + line) |> String.concat "")

    Expect.isEmpty left "every claim is decided"

/// Every mutation of one number of a certificate: the text with that number replaced.
let private mutations (text: string) (stream: RandomStream) count =
    let header = text.IndexOf "\"verdict\""

    let numbers =
        Regex.Matches(text, @"(?<![\w.""])-?\d+(\.\d+)?([eE][-+]?\d+)?(?![\w.""])")
        |> Seq.filter (fun m -> m.Index > header)
        |> Seq.toArray

    Seq.init count (fun _ ->
        let m = numbers[stream.NextBelow numbers.Length]
        let step = [| "1"; "0"; "-1"; "2"; "7" |][stream.NextBelow 5]
        let changed = if step = m.Value then m.Value + "3" else step
        m.Value, changed, text[.. m.Index - 1] + changed + text[m.Index + m.Length ..])

let private mutate network claim truth count =
    use folder = new Folder()
    let subject = Subject.ofNetwork network
    let decision = decideIn folder claim truth 0.1 subject
    Expect.isFalse decision.IsUndecided (word decision)
    let weights = folder.File "network.safetensors"
    let text = File.ReadAllText(folder.File(claim + ".json"))
    let stream = (key.Child("mutations").Child claim).Open()
    let mutable accepted = []

    for before, after, mutated in mutations text stream count do
        match verdictOn weights mutated with
        | Ok statement when statement = (verdictOn weights text |> Result.defaultValue "") ->
            accepted <- (before, after, statement) :: accepted
        | Ok statement -> accepted <- (before, after, "another statement: " + statement) :: accepted
        | Error _ -> ()

    word decision, accepted

[<Tests>]
let tests =
    testList
        "proofs by cones"
        [
            yield! planeCases

            testCase "decides random two-layer networks, and samples find nothing against it"
            <| fun () ->
                let samples = setting "INVERSION_STUDY_SAMPLES" 200
                study 1 (setting "INVERSION_STUDY_LINE" 3) 16 samples
                study 2 (setting "INVERSION_STUDY_PLANE" 6) (setting "INVERSION_STUDY_CHANNELS" 6) samples
                study 3 (setting "INVERSION_STUDY_SPACE" 1) (setting "INVERSION_STUDY_CHANNELS" 3) samples

            testCase "a certificate with one number changed is rejected, or proves a statement that is true"
            <| fun () ->
                let count = setting "INVERSION_STUDY_MUTATIONS" 60

                for layers, claim, truth in
                    [
                        "12k3,8k2", "descent", Some [| 0.5; -1.0 |]
                        "4k2,3k2", "descent", Some [| 0.5; -1.0 |]
                        "12k3,8k2", "origin", None
                        "12k3,8k2", "uniqueness", None
                        "2k1,2k1", "uniqueness", None
                    ] do
                    let verdict, accepted = mutate (drawn "2x1" layers 3UL) claim truth count

                    printfn
                        "%s on %s (%s): %d of %d mutations rejected"
                        claim
                        layers
                        verdict
                        (count - accepted.Length)
                        count

                    for before, after, statement in accepted do
                        printfn
                            "  still proves: %s -> %s, %s"
                            before
                            after
                            (statement.Substring(0, min 150 statement.Length))

            testCase "a certificate is not accepted for other weights"
            <| fun () ->
                use folder = new Folder()
                use other = new Folder()
                let subject = Subject.ofNetwork (drawn "2x1" "12k3,8k2" 3UL)
                decideIn folder "mode-collapse" None 0.1 subject |> ignore

                decideIn other "mode-collapse" None 0.1 (Subject.ofNetwork (drawn "2x1" "12k3,8k2" 4UL))
                |> ignore

                let text = File.ReadAllText(folder.File "mode-collapse.json")
                let weights = other.File "network.safetensors"
                Expect.isError (verdictOn weights text) "the hash differs"

                // With the hash forged, the tree does not fit.
                let forged =
                    text.Replace(hashOf (folder.File "network.safetensors"), hashOf weights)

                Expect.isError (verdictOn weights forged) "the cuts are others"

            testCase "a truncated, doubled or empty certificate is rejected"
            <| fun () ->
                use folder = new Folder()
                let subject = Subject.ofNetwork (drawn "2x1" "6k3,4k2" 3UL)
                decideIn folder "mode-collapse" None 0.1 subject |> ignore
                let text = File.ReadAllText(folder.File "mode-collapse.json")
                let weights = folder.File "network.safetensors"
                let lines = text.Split '\n'

                for broken in
                    [
                        ""
                        "{}"
                        String.Join('\n', lines |> Array.truncate (lines.Length / 2))
                        text + text
                        String.Join('\n', lines |> Array.filter (fun line -> line <> lines[5]))
                        lines[0] + "\n]}\n"
                    ] do
                    Expect.isError (verdictOn weights broken) "rejected"

            testCase "what is not covered is undecided, with the reason"
            <| fun () ->
                use folder = new Folder()

                let because (word: string) decision =
                    match decision with
                    | Decision.Undecided why -> Expect.stringContains why word "the reason"
                    | _ -> failtest "decided"

                let decide claim truth subject = decideIn folder claim truth 0.1 subject

                decide "descent" None (Subject.ofNetwork (drawn "2x1" "4k2" 1UL))
                |> because "one z°"

                decide "origin" None (Subject.ofNetwork (drawn "4x1" "4k2" 1UL))
                |> because "budget"

                Expect.isFalse (File.Exists(folder.File "origin.json")) "no certificate is left"

            testCase "a mask is part of the statement: with one output left, nothing is unique"
            <| fun () ->
                use folder = new Folder()
                let subject = masked "top:0.1" (drawn "2x1" "6k3,1k3" 3UL)
                Expect.equal (word (decideIn folder "uniqueness" None 0.1 subject)) "refuted" "two codes share it"
        ]
