namespace Inversion.Report

/// What a claim's verdicts rest on.
type Basis =
    /// Random trials and a search for the worst case, on each network.
    | Searched
    /// The network is read; the law of its weights is checked.
    | ReadOff
    /// Counts, and a statistical test of them; what is counted, in the plural.
    | Counted of string
    /// Interval bounds on the expected landscape: no weights enter.
    | Bounded

/// What could change a verdict.
type Change =
    {
        Supported: string
        Refuted: string
        Undecided: string
    }

/// A claim in words.
type Words =
    {
        /// The question that it answers, as a heading.
        Title: string
        /// What was claimed: one sentence.
        Claimed: string
        /// The number that it is judged by, to be followed by the number.
        Headline: string
        /// The side of its limit on which the number was claimed to be, and the limit's name among those allowed; "" where the words say it.
        Limit: string * string
        Basis: Basis
        Change: Change
    }

/// What each claim says in plain words, for a reader who has not read the papers.
[<RequireQualifiedAccess>]
module internal ClaimTable =
    let private more =
        "More trials, more starts or another seed may find a counterexample."

    let private change refuted =
        {
            Supported = more
            Refuted = refuted
            Undecided = "The reason says what it lacks."
        }

    let private words title claimed headline limit basis change =
        {
            Title = title
            Claimed = claimed
            Headline = headline
            Limit = limit
            Basis = basis
            Change = change
        }

    let entries: (string * Words) list =
        [
            "assumptions",
            words
                "Is this a network that the theorem speaks of?"
                "The network has the form that the theorem assumes: two layers whose stamps do not overlap, ReLU, no bias, independent Gaussian weights of mean zero."
                "expansion of each layer, Cᵢℓ/(Cᵢ₋₁ log Cᵢ₋₁)"
                ("reported, not judged", "")
                ReadOff
                { change
                      "Another architecture or another law of the weights; the theorem says nothing about a network that fails here." with
                    Supported = "Another test of the weights' law, where they come from a file."
                }
            "gaussian-weights",
            words
                "Are a layer's weights Gaussian?"
                "Up to a difference of 2 in 100 on either side of any value, the layer's weights follow a normal law."
                "distance of the weights from the nearest normal law"
                ("at most", "distance")
                (Counted "weights")
                {
                    Supported =
                        "Weights that are no independent draws from one law, as training makes them; other weights."
                    Refuted = "Another training, or another law to draw from."
                    Undecided =
                        "More weights; where there are too few for any distance, the reason says how many it takes."
                }
            "weight-concentration",
            words
                "Do a layer's weights act as their mean does?"
                "Whatever the two codes, the layer's active weights, multiplied with each other, are within ε of the matrix that they equal on average (the weight distribution condition)."
                "largest deviation found"
                ("at most ε =", "epsilon")
                Searched
                (change
                    "Many more rows for each column: the deviation falls with the expansion of the layer. Only an ε above the number can hold.")
            "whitened-concentration",
            words
                "Do a layer's weights act as their mean does, scale and mixing aside?"
                "As the weight distribution condition, for the layer's rows multiplied by the matrix that makes their products the identity: only the shape of the weights is left."
                "largest deviation found"
                ("at most ε =", "epsilon")
                Searched
                (change "More rows for each column, or another training. Only an ε above the number can hold.")
            "angle-contraction",
            words
                "Does a layer change angles as expected?"
                "Two codes at an angle θ leave the layer at an angle close to g(θ), the expected one."
                "largest deviation of an angle found"
                ("at most", "angle")
                Searched
                { change "Wider layers, or a larger ε." with
                    Undecided =
                        "A smaller ε, where the limit is so wide that no network can break it; else the reason says what it lacks."
                }
            "expected-landscape",
            words
                "Does the expected landscape have no other stationary points?"
                "With infinitely wide layers the gradient vanishes only near the true code and near its negative shrunk by ρ."
                "proved lower bound of the slope outside the balls"
                ("more than 0", "")
                Bounded
                {
                    Supported = "A certificate."
                    Refuted = "The number of layers, ε, and the number of latent positions decide it; no weights enter."
                    Undecided = "The reason says what it lacks."
                }
            "gradient-near-mean",
            words
                "Is the gradient close to the expected one?"
                "At every code the gradient is within ε of what it is on average over networks."
                "largest deviation of the gradient found"
                ("at most", "beta")
                Searched
                (change "Wider layers; only an ε above the number can hold.")
            "descent",
            words
                "Does the error fall everywhere but near two points?"
                "Away from the true code and its shrunk negative the error falls in some direction: there is no other place where a descent can stop."
                "smallest slope found outside the balls"
                ("more than 0", "")
                Searched
                (change "Wider layers, fewer latent positions, or a larger ε.")
            "origin",
            words
                "Does the error fall away from zero?"
                "At the zero code the error falls in every direction."
                "largest slope found at zero"
                ("less than 0", "")
                Searched
                (change "One latent position, more channels, and an observation of every part of the output.")
            "uniqueness",
            words
                "Do different codes have different measurements?"
                "No two codes have the same measurements."
                "smallest ratio of a distance of measurements to the distance of their codes"
                ("more than 0", "")
                Searched
                (change "More observed outputs, or more channels.")
            "convergence",
            words
                "Does gradient descent arrive?"
                "Gradient descent from any start ends at the true code."
                "share of random starts that arrived"
                ("1, and of every chosen start", "")
                Searched
                (change "Wider layers; several starts; another solver, whose rates stand beside it.")
            "mode-collapse",
            words
                "Do whole sets of codes look the same?"
                "No set of codes of positive dimension has one and the same measurement."
                "share of random codes around which some direction has no effect"
                ("0, and no such set elsewhere", "")
                Searched
                (change "More active units, or more observed outputs.")
            "landscape-shape",
            words
                "Is the error free of bumps?"
                "Along no segment between two codes does the error rise above both ends (it is quasi-convex)."
                "share of random segments with a bump"
                ("0, and of no segment elsewhere", "")
                Searched
                (change
                    "Another activation; on ReLU networks the segment through zero is always one, where the error falls away from zero.")
            "recovery",
            words
                "Are codes recovered from these measurements?"
                "Codes are recovered to a thousandth, in the stated number of gradient evaluations, with a rate of at least 0.95."
                "share of codes recovered"
                ("at least", "successRate")
                (Counted "codes")
                {
                    Supported = "Codes of another law, or other outputs observed."
                    Refuted = "More measurements, more restarts, another solver."
                    Undecided = "More trials (--trials)."
                }
            "phase-transition",
            words
                "From what share of the output is a code recovered?"
                "The rate of recovery does not fall as more is observed, and passes one half; between two masks, one needs a smaller share than the other."
                "share observed at which half of the codes are recovered"
                ("", "")
                (Counted "trials")
                {
                    Supported = "More trials may tell otherwise: a test does not show its statement."
                    Refuted = "Another network, mask or solver."
                    Undecided = "More trials, or rates nearer to where the recovery changes."
                }
            "failure-probability",
            words
                "Do failures become rare as networks grow?"
                "The theorem's bound falls exponentially with some sizes of the network and grows with others; each finding asks this of the rate of failing networks along one size."
                "exponent or power fitted to the rates"
                ("", "")
                (Counted "networks")
                {
                    Supported = "More networks, or larger ones, may tell otherwise: a test does not show its statement."
                    Refuted = "Sizes in another proportion: what stays fixed stands with the finding."
                    Undecided = "More networks of each size (--trials), or more sizes."
                }
            "gradient-consistency",
            words
                "Is our own gradient right?"
                "The fast gradient and derivatives are those of a slow reference that shares no code with them, to within rounding."
                "largest relative difference found"
                ("at most", "worstRelativeError")
                Searched
                {
                    Supported = "A difference at a point that was not compared would be a bug of this program."
                    Refuted = "It is a bug of this program: please report it."
                    Undecided = "The reason says what it lacks."
                }
        ]
