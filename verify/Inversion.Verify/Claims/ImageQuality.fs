/// How alike two images are.
[<RequireQualifiedAccess>]
module Inversion.Verify.Claims.ImageQuality

open System

/// Peak signal-to-noise ratio 10 log₁₀(peak²/mean squared error) in decibels; infinite for equal signals. `peak` is the range of values.
/// ArgumentException: lengths differ or are 0.
let psnr peak (first: float[]) (second: float[]) =
    if first.Length <> second.Length || first.Length = 0 then
        invalidArg (nameof second) $"{second.Length} entries beside {first.Length}"

    let error =
        Array.fold2 (fun sum a b -> sum + (a - b) * (a - b)) 0.0 first second
        / float first.Length

    if error = 0.0 then
        infinity
    else
        10.0 * log10 (peak * peak / error)

/// Side of the window, and the standard deviation of its weights: Wang et al. (2004), section III.B.
let private side = 11

let private weights =
    let bell =
        Array.init side (fun i -> exp (-0.5 * (float (i - side / 2) / 1.5) ** 2.0))

    let total = Array.sum bell
    bell |> Array.map (fun w -> w / total)

/// Means under the window at all places where it fits: along rows, then along columns.
let private blur (height: int) (width: int) (image: float[]) =
    let across, down = width - side + 1, height - side + 1

    let rows =
        Array.init (height * across) (fun at ->
            let row, column = at / across, at % across
            let mutable sum = 0.0

            for i in 0 .. side - 1 do
                sum <- sum + weights[i] * image[row * width + column + i]

            sum)

    Array.init (down * across) (fun at ->
        let mutable sum = 0.0

        for i in 0 .. side - 1 do
            sum <- sum + weights[i] * rows[at + i * across]

        sum)

/// Mean structural similarity of two images of one channel, row by row: windows of 11 × 11 with Gaussian weights of σ = 1.5, K₁ = 0.01,
/// K₂ = 0.03; `peak` is the range of values. NaN for images that are smaller than the window. Source: Wang, Bovik, Sheikh, Simoncelli, IEEE
/// Transactions on Image Processing 13 (2004). ArgumentException: lengths that are not height × width.
let ssim peak height width (first: float[]) (second: float[]) =
    if first.Length <> height * width || second.Length <> height * width then
        invalidArg (nameof second) $"{first.Length} and {second.Length} entries for {height} × {width}"

    if height < side || width < side then
        nan
    else
        let blur = blur height width
        let c1, c2 = (0.01 * peak) ** 2.0, (0.03 * peak) ** 2.0
        let meanX, meanY = blur first, blur second
        let squareX = blur (Array.map (fun x -> x * x) first)
        let squareY = blur (Array.map (fun y -> y * y) second)
        let product = blur (Array.map2 (*) first second)

        Array.init meanX.Length (fun i ->
            let mx, my = meanX[i], meanY[i]
            let varianceX, varianceY = squareX[i] - mx * mx, squareY[i] - my * my
            let covariance = product[i] - mx * my

            (2.0 * mx * my + c1) * (2.0 * covariance + c2)
            / ((mx * mx + my * my + c1) * (varianceX + varianceY + c2)))
        |> Array.average
