using System.Text.RegularExpressions;
using Xunit;

namespace Inversion.Tests.Conventions;

/// <summary>Rules of the house that the compiler does not know.</summary>
public sealed partial class SourceConventionTests
{
    private static readonly string[] Floors = ["Numerics", "Randomness", "Networks", "Measurements", "Risk", "Solving", "Cones"];

    [Fact]
    public void EveryCoreFile_StandsOnAFloorInTheNamespaceOfItsFolder()
    {
        IReadOnlyList<SourceFile> files = SourceTree.Files("src/Inversion", ".cs");
        Assert.NotEmpty(files);
        Violations.None(files.Where(file => !Floors.Contains(Floor(file))).Select(file => file.Path));
        Violations.None(
            from file in files
            let expected = "Inversion." + string.Join('.', file.Path.Split('/')[2..^1])
            where !file.Text.Contains($"\nnamespace {expected};", StringComparison.Ordinal) && !file.Text.StartsWith($"namespace {expected};", StringComparison.Ordinal)
            select $"{file.Path} is not in {expected}");
    }

    [Fact]
    public void CoreFiles_UseOnlyFloorsBelowTheirOwn() =>
        Violations.None(SourceTree.Files("src/Inversion", ".cs").SelectMany(UpwardReferences));

    [Theory]
    [InlineData("Networks", "using Inversion.Risk;\n", 1)]
    [InlineData("Networks", "return Measurements.Subsampling.All(3);\n", 1)]
    [InlineData("Networks", "using System.Numerics;\nusing Inversion.Numerics;\n", 0)]
    [InlineData("Networks", "// what Inversion.Risk does with it\n", 0)]
    [InlineData("Numerics", "Inversion.Networks.Shape shape = default;\n", 1)]
    public void TheFloorRule_SeesAReferenceUpward(string floor, string code, int found) =>
        Assert.Equal(found, UpwardReferences(new SourceFile($"src/Inversion/{floor}/Some.cs", code)).Count());

    [Fact]
    public void NoSource_TakesRandomnessFromAnywhereButRandomKey()
    {
        SourceFile[] files = [.. SourceTree.Files("src", ".cs"), .. SourceTree.Files("verify", ".fs")];
        Violations.None(SourceTree.Files("src/Inversion", ".cs").SelectMany(file => HashCodes().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));
        Violations.None(files.SelectMany(file => ForeignRandomness().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));
    }

    // A result may not depend on when or how fast it was computed.
    [Fact]
    public void NoCoreFile_ReadsTheClock() =>
        Violations.None(SourceTree.Files("src/Inversion", ".cs").SelectMany(file => Clock().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));

    [Fact]
    public void EveryFile_HasAtMostOnePublicTypeAndItsName()
    {
        SourceFile[] files = [.. SourceTree.Files("src", ".cs")];
        Violations.None(
            from file in files
            let names = PublicType().Matches(file.Code).Select(match => match.Groups["name"].Value).ToArray()
            where names.Length > 1 || (names.Length == 1 && file.Name.Split('.')[0] != names[0])
            select $"{file.Path}: {string.Join(", ", names)}");
    }

    [Fact]
    public void NoFile_IsLongerThan300Lines() =>
        Violations.None(SourceTree.Files("src", ".cs").Where(file => file.Lines > 300).Select(file => $"{file.Path}: {file.Lines}"));

    [Fact]
    public void NoFile_PutsThingsOffOrSilencesAWarning()
    {
        SourceFile[] files = [.. SourceTree.Files("src", ".cs"), .. SourceTree.Files("verify", ".fs"), .. SourceTree.Files("tests", ".fs")];
        Violations.None(files.SelectMany(file => PutOff().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}")));
    }

    private static string Floor(SourceFile file) => file.Path.Split('/')[2];

    private static IEnumerable<string> UpwardReferences(SourceFile file) =>
        from Match match in FloorReference().Matches(file.Code)
        where Array.IndexOf(Floors, match.Groups["floor"].Value) > Array.IndexOf(Floors, Floor(file))
        select $"{file.Path}: {match.Value}";

    // Either spelled out, or by the part of the name that the enclosing namespace allows; System.Numerics is another's.
    [GeneratedRegex(@"(?<![\w.])(Inversion\.)?(?<floor>Numerics|Randomness|Networks|Measurements|Risk|Solving|Cones)\s*[.;]", RegexOptions.ExplicitCapture)]
    private static partial Regex FloorReference();

    [GeneratedRegex(@"System\.Random\b|\bnew Random\b|\bRandom\.Shared|\bRandom\(|Guid\.NewGuid|RandomNumberGenerator")]
    private static partial Regex ForeignRandomness();

    [GeneratedRegex(@"\.GetHashCode\(|\bHashCode\.")]
    private static partial Regex HashCodes();

    [GeneratedRegex(@"\bDateTime(Offset)?\.|Environment\.TickCount|\bStopwatch\b|TimeProvider")]
    private static partial Regex Clock();

    [GeneratedRegex(@"^public ((sealed|static|abstract|readonly|partial|ref) )*(class|struct|record struct|record|interface|enum|delegate \S+) (?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|#pragma warning disable|#nowarn|SuppressMessage|NotImplementedException")]
    private static partial Regex PutOff();
}
