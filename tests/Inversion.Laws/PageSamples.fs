/// The F# samples of docs/gate.md and of the packages' pages, compiled and run as they are printed there.
module Inversion.Laws.PageSamples

open System.IO
open Expecto
open FsCheck
open Inversion.Certificates
open Inversion.Measurements
open Inversion.Networks
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.FsCheck
open Inversion.Laws.ConeProofCases

let private network =
    NetworkBuilder(Input = Shape.Parse "2x1", Layers = "6k2,6k2").Draw(RandomKey.Parse "2a9")

let private withAMask () =
    let mask = MaskPattern.Parse("top", network, RandomKey.Parse "1")
    let subject = Subject.create "my generator" network mask Provenance.Given
    Audit.requireOf { Settings.Default with Trials = 200 } "supported" "gradient-consistency" subject

let ofARun run =
    let file name = Path.Combine(run, "certificates", name)
    use certificate = new StreamReader(file "origin.json")
    printfn "%s" (Checker.check certificate (file "network.safetensors"))

let private certificate () =
    use folder = new Folder()
    Directory.CreateDirectory(folder.File "certificates") |> ignore
    let weights = folder.File "certificates/network.safetensors"
    let decision = decideIn folder "origin" None 0.1 (Subject.ofNetwork network)
    Expect.equal (word decision) "proved" "the sample has a certificate to check"
    File.Move(folder.File "network.safetensors", weights)
    File.Move(folder.File "origin.json", folder.File "certificates/origin.json")
    ofARun (folder.File ".")
    File.WriteAllText(weights, "damaged")
    Expect.throws (fun () -> ofARun (folder.File ".")) "a damaged file proves nothing"

let private property () =
    Check.One(
        Config.QuickThrowOnFailure.WithArbitrary [ typeof<InversionArbitraries> ],
        fun (case: SubjectCase) -> case.Risk.Value case.TrueCode = 0.0
    )

[<Tests>]
let tests =
    testList
        "samples"
        [
            testCase "my generator has true gradients"
            <| fun () -> Audit.require "gradient-consistency" network

            testCase "a mask, settings and another verdict" withAMask
            testCase "a certificate" certificate
            testCase "a property of one's own" property

            testPropertyWithConfig
                { FsCheckConfig.defaultConfig with
                    arbitrary = [ typeof<InversionArbitraries> ]
                }
                "J is 0 at the true code"
                (fun (case: SubjectCase) -> case.Risk.Value case.TrueCode = 0.0)
        ]
