using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Inversion.Networks;
using Xunit;

namespace Inversion.Tests.Conventions;

public sealed class AssemblyConventionTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Assembly Core = typeof(GenerativeNetwork).Assembly;

    [Fact]
    public void EveryPublicTypeAndMember_HasASummary()
    {
        FrozenDictionary<string, XElement> documented = Documentation();
        string[] missing =
        [
            .. from type in Core.GetExportedTypes()
               from member in type.GetMembers(Declared).Where(IsWritten).Prepend(type)
               let id = DocumentationId.Of(member)
               where !IsExplained(member, documented.GetValueOrDefault(id), documented)
               select id,
        ];
        Violations.None(missing);
    }

    // A field that nobody can set, of a type that nobody can change.
    [Fact]
    public void NoCoreType_HasStaticMutableState() =>
        Violations.None(
            from type in Core.GetTypes()
            where type.Namespace?.StartsWith("Inversion", StringComparison.Ordinal) == true && !type.Name.Contains('<', StringComparison.Ordinal)
            from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where !field.IsLiteral && !(field.IsInitOnly && IsImmutable(field.FieldType))
            select $"{type.Name}.{field.Name}");

    [Fact]
    public void EveryPublicClass_IsSealedStaticOrAClosedHierarchy() =>
        Violations.None(
            from type in Core.GetExportedTypes()
            where type.IsClass && !type.IsSealed
            where !type.IsAbstract || type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(c => c.IsPublic)
            select type.FullName);

    private static bool IsImmutable(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(Regex) || type.Assembly == Core || typeof(Delegate).IsAssignableFrom(type)
        || (type.IsGenericType && (type.Namespace == typeof(ImmutableArray).Namespace || type.Namespace == typeof(FrozenDictionary).Namespace || type.Name.StartsWith("IReadOnly", StringComparison.Ordinal)))
        || type.Namespace is "System.Text" or "System.Text.Json" or "System.Text.Encodings.Web";

    private static bool IsWritten(MemberInfo member) => member switch
    {
        Type => false,
        MethodBase { IsConstructor: true } constructor => IsVisible(constructor) && constructor.GetParameters().Length > 0 && !IsGenerated(constructor),
        MethodInfo method => IsVisible(method) && !method.IsSpecialName && !IsGenerated(method),
        PropertyInfo property => property.GetAccessors(true).Any(IsVisible) && !property.GetAccessors(true).All(accessor => IsGenerated(accessor) && property.Name == "EqualityContract"),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        _ => true,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), false);

    // What stands in a primary constructor is explained by the type's param tags.
    private static bool IsExplained(MemberInfo member, XElement? entry, FrozenDictionary<string, XElement> documented)
    {
        if (entry is not null && (entry.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(entry.Element("summary")?.Value)))
        {
            return true;
        }

        XElement[] ofType = member.DeclaringType is { } type ? [.. documented.GetValueOrDefault(DocumentationId.Of(type))?.Elements("param") ?? []] : [];
        bool Named(string? name) => Array.Exists(ofType, tag => tag.Attribute("name")?.Value == name && !string.IsNullOrWhiteSpace(tag.Value));
        return member switch
        {
            PropertyInfo property => Named(property.Name),
            ConstructorInfo constructor => constructor.GetParameters().All(parameter => Named(parameter.Name)),
            _ => false,
        };
    }

    private static FrozenDictionary<string, XElement> Documentation() =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Inversion.xml")).Descendants("member").ToFrozenDictionary(entry => entry.Attribute("name")!.Value);
}
