namespace Inversion.Verify.FsCheck

open FsCheck
open FsCheck.FSharp
open Inversion.Measurements

/// What is observed of an output, whatever its size. Shrinks towards the whole output, then towards fewer rows with small indices.
[<RequireQualifiedAccess>]
type MaskCase =
    | Whole
    /// Indices; of an output of n entries they are taken modulo n, once each. At least one.
    | Rows of int list

    /// The mask of an output of this many entries.
    member mask.Of(outputs: int) =
        match mask with
        | MaskCase.Whole -> Subsampling.All outputs
        | MaskCase.Rows rows -> Subsampling(outputs, rows |> List.map (fun row -> row % outputs) |> List.distinct)

/// Generators of masks.
[<RequireQualifiedAccess>]
module MaskCase =
    /// The whole output, or from one row to some forty anywhere.
    let generator =
        let rows =
            gen {
                let! count = Gen.choose (1, 40)
                let! rows = Gen.listOfLength count (Gen.choose (0, 999))
                return MaskCase.Rows(List.distinct rows)
            }

        Gen.frequency [ 1, Gen.constant MaskCase.Whole; 3, rows ]

    /// Simpler masks, the simplest first.
    let shrinker mask : MaskCase seq =
        match mask with
        | MaskCase.Whole -> Seq.empty
        | MaskCase.Rows rows ->
            seq {
                MaskCase.Whole

                if rows.Length > 1 then
                    MaskCase.Rows(List.take (rows.Length / 2) rows)
                    MaskCase.Rows(List.skip (rows.Length / 2) rows)

                    for index in 0 .. rows.Length - 1 do
                        MaskCase.Rows(List.removeAt index rows)

                for index in 0 .. rows.Length - 1 do
                    for smaller in List.distinct [ 0; rows[index] / 2; rows[index] - 1 ] do
                        if smaller >= 0 && smaller < rows[index] && not (List.contains smaller rows) then
                            MaskCase.Rows(List.updateAt index smaller rows)
            }
