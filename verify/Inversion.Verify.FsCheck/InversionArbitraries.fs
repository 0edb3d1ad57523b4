namespace Inversion.Verify.FsCheck

open FsCheck
open FsCheck.FSharp

/// Every generator with its shrinker, found by type: in xunit [Properties(Arbitrary = [typeof(InversionArbitraries)])], in Expecto
/// { FsCheckConfig.defaultConfig with arbitrary = [ typeof<InversionArbitraries> ] }.
[<AbstractClass; Sealed>]
type InversionArbitraries =
    /// Networks of any law and activation.
    static member NetworkCase() : Arbitrary<NetworkCase> =
        Arb.fromGenShrink (NetworkCase.generator, NetworkCase.shrinker)

    /// Masks.
    static member MaskCase() : Arbitrary<MaskCase> =
        Arb.fromGenShrink (MaskCase.generator, MaskCase.shrinker)

    /// Codes.
    static member CodeCase() : Arbitrary<CodeCase> =
        Arb.fromGenShrink (CodeCase.generator, CodeCase.shrinker)

    /// A network with a mask and two codes.
    static member SubjectCase() : Arbitrary<SubjectCase> =
        Arb.fromGenShrink (SubjectCase.generator, SubjectCase.shrinker)
