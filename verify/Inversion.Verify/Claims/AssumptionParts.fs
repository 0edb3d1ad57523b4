/// Assumptions as numbers with limits, and when they hold.
module internal Inversion.Verify.Claims.AssumptionParts

open System
open Inversion.Verify

/// One assumption as a number and its limit.
type Part =
    {
        /// Name of the assumption.
        Kind: string
        Layer: int option
        Value: float
        Side: Side
        Limit: float
        /// True when the number is a fact about the structure, false for a test statistic.
        Exact: bool
        /// What breaks when it breaks.
        Text: string
    }

/// An assumption that is a fact about the structure.
let fact kind layer value side limit text =
    {
        Kind = kind
        Layer = layer
        Value = value
        Side = side
        Limit = limit
        Exact = true
        Text = text
    }

/// value = limit, as the two inequalities that say so.
let equal kind layer (value: float) limit text =
    fact kind layer value (if value > limit then Side.AtMost else Side.AtLeast) limit text

/// True when the number is within its limit; NaN never is.
let holds (part: Part) =
    not (Verdict.breaks part.Side part.Limit (Enclosure.Point part.Value))
    && not (Double.IsNaN part.Value)
