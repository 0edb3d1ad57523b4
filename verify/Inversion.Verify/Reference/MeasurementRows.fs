namespace Inversion.Verify.Reference

open System
open Inversion.Measurements

/// A as a sparse matrix, made from what the measurement says of itself.
[<RequireQualifiedAccess>]
module MeasurementRows =
    /// The rows of A. Costs m applications of Aᵀ for a measurement of a kind not known here.
    [<CompiledName("Of")>]
    let ofMeasurement (measurement: Measurement) : SparseRows =
        match measurement with
        | :? Subsampling as mask ->
            {
                Inputs = mask.SignalLength
                Columns = Array.init mask.Count (fun row -> [| mask.Indices[row] |])
                Weights = Array.replicate mask.Count [| 1.0 |]
                Offset = [||]
            }
        | :? GaussianSensing as sensing ->
            let columns = Array.init sensing.Mask.Count (fun i -> sensing.Mask.Indices[i])

            {
                Inputs = sensing.SignalLength
                Columns = Array.replicate sensing.Count columns
                Weights = Array.init sensing.Count (fun row -> sensing.Row(row).ToArray())
                Offset = [||]
            }
        | other ->
            let row i =
                let unit' = Array.init other.Count (fun j -> if j = i then 1.0 else 0.0)
                let signal = Array.zeroCreate<float> other.SignalLength
                other.ApplyAdjoint<float>(ReadOnlySpan unit', Span signal)
                signal

            {
                Inputs = other.SignalLength
                Columns = Array.replicate other.Count [| 0 .. other.SignalLength - 1 |]
                Weights = Array.init other.Count row
                Offset = [||]
            }

    /// Which outputs a mask observes; None for a measurement that mixes outputs.
    [<CompiledName("ObservedOutputs")>]
    let observed (measurement: Measurement) : bool[] option =
        match measurement with
        | :? Subsampling as mask ->
            let seen = Array.create mask.SignalLength false

            for index in mask.Indices do
                seen[index] <- true

            Some seen
        | _ -> None
