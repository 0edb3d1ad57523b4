/// Statements about all pairs of codes: uniqueness, and origin for every z°. They go over pairs of leaves, most of which differ in an output that
/// is positive all over one and zero all over the other. Keeps all leaves in memory.
module internal Inversion.Certificates.Pairs

open System.Collections.Generic
open System.Numerics
open Fields
open Independence

/// Sets of outputs, 64 a word.
module private Bits =
    let meets (a: uint64[]) (b: uint64[]) =
        Array.exists2 (fun x y -> x &&& y <> 0UL) a b

    let misses (a: uint64[]) (b: uint64[]) =
        Array.exists2 (fun x y -> x &&& ~~~y <> 0UL) a b

    let both (a: uint64[]) (b: uint64[]) = Array.map2 (&&&) a b
    let either (a: uint64[]) (b: uint64[]) = Array.map2 (|||) a b

/// A leaf, or a group of leaves with the same lower layers: outputs positive on every ray, on some ray.
type private Part = { All: uint64[]; Any: uint64[] }

type private Member =
    {
        Number: int
        Leaf: Leaf
        /// A number for each ray, the same for the same ray of another leaf.
        Keys: int[]
        /// For each ray, the outputs that are positive on it.
        Supports: uint64[][]
        Part: Part
    }

let private merge parts =
    {
        All = parts |> Seq.map _.All |> Seq.reduce Bits.both
        Any = parts |> Seq.map _.Any |> Seq.reduce Bits.either
    }

