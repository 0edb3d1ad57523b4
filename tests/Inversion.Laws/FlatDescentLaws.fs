/// Descent where J has several minimizers on some cones: small whole weights, whose rows are parallel, opposite and dependent.
module Inversion.Laws.FlatDescentLaws

open System
open System.IO
open Expecto
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Proofs
open Inversion.Laws.ConeProofCases
open Inversion.Laws.ConeSamples
open Inversion.Laws.Subjects

let private key = RandomKey 0xF1A7UL

let private rows (key: RandomKey) n =
    let stream = key.Open()
    let entry () = float (stream.NextBelow 5 - 2)
    List.init (1 + stream.NextBelow 6) (fun _ -> List.init n (fun _ -> entry ()))

/// The decisions for several ε in folders of their own: the statement, or why not.
let private decideAll (key: RandomKey) (subject: Subject) truth epsilons =
    [
        for epsilon: float in epsilons do
            use folder = new Folder()
            let decision = decideIn folder "descent" (Some truth) epsilon subject
            let weights = folder.File "network.safetensors"

            let text =
                if decision.IsUndecided then
                    ""
                else
                    File.ReadAllText(folder.File "descent.json")

            match decision with
            | Decision.Refuted statement -> Expect.equal (verdictOn weights text) (Ok statement) "accepted"
            | Decision.Proved statement ->
                Expect.equal (verdictOn weights text) (Ok statement) "accepted"
                sample "descent" subject truth statement epsilon key 1000

                // The same tree for smaller balls.
                let field = Text.RegularExpressions.Regex @"""epsilon"":\[\d+,\d+\]"
                let forged = field.Replace(text, "\"epsilon\":[1,100]", 1)

                if (decideIn folder "descent" (Some truth) 0.01 subject).IsRefuted then
                    Expect.isError (verdictOn weights forged) "a proof for large balls is none for small ones"
            | Decision.Undecided why -> printfn "  ε = %g: %s" epsilon why

            epsilon, (word decision).Split(':')[0]
    ]

[<Tests>]
let tests =
    testList
        "proofs of descent on flat cones"
        [
            for n, networks in [ 2, 100; 3, 30 ] do
                testCase $"small whole weights, {n} entries: decided, accepted, and samples find nothing"
                <| fun () ->
                    let found =
                        [
                            for number in 1..networks do
                                let own = key.Child(string n).Child(int64 number)
                                let stream = own.Child("truth").Open()
                                let truth = Array.init n (fun _ -> float (stream.NextBelow 7 - 3))

                                if Theory.norm truth > 0.0 then
                                    let subject = Subject.ofNetwork (dense (rows (own.Child "rows") n))
                                    yield! decideAll (own.Child "codes") subject truth [ 0.25; 0.9; 2.0 ]
                        ]

                    printfn "%d entries: %A" n (List.countBy id found |> List.sort)

                    // Large balls can hold a line of minimizers together, each a part of it: that is not covered.
                    let undecided = found |> List.filter (fun (_, w) -> w = "undecided")
                    Expect.isFalse (undecided |> List.exists (fun (epsilon, _) -> epsilon < 0.5)) "decided"
                    Expect.isLessThan (20 * undecided.Length) found.Length "few are undecided"
                    Expect.exists found (fun (_, w) -> w = "proved") "some are proved"
                    Expect.exists found (fun (_, w) -> w = "refuted") "some are refuted"
        ]
