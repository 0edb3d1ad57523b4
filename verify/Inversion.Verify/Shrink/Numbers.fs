/// Shorter numbers: of the weights, and of the witness' vectors.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Shrinking.Numbers

open Inversion.Verify

let private withArrays (reduction: Reduction) arrays =
    let subject = reduction.Subject

    Some(Parts.given subject (Parameters.write subject.Network arrays) subject.Measurement, reduction.Witness)

let private isRounded (reduction: Reduction) (name, values: float[]) =
    not (Carry.isIndex name)
    // What an unknown claim keeps in whole numbers may count something.
    && (Carry.about reduction.Witness <> Carry.About.Opaque
        || values |> Array.exists (fun x -> x <> floor x))

let private vectors (reduction: Reduction) =
    reduction.Witness.Vectors
    |> List.filter (isRounded reduction)
    |> List.map snd
    |> List.toArray

let private withVectors (reduction: Reduction) (arrays: float[][]) =
    let mutable next = 0

    Some(
        reduction.Subject,
        { reduction.Witness with
            Vectors =
                reduction.Witness.Vectors
                |> List.map (fun (name, values) ->
                    if isRounded reduction (name, values) then
                        next <- next + 1
                        name, arrays[next - 1]
                    else
                        name, values)
        }
    )

/// The arrays as one, changed, and cut again: what is rounded in common keeps its proportions.
let private jointly change (arrays: float[][]) =
    let changed: float[] = change (Array.concat arrays)

    let starts = arrays |> Array.scan (fun at (values: float[]) -> at + values.Length) 0

    arrays |> Array.mapi (fun i values -> Array.sub changed starts[i] values.Length)

/// The first way that stands, the coarsest tried first.
let private firstOf (reduction: Reduction) ways (make: (float[] -> float[]) -> (Subject * Witness) option) =
    ways |> List.exists (fun way -> reduction.Try(fun () -> make way)) |> ignore

/// Rounds single numbers in ever smaller runs, in the order of `Rounding.singles`. A run already short enough costs nothing.
let private runs (reduction: Reduction) (read: unit -> float[][]) write =
    for round in Rounding.singles do
        let flat () = Array.concat (read ())
        let mutable length = (flat ()).Length

        while length > 0 && not reduction.IsOver do
            let mutable from = 0

            while from < (flat ()).Length && not reduction.IsOver do
                let last = from + length

                reduction.Try(fun () ->
                    read ()
                    |> jointly (Array.mapi (fun i x -> if i >= from && i < last then round x else x))
                    |> write)
                |> ignore

                from <- last

            length <- if length = 1 then 0 else (length + 1) / 2

let private parameters (reduction: Reduction) () =
    Parameters.read reduction.Subject.Network

/// Weights: all at once, then layer by layer.
let weights (reduction: Reduction) =
    let read = parameters reduction
    firstOf reduction Rounding.arrays (fun way -> read () |> Array.map way |> withArrays reduction)

    for at in 0 .. (read ()).Length - 1 do
        firstOf reduction Rounding.arrays (fun way ->
            read ()
            |> Array.mapi (fun i values -> if i = at then way values else values)
            |> withArrays reduction)

/// Vectors of the witness: all by one factor, then each by its own.
let codes (reduction: Reduction) =
    let read () = vectors reduction
    firstOf reduction Rounding.arrays (fun way -> read () |> jointly way |> withVectors reduction)
    firstOf reduction Rounding.arrays (fun way -> read () |> Array.map way |> withVectors reduction)

    for at in 0 .. (read ()).Length - 1 do
        firstOf reduction Rounding.arrays (fun way ->
            read ()
            |> Array.mapi (fun i values -> if i = at then way values else values)
            |> withVectors reduction)

/// Weights and entries of vectors in runs, down to one by one.
let singly (reduction: Reduction) =
    runs reduction (parameters reduction) (withArrays reduction)
    runs reduction (fun () -> vectors reduction) (withVectors reduction)
