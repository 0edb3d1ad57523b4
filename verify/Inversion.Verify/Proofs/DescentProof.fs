/// Decides the descent claim for one z°: every cone's minimizer is found, those that are no minimizer of some neighbor are dropped, and what is
/// left are all points without descent direction.
[<RequireQualifiedAccess>]
module internal Inversion.Verify.Proofs.DescentProof

open System
open System.Collections.Generic
open System.Numerics
open Inversion.Cones
open Inversion.Verify
open Inversion.Verify.Claims
open Inversion.Verify.Reference

/// A face, by its rays' approximations: equal rays have equal ones.
type private Key = (struct ((struct (float * float * float)) * (struct (float * float * float))))

let private keyOf (cone: LinearCone) (face: int[]) : Key =
    let one k =
        let a = cone.Rays[k].Approximate
        struct (a[0], (if a.Length > 1 then a[1] else 0.0), (if a.Length > 2 then a[2] else 0.0))

    match face with
    | [| k |] -> struct (one k, struct (0.0, 0.0, 0.0))
    | _ ->
        let a, b = one face[0], one face[1]
        if compare a b < 0 then struct (a, b) else struct (b, a)

/// What lies on a face: minimizers outside B(z°, ε‖z°‖). IsFlat: of a cone that has several, so that the face needs another cone wherever they lie.
type private OnFace =
    {
        Points: Stationary list
        IsFlat: bool
    }

/// Every minimizer outside B(z°, ε‖z°‖) inside its cone, and every one on a face by the face. Of cones that have several, some points.
let private collect (task: ProofTask) map measured truth =
    let inside = ResizeArray<Stationary>()
    let onFaces = Dictionary<Key, OnFace>()
    let mutable flats = 0

    let put key points isFlat =
        match onFaces.TryGetValue key with
        | true, known when known.IsFlat || not isFlat -> ()
        | true, known ->
            onFaces[key] <-
                {
                    Points = known.Points @ points
                    IsFlat = true
                }
        | _ -> onFaces[key] <- { Points = points; IsFlat = isFlat }

    let candidate point : Candidate =
        {
            Truth = truth
            Point = point
            Held = []
        }

    ProofSteps.walk task map measured (0.0, 0.3) (fun node ->
        match node.Cone with
        | null -> ()
        | cone ->
            let lowest = Minimizers.find task.Subject map cone truth

            if not lowest.IsOnly then
                let points () =
                    FlatMinimizers.points task map cone truth lowest
                    |> List.filter (fun p -> Balls.distance (candidate p.Point) > task.Epsilon)

                match FlatMinimizers.faces task map cone truth lowest with
                | [] when flats < 20 ->
                    let found = points ()
                    flats <- flats + sign found.Length
                    inside.AddRange found
                | faces ->
                    for face in faces do
                        let key = keyOf cone face
                        put key (if onFaces.ContainsKey key then [] else points ()) true
            elif
                Theory.norm lowest.Point > 0.0
                && Balls.distance (candidate lowest.Point) > task.Epsilon
            then
                match lowest.Place with
                | Minimizers.Inside ->
                    inside.Add
                        {
                            Point = lowest.Point
                            Exact = fun () -> ConeAlgebra.minimizer task.Subject map cone truth None
                        }
                | Minimizers.Face face ->
                    let point =
                        {
                            Point = lowest.Point
                            Exact = fun () -> ConeAlgebra.minimizer task.Subject map cone truth (Some face)
                        }

                    put (keyOf cone face) [ point ] false)

    inside, onFaces

/// The faces of a cone on which minimizers were found that are not the cone's own.
let private overruled n (cone: LinearCone) (lowest: Minimizers.Minimizer) (known: Key -> bool) =
    [
        for face in Minimizers.faces n cone.Rays.Length do
            if lowest.Place <> Minimizers.Face face && known (keyOf cone face) then
                face
    ]

let private pointField (f: ConeAlgebra.Fraction) =
    $"{{\"z\":{CertificateField.ofIntegers f.Z},\"d\":{f.D}}}"

