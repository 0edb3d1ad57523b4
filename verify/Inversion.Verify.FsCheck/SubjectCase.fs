namespace Inversion.Verify.FsCheck

open FsCheck.FSharp
open Inversion.Risk
open Inversion.Verify

/// A network, what is observed of it, the true code, and another code. Shrinks in the network first.
type SubjectCase =
    {
        Network: NetworkCase
        Mask: MaskCase
        Truth: CodeCase
        Code: CodeCase
    }

    /// What the claims of the suite judge.
    member case.Subject =
        let network = case.Network.Network
        let whole = Subject.ofNetwork network
        Subject.create network.Name network (case.Mask.Of network.OutputDimension) whole.Provenance

    /// z°, with as many entries as the network's code has.
    member case.TrueCode = case.Truth.Of case.Network.Network.LatentDimension

    /// z.
    member case.OtherCode = case.Code.Of case.Network.Network.LatentDimension

    /// J(z) = ½‖A G(z) − A G(z°)‖².
    member case.Risk =
        let subject = case.Subject
        EmpiricalRisk<float>.OfCode(subject.Engine, subject.Measurement, case.TrueCode)

/// Generators of whole cases.
[<RequireQualifiedAccess>]
module SubjectCase =
    let private generatorOf network =
        gen {
            let! network = network
            let! mask = MaskCase.generator
            let! truth = CodeCase.nonzeroGenerator
            let! code = CodeCase.generator

            return
                {
                    Network = network
                    Mask = mask
                    Truth = truth
                    Code = code
                }
        }

    /// Any network of NetworkCase.generator.
    let generator = generatorOf NetworkCase.generator

    /// Networks of the theorem's form.
    let theoremGenerator = generatorOf NetworkCase.theoremGenerator

    /// Simpler cases: of the network, then of the mask, then of the codes.
    let shrinker (case: SubjectCase) : SubjectCase seq =
        seq {
            for network in NetworkCase.shrinker case.Network do
                { case with Network = network }

            for mask in MaskCase.shrinker case.Mask do
                { case with Mask = mask }

            for truth in CodeCase.shrinker case.Truth do
                { case with Truth = truth }

            for code in CodeCase.shrinker case.Code do
                { case with Code = code }
        }
