/// Many networks decided by cones, and many certificates damaged: by default few, more on request (CONTRIBUTING.md).
module Inversion.Laws.ConeStudies

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
open Inversion.Laws.ConeSamples
open Inversion.Laws.Subjects

let private key = RandomKey 0xC0DEUL

/// A number from the environment: larger studies are asked for by name (CONTRIBUTING.md).
let private setting name otherwise =
    match Int32.TryParse(string (Environment.GetEnvironmentVariable name)) with
    | true, value -> value
    | _ -> otherwise

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
                    sample claim subject truth statement 0.1 (key.Child "samples") samples

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

/// How many of so many mutations are rejected; what the others prove, with the number before and after.
let private mutate network claim truth count =
    use folder = new Folder()
    let subject = Subject.ofNetwork network
    let decision = decideIn folder claim truth 0.1 subject
    Expect.isFalse decision.IsUndecided (word decision)
    let weights = folder.File "network.safetensors"
    let text = File.ReadAllText(folder.File(claim + ".json"))
    let original = verdictOn weights text
    let stream = (key.Child("mutations").Child claim).Open()

    let accepted =
        [
            for before, after, mutated in mutations text stream count do
                match verdictOn weights mutated with
                | Ok statement -> before, after, statement
                | Error _ -> ()
        ]

    word decision, original, accepted

[<Tests>]
let tests =
    testList
        "proofs by cones"
        [
            testCase "decides random two-layer networks, and samples find nothing against it"
            <| fun () ->
                let samples = setting "INVERSION_STUDY_SAMPLES" 200
                study 1 (setting "INVERSION_STUDY_LINE" 3) 16 samples
                study 2 (setting "INVERSION_STUDY_PLANE" 6) (setting "INVERSION_STUDY_CHANNELS" 6) samples
                study 3 (setting "INVERSION_STUDY_SPACE" 1) (setting "INVERSION_STUDY_CHANNELS" 3) samples

            testCase "a certificate with one number changed is rejected, or proves another statement"
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
                    let verdict, original, accepted = mutate (drawn "2x1" layers 3UL) claim truth count

                    printfn
                        "%s on %s (%s): %d of %d mutations rejected"
                        claim
                        layers
                        verdict
                        (count - accepted.Length)
                        count

                    for before, after, statement in accepted do
                        printfn "  still proves: %s -> %s, %s" before after statement

                    // A tree of cuts or a witness that was changed and says the same was not looked at.
                    for before, after, statement in accepted do
                        Expect.notEqual (Ok statement) original $"{before} -> {after} makes no difference"

                    Expect.isLessThan (float accepted.Length) (0.1 * float count) "few numbers are free"
        ]