let private refute task path truth epsilon (points: Stationary list) =
    let candidate point : Candidate =
        {
            Truth = truth
            Point = point
            Held = []
        }

    let rhos = points |> List.map (fun p -> p, Balls.rhos epsilon (candidate p.Point))

    let fields points extra =
        ("epsilon", CertificateField.ofFraction (CertificateField.fraction epsilon))
        :: ("points", "[" + String.Join(",", points |> List.map pointField) + "]")
        :: extra

    // Each attempt writes the certificate anew: the first that is accepted stays.
    let rec first tried points =
        match points with
        | [] -> tried
        | (point: Stationary) :: rest ->
            match point.Exact() with
            | None -> first (Some(Error "the point has no exact form")) rest
            | Some f ->
                match ProofSteps.refute task path "descent" (fields [ f ] []) with
                | Ok decision -> Some(Ok decision)
                | Error why -> first (Some(Error why)) rest

    let alone =
        rhos
        |> List.filter (fun (_, range) -> range.IsNone)
        |> List.truncate 20
        |> List.map fst

    match first None alone with
    | Some answer -> answer
    | None ->
        let lowest, below = rhos |> List.minBy (fun (_, range) -> range.Value.Upper)
        let highest, above = rhos |> List.maxBy (fun (_, range) -> range.Value.Lower)
        let between = 0.5 * (below.Value.Upper + above.Value.Lower)

        match lowest.Exact(), highest.Exact() with
        | Some first, Some second ->
            ProofSteps.refute
                task
                path
                "descent"
                (fields [ first; second ] [ "between", CertificateField.ofFraction (CertificateField.fraction between) ])
        | _ -> Error "a point has no exact form"

/// The nodes of a proof for this ρ: cuts, and for each cone its minimizer and the faces whose minimizers it overrules.
let private prove (task: ProofTask) path map measured (truth: float[]) rho (open': HashSet<Key>) =
    let fields =
        [
            "epsilon", CertificateField.ofFraction (CertificateField.fraction task.Epsilon)
            "rho", CertificateField.ofFraction (CertificateField.fraction rho)
        ]

    ProofSteps.write task path "descent" "proved" fields (fun file ->
        ProofSteps.walk task map measured (0.5, 0.7) (fun node ->
            match node.Cone with
            | null -> file.Node(string node.Cut.Unit)
            | cone ->
                let lowest = Minimizers.find task.Subject map cone truth

                let place =
                    match lowest.Place with
                    | Minimizers.Inside -> "\"inside\""
                    | Minimizers.Face face -> CertificateField.ofIndices face

                let others =
                    if lowest.IsOnly then
                        overruled truth.Length cone lowest open'.Remove
                    else
                        []

                file.Node(
                    if others.IsEmpty then
                        $"{{\"min\":{place}}}"
                    else
                        let list = String.Join(",", others |> List.map CertificateField.ofIndices)
                        $"{{\"min\":{place},\"not\":[{list}]}}"
                )))

let decide (task: ProofTask) path (truth: float[]) : Decision =
    let map = ProofSteps.map task

    let measured =
        Reference.observe task.Subject.Reference.Value (MeasurementRows.ofMeasurement task.Subject.Measurement) truth

    let candidate point : Candidate =
        {
            Truth = truth
            Point = point
            Held = []
        }

    let inside, onFaces = collect task map measured truth
    // Faces that no cone overrules hold points without descent direction.
    let left = Dictionary(onFaces)

    ProofSteps.walk task map measured (0.3, 0.5) (fun node ->
        match node.Cone with
        | null -> ()
        | cone when left.Count > 0 ->
            let lowest = Minimizers.find task.Subject map cone truth

            if lowest.IsOnly then
                for face in overruled truth.Length cone lowest left.ContainsKey do
                    left.Remove(keyOf cone face) |> ignore
        | _ -> ())

    let all = List.ofSeq inside @ (left.Values |> Seq.collect _.Points |> List.ofSeq)

    let ranges = all |> List.map (fun p -> Balls.rhos task.Epsilon (candidate p.Point))

    let shared =
        if List.forall Option.isSome ranges then
            Balls.shared (List.choose id ranges)
        else
            None

    match shared with
    | None ->
        match refute task path truth task.Epsilon all with
        | Ok decision -> decision
        | Error why ->
            Decision.Undecided
                $"precision: {all.Length} points that seem to have no descent direction outside the balls; the checker says: {why}"
    | Some range ->
        // The expected ρ where the points leave room for it, to four digits.
        let expected = Theory.rho task.Subject.Network.Depth
        let low, high = range.Lower, min range.Upper 1e3
        // Away from the ends, where a point lies on the rim of its ball.
        let margin = min 0.01 (0.1 * (high - low))

        let rho =
            Math.Clamp((if expected > 0.0 then expected else 0.5), low + margin, high - margin)

        let rounded = Math.Round(rho, 4)
        let rho = if rounded > low && rounded < high then rounded else rho

        let outside =
            HashSet(
                onFaces
                |> Seq.filter (fun pair ->
                    pair.Value.IsFlat
                    || pair.Value.Points
                       |> List.exists (fun p -> Balls.isOutside task.Epsilon rho (candidate p.Point)))
                |> Seq.map _.Key
            )

        prove task path map measured truth rho outside

        match ProofSteps.check task path with
        | Ok statement -> Decision.Proved statement
        | Error problem -> Decision.Undecided $"precision: the certificate was not accepted: {problem.Message}"
