namespace Inversion.Verify.FsCheck

open System
open FsCheck
open FsCheck.FSharp
open Inversion.Randomness

/// A code, whatever its length. Shrinks towards zeros and short decimals.
type CodeCase =
    {
        /// Entries from the first on; those that a longer code needs are 0.
        Entries: float list
    }

    /// The code with this many entries.
    member code.Of(length: int) =
        Array.init length (fun index ->
            if index < code.Entries.Length then
                code.Entries[index]
            else
                0.0)

/// Generators of codes.
[<RequireQualifiedAccess>]
module CodeCase =
    /// Entries that are generated: as many as the longest code of NetworkCase has.
    let private longest = 54

    let private gaussian =
        gen {
            let! key = Gen.choose (0, Int32.MaxValue)
            let stream = (RandomKey(uint64 key)).Open()

            return
                {
                    Entries = List.init longest (fun _ -> stream.NextGaussian())
                }
        }

    /// Gaussian codes, some of them sparse, on an axis, zero, or of a size from 10⁻⁶ to 10⁶.
    let generator =
        gen {
            let! code = gaussian
            let! scale = Gen.choose (-6, 6)
            let! kept = Gen.listOfLength longest (Gen.choose (0, 3))
            let! axis = Gen.choose (0, 5)

            let sized =
                {
                    Entries = code.Entries |> List.map (fun entry -> entry * 10.0 ** float scale)
                }

            let sparse =
                {
                    Entries = List.map2 (fun keep entry -> if keep = 0 then entry else 0.0) kept code.Entries
                }

            let single =
                {
                    Entries = List.init longest (fun index -> if index = axis then code.Entries.Head else 0.0)
                }

            return!
                Gen.frequency
                    [
                        6, Gen.constant code
                        2, Gen.constant sized
                        2, Gen.constant sparse
                        1, Gen.constant single
                        1, Gen.constant { Entries = [] }
                    ]
        }

    /// Codes that are not zero for the length 1 and more.
    let nonzeroGenerator =
        generator
        |> Gen.map (fun code ->
            if code.Entries.IsEmpty || code.Entries.Head = 0.0 then
                {
                    Entries = 1.0 :: (if code.Entries.IsEmpty then [] else code.Entries.Tail)
                }
            else
                code)

    /// Simpler codes: shorter, with zeros, with fewer digits.
    let shrinker (code: CodeCase) : CodeCase seq =
        seq {
            let used =
                code.Entries
                |> List.tryFindIndexBack (fun entry -> entry <> 0.0)
                |> Option.map ((+) 1)
                |> Option.defaultValue 0

            if used < code.Entries.Length then
                {
                    Entries = List.take used code.Entries
                }
            elif used > 0 then
                {
                    Entries = List.take (used / 2) code.Entries
                }

                {
                    Entries = List.take (used - 1) code.Entries
                }

                for index in 0 .. used - 1 do
                    for simpler in Digits.simpler code.Entries[index] do
                        {
                            Entries = List.updateAt index simpler code.Entries
                        }
        }
