module Inversion.Laws.Program

open Expecto
open Inversion.Laws

/// Runs every test that is marked with the attribute Tests.
[<EntryPoint>]
let main args =
    let tests = Impl.testFromThisAssembly () |> Option.defaultValue (testList "laws" [])

    (ExpectoPlatform.run tests args).GetAwaiter().GetResult()
