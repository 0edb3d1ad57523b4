module Inversion.Laws.StationarySearchLaws

open System.Threading
open Expecto
open Inversion.Networks
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Laws.ClaimCases

let private searchOf subject =
    StationarySearch(subject, quick, CancellationToken.None)

/// With x = 10 z: G = 12 − x up to x = 2, then it rises by 1 to 13 at x = 5, then falls by 2; positive where the tests look.
let private zigzag =
    Subject.ofNetwork (
        GenerativeNetwork(
            Shape.Flat 1,
            [
                LinearLayer(1, 3, [| 10.0; 10.0; 10.0 |], [| 12.0; -2.0; -5.0 |]) :> Layer
                relu ()
                LinearLayer(3, 1, [| -1.0; 2.0; -3.0 |], [| 24.0 |])
                relu ()
            ],
            "zigzag"
        )
    )

[<Tests>]
let tests =
    testList
        "stationary search"
        [
            testCase "ends on a kink where J bends upward, and the kink is proved"
            <| fun () ->
                // z° = 0.8 measures G = 7. From z = 0.15 J falls until x = 2, where G = 10 starts to rise again: J's slope there jumps from −30 to 30.
                match (searchOf zigzag).Descend 0.1 [| 0.8 |] [| 0.15 |] with
                | Ending.Stationary(point, held) ->
                    Expect.floatClose Accuracy.high point[0] 0.2 "the kink"
                    Expect.equal held [ { Layer = 1; Index = 1 } ] "the second unit"

                    match
                        StationaryPoints.prove
                            zigzag
                            0.1
                            {
                                Truth = [| 0.8 |]
                                Point = point
                                Held = held
                            }
                    with
                    | Ok proven ->
                        Expect.stringContains proven.Kind "on 1 kink" "what it is"
                        Expect.floatClose Accuracy.high proven.Distance.Lower 0.75 "how far from z°"
                        Expect.isNone proven.Rhos "on z°'s own side of 0"
                    | Error why -> failtest why
                | other -> failtest $"%A{other}"

            testCase "no unit is held where its multiplier is out of bounds: nearly every end of a search is proved"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "2x1" "8k4,8k4")
                let found = (searchOf subject).Run(key "31")

                let candidates =
                    [
                        for truth, ending in found.Trials @ found.Chosen do
                            match ending with
                            | Ending.Stationary(point, held) ->
                                {
                                    Truth = truth
                                    Point = point
                                    Held = held
                                }
                            | _ -> ()
                    ]

                let proven =
                    candidates
                    |> List.filter (fun candidate -> (StationaryPoints.prove subject 0.1 candidate).IsOk)

                Expect.isNonEmpty candidates "this network has some"
                Expect.isTrue (10 * proven.Length >= 9 * candidates.Length) $"{proven.Length} of {candidates.Length}"

            testCase "the smallest slope found lies below every random one"
            <| fun () ->
                let subject = Subject.ofNetwork (drawn "4x1" "32k4,32k4")
                let search = searchOf subject
                let found = search.Run(key "32")
                let climbed = search.Flatten(key "33", 0.3, found.Visits)
                Expect.isNonEmpty climbed "it searches"

                for visit in climbed do
                    Expect.isTrue
                        (Balls.isOutside
                            0.1
                            0.3
                            {
                                Truth = visit.Truth
                                Point = visit.Code
                                Held = []
                            })
                        "outside the balls"

                let least (visits: Visited list) =
                    visits |> List.map (fun visit -> visit.Slope) |> List.min

                let random =
                    found.Visits
                    |> List.filter (fun visit ->
                        Balls.isOutside
                            0.1
                            0.3
                            {
                                Truth = visit.Truth
                                Point = visit.Code
                                Held = []
                            })

                Expect.isLessThanOrEqual (least climbed) (least random) "a climb starts from the smallest"
        ]
