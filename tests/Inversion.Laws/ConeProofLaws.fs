/// Claims decided by cones, and certificates that must not pass.
module Inversion.Laws.ConeProofLaws

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Proofs
open Inversion.Risk
open Inversion.Solving
open Inversion.Verify.Claims
open Inversion.Laws.ConeProofCases
open Inversion.Laws.Subjects

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

/// The certificate of one claim given out as that of another: its tree is as good, its conclusion is not.
let private forged (text: string) (claim: string) (other: string) =
    text.Replace($"\"claim\":\"{claim}\"", $"\"claim\":\"{other}\"")

[<Tests>]
let tests =
    testList
        "proofs by cones"
        [
            yield! planeCases

            testCase "a tree of cuts proves no claim that is false"
            <| fun () ->
                // On each, every cone has full rank, but two cones share an output; or two codes light different outputs.
                for rows, other in
                    [
                        [
                            [ 1.0; 0.0 ]
                            [ 0.0; 1.0 ]
                            [ -1.0; -1.0 ]
                            [ 1.0; 1.0 ]
                            [ -1.0; 0.0 ]
                            [ 0.0; -1.0 ]
                        ],
                        "origin"
                        [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ]; [ -1.0; 0.0 ]; [ 0.0; -1.0 ] ], "origin"
                    ] do
                    use folder = new Folder()

                    Expect.equal
                        (word (decideIn folder "mode-collapse" None 0.1 (Subject.ofNetwork (dense rows))))
                        "proved"
                        "full rank"

                    let text = File.ReadAllText(folder.File "mode-collapse.json")

                    Expect.isError
                        (verdictOn (folder.File "network.safetensors") (forged text "mode-collapse" other))
                        other

                // Two layers, the second of which folds: |x| and |y| by two units each, so that four codes share an output.
                use folder = new Folder()

                let fold =
                    GenerativeNetwork(
                        Shape.Flat 2,
                        [
                            LinearLayer(2, 4, [| 1.0; 0.0; -1.0; 0.0; 0.0; 1.0; 0.0; -1.0 |]) :> Layer
                            ActivationLayer Activation.Relu
                            LinearLayer(4, 2, [| 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 1.0; 1.0 |])
                            ActivationLayer Activation.Relu
                        ]
                    )

                let subject = Subject.ofNetwork fold

                Expect.equal
                    (word (decideIn folder "mode-collapse" None 0.1 subject))
                    "proved"
                    "every cone has full rank"

                let text = File.ReadAllText(folder.File "mode-collapse.json")
                let weights = folder.File "network.safetensors"

                Expect.isError
                    (verdictOn weights (forged text "mode-collapse" "uniqueness"))
                    "four codes share an output"

                Expect.equal (word (decideIn folder "uniqueness" None 0.1 subject)) "refuted" "and it is found"

            testCase "a proof of descent needs every leaf's minimizer, and every neighbor that overrules one"
            <| fun () ->
                use folder = new Folder()
                let subject = Subject.ofNetwork (drawn "2x1" "12k3,8k2" 3UL)
                Expect.equal (word (decideIn folder "descent" (Some [| 0.5; -1.0 |]) 0.1 subject)) "proved" "descent"
                let text = File.ReadAllText(folder.File "descent.json")
                let weights = folder.File "network.safetensors"

                let first (pattern: string) (replacement: string) =
                    Regex(pattern).Replace(text, replacement, 1)

                for name, broken in
                    [
                        "without what a leaf overrules", first @",""not"":\[[^}]*\]\}" "}"
                        "another face", first @"\{""min"":\[0\]" "{\"min\":[1]"
                        "inside", first @"\{""min"":\[0\]" "{\"min\":\"inside\""
                        "at 0", first @"\{""min"":\[[01]\]" "{\"min\":[]"
                        "its own face overruled", first @"\{""min"":\[(\d)\]\}" "{\"min\":[$1],\"not\":[[$1]]}"
                        "no ball", text.Replace("\"epsilon\":[1,10]", "\"epsilon\":[0,10]")
                        "another z°", text.Replace("[0.5,-1]", "[-0.5,1]")
                    ] do
                    Expect.notEqual broken text name
                    Expect.isError (verdictOn weights broken) name

            testCase "codes of another length refute nothing"
            <| fun () ->
                use folder = new Folder()
                let subject = Subject.ofNetwork (drawn "2x1" "2k1,2k1" 3UL)
                Expect.equal (word (decideIn folder "uniqueness" None 0.1 subject)) "refuted" "few outputs"
                let text = File.ReadAllText(folder.File "uniqueness.json")
                let first = Regex.Match(text, @"""first"":\[([^\]]*)\]").Groups[1].Value

                let longer =
                    Regex.Replace(text, @"""second"":\[[^\]]*\]", $"\"second\":[{first},0]")

                Expect.isError (verdictOn (folder.File "network.safetensors") longer) "the same code, written longer"

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
