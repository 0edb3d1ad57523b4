using System.Reflection;

namespace Inversion.Tests.Conventions;

/// <summary>The names by which the compiler's XML file lists types and members (C# standard, annex D.4.2).</summary>
internal static class DocumentationId
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => "T:" + Name(type),
        FieldInfo field => $"F:{Name(field.DeclaringType!)}.{field.Name}",
        EventInfo happening => $"E:{Name(happening.DeclaringType!)}.{happening.Name}",
        PropertyInfo property => $"P:{Name(property.DeclaringType!)}.{property.Name}{Parameters(property.GetIndexParameters())}",
        ConstructorInfo constructor => $"M:{Name(constructor.DeclaringType!)}.#ctor{Parameters(constructor.GetParameters())}",
        MethodInfo method => $"M:{Name(method.DeclaringType!)}.{method.Name}{(method.IsGenericMethod ? "``" + method.GetGenericArguments().Length : string.Empty)}{Parameters(method.GetParameters())}"
            + (method.Name is "op_Implicit" or "op_Explicit" ? "~" + Argument(method.ReturnType) : string.Empty),
        _ => throw new ArgumentException(member.MemberType.ToString(), nameof(member)),
    };

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? string.Empty : $"({string.Join(',', parameters.Select(p => Argument(p.ParameterType)))})";

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Argument(Type type)
    {
        if (type.IsByRef)
        {
            return Argument(type.GetElementType()!) + "@";
        }

        if (type.IsArray)
        {
            return Argument(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return (type.DeclaringMethod is null ? "`" : "``") + type.GenericParameterPosition;
        }

        if (!type.IsGenericType)
        {
            return Name(type);
        }

        string open = Name(type.GetGenericTypeDefinition());
        return $"{open[..open.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(Argument))}}}";
    }
}
