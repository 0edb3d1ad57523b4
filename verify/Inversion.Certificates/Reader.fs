/// A certificate is one JSON object. Its first line ends with "nodes":[, each node has a line of its own, the last line is ]}: it is read line
/// by line and may be larger than memory.
[<RequireQualifiedAccess>]
module Inversion.Certificates.Reader

open System.IO
open System.Text.Json

let private parse (line: string) =
    try
        JsonDocument.Parse(line).RootElement
    with :? JsonException ->
        raise (Rejected "it is not JSON")

/// The header, and the nodes as they are read.
let read (reader: TextReader) : JsonElement * seq<JsonElement> =
    let first = string (reader.ReadLine())

    if not (first.EndsWith "\"nodes\":[") then
        raise (Rejected "the first line does not end with \"nodes\":[")

    let nodes =
        seq {
            let mutable line = string (reader.ReadLine())
            let mutable number = 1
            let mutable isLast = line = "]}"

            while not isLast do
                let next = string (reader.ReadLine())
                isLast <- next = "]}"

                if next = "" || line.EndsWith ',' = isLast then
                    raise (Rejected $"node {number}: the line does not end as one of a list, or the file ends")

                try
                    parse (line.TrimEnd ',')
                with Rejected why ->
                    raise (Rejected $"node {number}: {why}")

                line <- next
                number <- number + 1

            if reader.Peek() >= 0 then
                raise (Rejected "there is more behind the end")
        }

    parse (first + "]}"), nodes
