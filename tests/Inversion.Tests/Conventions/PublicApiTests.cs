using System.Reflection;
using Inversion.Certificates;
using Inversion.Networks;
using Inversion.Verify;
using Inversion.Verify.FsCheck;
using PublicApiGenerator;
using Xunit;

namespace Inversion.Tests.Conventions;

/// <summary>What the packages show is written down in Api/*.txt: whoever changes it sees it, and says so by approving it.</summary>
public sealed class PublicApiTests
{
    private const string Approve = "INVERSION_APPROVE_API";
    private const string Folder = "tests/Inversion.Tests/Api";
    private const int MostShown = 40;

    // Attributes that compilers write; they say nothing about what can be called.
    private static readonly string[] Noise =
    [
        "System.Runtime.CompilerServices.CompilerGeneratedAttribute", "System.Runtime.CompilerServices.NullableAttribute", "System.Runtime.CompilerServices.NullableContextAttribute",
        "System.Runtime.CompilerServices.IsReadOnlyAttribute", "System.Diagnostics.DebuggerDisplayAttribute", "System.Diagnostics.DebuggerBrowsableAttribute",
        "System.Diagnostics.CodeAnalysis.DynamicDependencyAttribute", "System.CodeDom.Compiler.GeneratedCodeAttribute", "Microsoft.FSharp.Core.CompilationMappingAttribute",
        "Microsoft.FSharp.Core.CompilationArgumentCountsAttribute", "Microsoft.FSharp.Core.CompilationSourceNameAttribute",
    ];

    public static TheoryData<string> Packages() => ["Inversion", "Inversion.Certificates", "Inversion.Verify", "Inversion.Verify.FsCheck"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void PublicApi_IsTheApprovedOne(string package)
    {
        string found = Api(package);
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(Path.Combine(SourceTree.Folder(Folder), package + ".txt"), found);
        }

        SourceFile? approved = SourceTree.Files(Folder, ".txt").FirstOrDefault(file => file.Path == $"{Folder}/{package}.txt");
        Assert.True(approved is not null, $"{Folder}/{package}.txt is missing; {Hint}");
        string[] difference = Difference(approved.Text.ReplaceLineEndings("\n"), found);
        Assert.True(difference.Length == 0, $"the public API of {package} is not what {approved.Path} says:\n{string.Join('\n', difference.Take(MostShown))}\n{difference.Length} lines differ; {Hint}");
    }

    [Fact]
    public void Difference_TellsAddedRemovedAndMovedLines()
    {
        Assert.Empty(Difference("a\nb\n", "a\nb\n"));
        Assert.Equal(["+ in a {: c"], Difference("a {\n    b\n}\n", "a {\n    b\n    c\n}\n"));
        Assert.Equal(["- in a {: b", "+ in d {: b"], Difference("a {\n    b\n}\nd {\n}\n", "a {\n}\nd {\n    b\n}\n"));
    }

    private static string Hint =>
        $"if that is meant, {Approve}=1 dotnet run -c Release --project tests/Inversion.Tests -- -class \"*PublicApiTests\" writes it; commit it with the change and a line in CHANGELOG.md";

    private static string Api(string package)
    {
        Assembly assembly = package switch
        {
            "Inversion" => typeof(GenerativeNetwork).Assembly,
            "Inversion.Certificates" => typeof(Checker).Assembly,
            "Inversion.Verify" => typeof(Finding).Assembly,
            _ => typeof(InversionArbitraries).Assembly,
        };
        string api = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, ExcludeAttributes = Noise });
        return api.ReplaceLineEndings("\n").Trim() + "\n";
    }

    // Each line with the type that it stands in: those of one text alone.
    private static string[] Difference(string approved, string found)
    {
        List<string> before = Lines(approved);
        List<string> after = Lines(found);
        List<string> removed = [.. before];
        List<string> added = [];
        foreach (string line in after)
        {
            if (!removed.Remove(line))
            {
                added.Add(line);
            }
        }

        return [.. removed.Select(line => "- " + line), .. added.Select(line => "+ " + line)];
    }

    private static List<string> Lines(string text)
    {
        List<string> lines = [];
        Stack<(int Indent, string Name)> within = new();
        foreach (string line in text.Split('\n'))
        {
            string word = line.Trim();
            int indent = line.Length - line.TrimStart().Length;
            if (word is "{" or "}" or "")
            {
                continue;
            }

            while (within.Count > 0 && within.Peek().Indent >= indent)
            {
                within.Pop();
            }

            bool opens = word.EndsWith('{') || word.StartsWith("public ", StringComparison.Ordinal) && !word.EndsWith('}') && !word.EndsWith(';') && !word.EndsWith(',');
            lines.Add(within.Count == 0 ? word : $"in {within.Peek().Name}: {word}");
            if (opens || word.StartsWith("namespace ", StringComparison.Ordinal))
            {
                within.Push((indent, word));
            }
        }

        return lines;
    }
}
