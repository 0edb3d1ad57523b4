module Inversion.Laws.Program

open System
open Expecto
open Inversion.Laws

// Temporary: shows that Expecto and FsCheck run under the testing platform. The claims' laws replace it.
let private laws =
    testList
        "laws"
        [
            testProperty "the absolute value is even and not negative" (fun (x: int) ->
                let x = int64 x
                Math.Abs x = Math.Abs -x && Math.Abs x >= 0L)
        ]

[<EntryPoint>]
let main args =
    (ExpectoPlatform.run laws args).GetAwaiter().GetResult()
