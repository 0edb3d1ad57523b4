/// Pictures of pages: they show all that the run has, and their words say no more than what is drawn.
module Inversion.Laws.FigureLaws

open System.Text.RegularExpressions
open Expecto
open Inversion.Verify
open Inversion.Report
open Inversion.Laws.ClaimCases
open Inversion.Laws.FigureCases

[<Tests>]
let tests =
    testList
        "report figures"
        [
            testCase "an axis of shares has the shares that occur, in percent, and a mark for 0"
            <| fun () ->
                let picture =
                    sweep (masks [ "random" ] (fun _ share -> share)) []
                    |> SweepFigures.curves
                    |> List.exactlyOne

                let drawn = words picture

                for tick in [ "0"; "0.1 %"; "1 %"; "10 %"; "100 %" ] do
                    Expect.contains drawn tick "tick"

                Expect.isFalse (List.contains "-10" drawn) "no place beyond the shares"
                Expect.stringContains picture.Caption "observe nothing" "the mark is explained"

            testCase "without a share of 0 nothing is said of it"
            <| fun () ->
                let cells =
                    masks [ "random" ] (fun _ share -> share)
                    |> List.filter (fun cell -> string cell["observed"] <> "0")

                let picture = sweep cells [] |> SweepFigures.curves |> List.exactlyOne
                Expect.isFalse (picture.Caption.Contains "nothing") "no mark"

            testCase "curves with the same points are one, under all their names"
            <| fun () ->
                let picture =
                    sweep
                        (masks [ "random"; "top"; "left" ] (fun index share -> if index = 0 then share else sqrt share))
                        []
                    |> SweepFigures.curves
                    |> List.exactlyOne

                Expect.stringContains (svg picture) "top, left" "both names"
                Expect.stringContains picture.Alternative "in 2 curves" "two"

            testCase "every curve is drawn: those that cannot be told apart in one picture in several"
            <| fun () ->
                let names = [ for index in 1..11 -> $"mask-{index}" ]

                let pictures =
                    sweep (masks names (fun index share -> share * float (index + 1) / 11.0)) []
                    |> SweepFigures.curves

                Expect.isGreaterThan pictures.Length 1 "several"
                Expect.allEqual (pictures |> List.map (fun picture -> (List.distinct picture.Files).Length)) 2 "files"

                Expect.equal
                    (pictures |> List.map (_.Files >> List.head >> fst) |> List.distinct).Length
                    pictures.Length
                    "names of files"

                for name in names do
                    Expect.isTrue (pictures |> List.exists (words >> List.contains name)) name

            testCase "a series of sizes has its rates, and a curve where the finding has a fit"
            <| fun () ->
                let cells () =
                    [
                        for rate in [ 0.2; 0.5; 0.75 ] -> cell [ "network", "any"; "claim", "origin" ] 1.0 rate
                    ]

                let fitted =
                    sweep (cells ()) [ failures (Quantity.Number 0.19) ]
                    |> FailureFigures.series
                    |> List.exactlyOne

                Expect.stringContains (svg fitted) "b = 0.19" "curve"
                Expect.stringContains (svg fitted) "cells, with limits" "limits"

                let bare =
                    sweep (cells ()) [ failures Quantity.Absent ]
                    |> FailureFigures.series
                    |> List.exactlyOne

                Expect.isFalse ((svg bare).Contains "fitted") "no curve"
                Expect.isEmpty (FailureFigures.series (sweep (cells ()) [])) "no finding, no picture"

            testCase "a page of series has few pictures, and says what it left out"
            <| fun () ->
                let many =
                    [
                        for index in 1..9 ->
                            { failures Quantity.Absent with
                                Network = $"claim=c{index}; D_0=1"
                            }
                    ]

                let pictures = FailureFigures.series (sweep [] many)
                Expect.equal pictures.Length 6 "pictures"
                Expect.stringContains (List.last pictures).Caption "3 more series" "the rest"

            testCase "ends of descents are counted, and a counterexample is drawn where there is one"
            <| fun () ->
                let without = ends None


                let count =
                    Regex.Match(
                        without.Alternative,
                        "Ends of (\\d+) .*: (\\d+) near .*, (\\d+) near .*, (\\d+) elsewhere"
                    )

                let number (group: int) = int count.Groups[group].Value
                Expect.equal (number 1) (number 2 + number 3 + number 4) without.Alternative
                Expect.isFalse ((svg without).Contains "counterexample") "none"
                let drawn = ends (Some(stationary, "theorem"))
                Expect.stringContains (svg drawn) "counterexample" "its mark"
                Expect.stringContains drawn.Caption "on theorem" "of which network"

                let foreign =
                    { stationary with
                        Vectors = [ "x", [| 1.0 |] ]
                    }

                Expect.isFalse ((svg (ends (Some(foreign, "theorem")))).Contains "counterexample") "no such vectors"

            testCase "a masked layer stands at the rows that the mask leaves"
            <| fun () ->
                let whole = LayerFigures.widths small
                let half = drawn "2x1" "8k4,16k4" |> masked "random:0.5" |> LayerFigures.widths
                Expect.equal whole [ 16.0; 8.0 ] "rows for each column"
                Expect.equal half.Head whole.Head "the mask leaves the first layer"
                Expect.isLessThan half[1] whole[1] "and takes rows of the last"

            testCase "deviations that grow with the width are not told to fall"
            <| fun () ->
                let entries =
                    [
                        for layer, value in [ 1, 0.01; 2, 0.9; 2, 0.8 ] ->
                            { entry
                                  "weight-concentration"
                                  "any"
                                  "supported"
                                  [ Catalogue.headline "weight-concentration", Quantity.Number value ] with
                                Layer = Some layer
                            }
                    ]

                let picture =
                    LayerFigures.againstWidth (fun _ -> Some small) entries 0.1 "widths"
                    |> Option.get

                Expect.stringContains picture.Alternative "2 lie above ε, 1 at or below it" "counts"
                Expect.isFalse (picture.Alternative.Contains "wider") "no trend"
                Expect.stringContains picture.Caption "may still break" "a lower bound"

            testCase "angles tell of a counterexample only where there is one"
            <| fun () ->
                let caption isRefuted =
                    (LayerFigures.angles small (key "2a9") isRefuted "angles").Caption

                Expect.isTrue ((caption true).Contains "counterexample") "refuted"
                Expect.isFalse ((caption false).Contains "counterexample") "not refuted"
        ]
