namespace Inversion.Report

open System

/// A folder that cannot be rendered. The message is one line: which file, and what is wrong with it.
type ReportException(message: string) =
    inherit Exception(message)
