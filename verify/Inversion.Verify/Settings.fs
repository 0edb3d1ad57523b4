namespace Inversion.Verify

/// How hard claims are tried. The same for every claim of an audit.
type Settings =
    {
        /// ε of the theorem and of the weight distribution condition.
        Epsilon: float
        /// Random trials for each claim and network.
        Trials: int
        /// Starts of each worst-case search.
        Starts: int
        /// Steps of each start.
        Steps: int
        /// Confidence of each finding's limits, after the error budget was split.
        Confidence: float
    }

    static member Default =
        {
            Epsilon = 0.1
            Trials = 60
            Starts = 6
            Steps = 150
            Confidence = 0.95
        }