/// Collects the leaves of a walk. isRectified: every output is max(form, 0), so that outputs are never negative.
/// watch: told the share of the pairs that were gone over.
type Pairs(n: int, isRectified: bool, watch: float -> unit) =
    let groups = ResizeArray<ResizeArray<Member>>()
    let keys = Dictionary<BigInteger[], int>(HashIdentity.Structural)
    let mutable count = 0

    let keyOf (ray: Form) =
        if not (keys.ContainsKey ray.Whole) then
            keys[ray.Whole] <- keys.Count

        keys[ray.Whole]

    member _.Enter() = groups.Add(ResizeArray())

    member _.Add(leaf: Leaf) =
        if groups.Count = 0 then
            groups.Add(ResizeArray())

        let support ray =
            let words = Array.zeroCreate<uint64>((leaf.Outputs.Length + 63) / 64)

            leaf.Outputs
            |> Array.iteri (fun o form ->
                if not form.IsZero && form.Sign ray > 0 then
                    words[o / 64] <- words[o / 64] ||| (1UL <<< o % 64))

            words

        count <- count + 1
        let supports = leaf.Rays |> Array.map support

        groups[groups.Count - 1].Add
            {
                Number = count
                Leaf = leaf
                Keys = Array.map keyOf leaf.Rays
                Supports = supports
                Part = merge (supports |> Array.map (fun s -> { All = s; Any = s }))
            }

    // Every pair of leaves that `isClear` does not settle, by groups first.
    member private _.Each (isClear: Part -> Part -> bool) (check: Member -> Member -> unit) =
        let parts = groups |> Seq.map (Seq.map _.Part >> merge) |> Seq.toArray

        for g in 0 .. groups.Count - 1 do
            let left = 1.0 - float g / float groups.Count
            watch (1.0 - left * left)

            for h in g .. groups.Count - 1 do
                if g = h || not (isRectified && isClear parts[g] parts[h]) then
                    for i in 0 .. groups[g].Count - 1 do
                        for j in (if g = h then i else 0) .. groups[h].Count - 1 do
                            let a, b = groups[g][i], groups[h][j]

                            if not (isRectified && isClear a.Part b.Part) then
                                check a b

    /// ⟨A G(v), A G(z°)⟩ > 0 for all v, z° ≠ 0: on all pairs of rays.
    member this.RequireFall() =
        let isClear a b = Bits.meets a.All b.All

        this.Each isClear (fun a b ->
            for r in 0 .. a.Keys.Length - 1 do
                for s in 0 .. b.Keys.Length - 1 do
                    let value ray (leaf: Leaf) (form: Form) =
                        if form.IsZero then
                            0I
                        else
                            Cones.dot form.Whole leaf.Rays[ray].Whole

                    let isPositive =
                        if isRectified then
                            Bits.meets a.Supports[r] b.Supports[s]
                        else
                            (Array.fold2
                                (fun sum f g -> sum + value r a.Leaf f * value s b.Leaf g)
                                0I
                                a.Leaf.Outputs
                                b.Leaf.Outputs)
                                .Sign
                                >
                                0

                    if not isPositive then
                        let why =
                            $"cones {a.Number} and {b.Number}: J does not fall from 0 for codes on their rays {r} and {s}"

                        reject why [ "directions", [| a.Leaf.Rays[r].Whole; b.Leaf.Rays[s].Whole |] ])

    /// No two codes have the same output, given that no leaf has two (requireRank).
    member this.RequireUnique() =
        let isClear a b =
            Bits.misses a.All b.Any || Bits.misses b.All a.Any

        let compare (a: Member) (b: Member) =
            // Rays on which a common output can lie: only outputs that are positive somewhere on the other side can be positive.
            let mutable rays, others =
                [| 0 .. a.Keys.Length - 1 |], [| 0 .. b.Keys.Length - 1 |]

            let mutable goesOn = isRectified

            while goesOn do
                let any (m: Member) at =
                    at
                    |> Array.fold (fun sum r -> Bits.either sum m.Supports[r]) (Array.map (fun _ -> 0UL) m.Part.Any)

                let filter (m: Member) at limit =
                    at |> Array.filter (fun r -> not (Bits.misses m.Supports[r] limit))

                let rays', others' = filter a rays (any b others), filter b others (any a rays)
                goesOn <- rays'.Length < rays.Length || others'.Length < others.Length
                rays <- rays'
                others <- others'

            let isShared (m: Member) key = Array.contains key m.Keys

            let shared (m: Member) (other: Member) =
                m.Leaf.Rays
                |> Array.indexed
                |> Array.filter (fun (r, _) -> isShared other m.Keys[r])
                |> Array.map snd

            let isWithin (m: Member) at (other: Member) =
                at |> Array.forall (fun r -> isShared other m.Keys[r])

            // Codes whose rays the other cone shares lie in it, and there the output determines the code.
            if
                not (
                    isWithin a rays b
                    || isWithin b others a
                    || areApart n a.Leaf b.Leaf (shared a b)
                )
            then
                // Rays that both share first: with independent images, equal outputs have equal coordinates. At most n extreme rays are independent.
                let ray (m: Member) key =
                    Array.findIndex (fun k -> k = key) m.Keys

                let grow (m: Member) (first: int[]) at =
                    let all =
                        at |> Array.map (fun r -> m.Keys[r]) |> Array.append first |> Array.distinct

                    let add chosen key =
                        let next = Array.append chosen [| key |]

                        if isIndependent (next |> Array.map (fun k -> m.Leaf.Rays[ray m k].Residues)) then
                            next
                        else
                            chosen

                    let basis = Array.fold add [||] all
                    require (basis.Length = min n all.Length) $"the rays of cone {m.Number} are dependent"
                    basis

                let common = grow a [||] (rays |> Array.filter (fun r -> isShared b a.Keys[r]))
                let left, right = grow a common rays, grow b common others

                let images =
                    Array.append
                        (left |> Array.map (fun key -> image a.Leaf (ray a key)))
                        (right[common.Length ..] |> Array.map (fun key -> image b.Leaf (ray b key)))

                let exact (m: Member) at =
                    let rays = at |> Array.map (fun r -> m.Leaf.Rays[r].Whole)

                    rays,
                    rays
                    |> Array.map (fun ray ->
                        m.Leaf.Outputs
                        |> Array.map (fun form -> if form.IsZero then 0I else Cones.dot form.Whole ray))

                if not (isIndependent images || meetInCommonCodes (exact a rays) (exact b others)) then
                    let whole (m: Member) = m.Leaf.Rays |> Array.map _.Whole

                    reject
                        $"cones {a.Number} and {b.Number} may share an output"
                        [ "first", whole a; "second", whole b ]

        this.Each isClear (fun a b ->
            if a.Number <> b.Number then
                compare a b)
