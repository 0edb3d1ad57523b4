/// Where the core and the reference are compared: random points, points for steps that are exact, and points that are hard on purpose.
module internal Inversion.Verify.Claims.ConsistencyPoints

open System
open Inversion.Randomness
open Inversion.Verify
open Inversion.Verify.Reference

/// Where everything is evaluated: z, y, v and w.
type Point =
    {
        Code: float[]
        Observed: float[]
        Direction: float[]
        Cotangent: float[]
    }

/// The point of a witness.
let pointOf (witness: Witness) =
    {
        Code = witness.Vector "code"
        Observed = witness.Vector "observed"
        Direction = witness.Vector "direction"
        Cotangent = witness.Vector "cotangent"
    }

/// y = A G(z°) of the reference: data, whatever the core makes of it.
let private observe (subject: Subject) (truth: float[]) =
    Reference.observe subject.Reference.Value (MeasurementRows.ofMeasurement subject.Measurement) truth

/// Standard normal vectors, y of a standard normal z°.
let randomPoint (subject: Subject) (key: RandomKey) =
    let stream = key.Open()
    let n = subject.Network.LatentDimension

    {
        Code = Search.gaussian stream n
        Observed = observe subject (Search.gaussian stream n)
        Direction = Search.gaussian stream n
        Cotangent = Search.gaussian stream subject.Measurement.Count
    }

/// Multiples of 2⁻²⁰ and 2⁻¹⁰, so that steps of 2⁻¹⁷ are exact.
let gridPoint (subject: Subject) (key: RandomKey) =
    let point = randomPoint subject key

    let toGrid bits values =
        values
        |> Array.map (fun (x: float) -> Math.ScaleB(Math.Round(Math.ScaleB(x, bits)), -bits))

    { point with
        Code = toGrid 20 point.Code
        Direction = toGrid 10 point.Direction
    }

/// The origin, axes, small integers, a code with dead positions, tiny and huge codes, and z° itself.
let hardPoints (subject: Subject) (key: RandomKey) =
    let n = subject.Network.LatentDimension
    let positions = subject.Network.InputShape.Positions

    let point number =
        randomPoint subject (key.Child(int64 number))

    let coded number code = { point number with Code = code }

    let axis i sign =
        Array.init n (fun j -> if i = j then sign else 0.0)

    let scaled number exponent =
        let point = point number

        let truth =
            (point.Code |> Array.rev) |> Array.map (fun x -> Math.ScaleB(x, exponent))

        { point with
            Code = point.Code |> Array.map (fun x -> Math.ScaleB(x, exponent))
            Observed = observe subject truth
        }

    let stream = (key.Child "integers").Open()
    let own = point 8

    [
        coded 0 (Array.zeroCreate n)
        coded 1 (axis 0 1.0)
        coded 2 (axis (n - 1) -1.0)
        coded 3 (Array.init n (fun _ -> float (stream.NextBelow 5 - 2)))
        coded
            4
            ((point 4).Code
             |> Array.mapi (fun i x -> if positions > 1 && i % positions = 0 then 0.0 else x))
        scaled 5 -300
        scaled 6 300
        { own with
            Observed = observe subject own.Code
        }
    ]
