namespace Inversion.Verify.Claims

open Inversion.Verify

/// Line searches that see kinks.
[<RequireQualifiedAccess>]
module internal Lines =
    /// A local minimum of J along z + t p, from the side where J falls: the code, and the unit whose upward bend stops it (None where J is smooth).
    let along valley (held: KinkUnit list) (z: float[]) (p: float[]) first last =
        let except =
            held |> Seq.map (fun unit -> struct (unit.Layer, unit.Index)) |> Set.ofSeq

        let slopeAt t =
            let value, gradient = Valley.gradientAt valley (Valley.axpy z t p)
            value, Theory.dot gradient p

        let startValue, startSlope = slopeAt first

        if not (startSlope < 0.0) then
            None
        else
            let mutable a, slopeA = first, startSlope
            let mutable b = last
            let mutable valueB, slopeB = slopeAt b
            let mutable doublings = 0

            while slopeB < 0.0 && valueB <= startValue && doublings < 20 do
                a <- b
                slopeA <- slopeB
                b <- 2.0 * b
                let v, s = slopeAt b
                valueB <- v
                slopeB <- s
                doublings <- doublings + 1

            let patternAt t =
                valley.Kinks.PreActivations(Valley.axpy z t p)

            let mutable patternA, patternB = patternAt a, patternAt b
            let mutable answer = None
            let mutable rounds = 0

            while answer.IsNone && rounds < 60 do
                rounds <- rounds + 1

                match valley.Kinks.Flipped except 2 patternA patternB with
                | [||] ->
                    // J is a parabola between a and b: its slope is linear.
                    let t =
                        if slopeB > slopeA then
                            a + (b - a) * -slopeA / (slopeB - slopeA)
                        else
                            b

                    answer <- Some(Valley.axpy z (min b (max a t)) p, None)
                | [| struct (unit, left, right) |] ->
                    let t = a + (b - a) * left / (left - right)
                    let gap = 1e-9 * (b - a)
                    let before, after = max a (t - gap), min b (t + gap)
                    let _, slopeBefore = slopeAt before

                    if slopeBefore >= 0.0 then
                        b <- before
                        slopeB <- slopeBefore
                        patternB <- patternAt b
                    else
                        let _, slopeAfter = slopeAt after

                        if slopeAfter >= 0.0 then
                            answer <- Some(Valley.axpy z t p, Some unit)
                        else
                            a <- after
                            slopeA <- slopeAfter
                            patternA <- patternAt a
                | _ ->
                    let middle = 0.5 * (a + b)
                    let value, slope = slopeAt middle

                    if slope < 0.0 && value <= startValue then
                        a <- middle
                        slopeA <- slope
                        patternA <- patternAt a
                    else
                        b <- middle
                        slopeB <- slope
                        patternB <- patternAt b

            match answer with
            | None -> Some(Valley.axpy z a p, None)
            | found -> found
