/// What each claim says in plain words, for a reader who has not read the papers.
[<RequireQualifiedAccess>]
module Inversion.Report.ClaimWords

/// A claim in words.
type Words =
    {
        /// The question that it answers, as a heading.
        Title: string
        /// What was claimed: one sentence.
        Claimed: string
        /// The number that it is judged by, to be followed by the number.
        Headline: string
        /// What a refutation leaves open, and what would change the answer.
        Change: string
    }

let private table: (string * Words) list =
    [
        "assumptions",
        {
            Title = "Is this a network that the theorem speaks of?"
            Claimed =
                "The network has the form that the theorem assumes: two layers whose stamps do not overlap, ReLU, no bias, independent Gaussian weights of mean zero."
            Headline = "expansion of each layer, C_iℓ/(C_{i−1} log C_{i−1})"
            Change =
                "Another architecture or another law of the weights; the theorem says nothing about a network that fails here."
        }
        "gaussian-weights",
        {
            Title = "Are a layer's weights Gaussian?"
            Claimed =
                "Up to a difference of 2 in 100 on either side of any value, the layer's weights follow a normal law."
            Headline = "distance of the weights from the nearest normal law"
            Change = "More weights, where they are too few to tell; another training."
        }
        "weight-concentration",
        {
            Title = "Do a layer's weights act as their mean does?"
            Claimed =
                "Whatever the two codes, the layer's active weights, multiplied with each other, are within ε of the matrix that they equal on average (the weight distribution condition)."
            Headline = "largest deviation found"
            Change =
                "Many more rows for each column: the deviation falls with the expansion of the layer. Only an ε above the number can hold."
        }
        "whitened-concentration",
        {
            Title = "Do a layer's weights act as their mean does, scale and mixing aside?"
            Claimed =
                "As the weight distribution condition, for the layer's rows multiplied by the matrix that makes their products the identity: only the shape of the weights is left."
            Headline = "largest deviation found"
            Change = "More rows for each column, or another training. Only an ε above the number can hold."
        }
        "angle-contraction",
        {
            Title = "Does a layer change angles as expected?"
            Claimed = "Two codes at an angle θ leave the layer at an angle close to g(θ), the expected one."
            Headline = "largest deviation of an angle found"
            Change = "Wider layers, or a larger ε."
        }
        "expected-landscape",
        {
            Title = "Does the expected landscape have no other stationary points?"
            Claimed =
                "With infinitely wide layers the gradient vanishes only near the true code, near its negative shrunk by ρ, and at zero."
            Headline = "smallest slope outside the balls"
            Change = "The number of layers, ε, and the number of latent positions decide it; no weights enter."
        }
        "gradient-near-mean",
        {
            Title = "Is the gradient close to the expected one?"
            Claimed = "At every code the gradient is within ε of what it is on average over networks."
            Headline = "largest deviation of the gradient found"
            Change = "Wider layers; only an ε above the number can hold."
        }
        "descent",
        {
            Title = "Does the error fall everywhere but near two points?"
            Claimed =
                "Away from the true code and its shrunk negative the error falls in some direction: there is no other place where a descent can stop."
            Headline = "smallest slope found outside the balls"
            Change =
                "Wider layers, one latent position, or a larger ε, where a stopping point was found; a stopping point that no search has found, where none was."
        }
        "origin",
        {
            Title = "Does the error fall away from zero?"
            Claimed = "At the zero code the error falls in every direction."
            Headline = "largest slope found at zero"
            Change = "One latent position, more channels, and an observation of every part of the output."
        }
        "uniqueness",
        {
            Title = "Do different codes have different measurements?"
            Claimed = "No two codes have the same measurements."
            Headline = "smallest ratio of a distance of measurements to the distance of their codes"
            Change = "More observed outputs, or more channels."
        }
        "convergence",
        {
            Title = "Does gradient descent arrive?"
            Claimed = "Gradient descent from any start ends at the true code."
            Headline = "share of random starts that arrived"
            Change = "Wider layers; several starts; another solver, whose rates stand beside it."
        }
        "mode-collapse",
        {
            Title = "Do whole sets of codes look the same?"
            Claimed = "No set of codes of positive dimension has one and the same measurement."
            Headline = "share of random codes around which some direction has no effect"
            Change = "More active units, or more observed outputs."
        }
        "landscape-shape",
        {
            Title = "Is the error free of bumps?"
            Claimed = "Along no segment between two codes does the error rise above both ends (it is quasi-convex)."
            Headline = "share of random segments with a bump"
            Change =
                "Another activation; on ReLU networks the segment through zero is always one, where the error falls away from zero."
        }
        "recovery",
        {
            Title = "Are codes recovered from these measurements?"
            Claimed =
                "Codes are recovered to a thousandth, in the stated number of gradient evaluations, with a rate of at least 0.95."
            Headline = "share of codes recovered"
            Change = "More measurements, more restarts, another solver."
        }
        "phase-transition",
        {
            Title = "From what share of the output is a code recovered?"
            Claimed = "The rate of recovery does not fall as more is observed, and passes one half."
            Headline = "share observed at which half of the codes are recovered"
            Change = "More trials, where the order of two cells is open."
        }
        "failure-probability",
        {
            Title = "Do failures become rare as networks grow?"
            Claimed =
                "The share of drawn networks that fail falls exponentially with the width and grows at most in proportion to the sizes that the bound has in front."
            Headline = "fitted exponent"
            Change = "More networks a size, or more sizes."
        }
        "gradient-consistency",
        {
            Title = "Is our own gradient right?"
            Claimed =
                "The fast gradient and derivatives are those of a slow reference that shares no code with them, to within rounding."
            Headline = "largest relative difference found"
            Change = "A refutation would be a bug of this program: please report it."
        }
    ]

/// The words of a claim; of one that is not known here, its id.
let ofClaim id =
    match table |> List.tryFind (fun (name, _) -> name = id) with
    | Some(_, words) -> words
    | None ->
        {
            Title = id
            Claimed = ""
            Headline = "measured"
            Change = ""
        }

/// Every claim that has words.
let ids = table |> List.map fst

/// What a claim of this role is, and what its refutation would mean.
let role word =
    match word with
    | "hypothesis" ->
        "Hypotheses",
        "What the proof assumes. A refutation is an ordinary result: it says that the proof does not reach these networks, not that its conclusions fail on them."
    | "conclusion" ->
        "Conclusions", "What the theorem asserts. A refutation is news wherever the theorem's assumptions hold."
    | "empirical" -> "Empirical findings", "What the paper observed rather than proved."
    | "consistency" -> "Consistency", "Two ways to one number. A refutation would be a bug of this program."
    | other -> other, ""

/// The roles in the order of reading.
let roles = [ "conclusion"; "hypothesis"; "empirical"; "consistency" ]
