using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mien.Tests;

/// <summary>The public API of an assembly as text, with one member per line in a stable order.</summary>
internal static class PublicApi
{
    private const BindingFlags Members =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (
                string member in type.GetMembers(Members)
                    .Select(m => Line(type, m))
                    .OfType<string>()
                    .Order(StringComparer.Ordinal)
            )
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        IEnumerable<Type> bases = (
            type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum)
                ? new[] { b }
                : []
        ).Concat(type.IsEnum ? [] : type.GetInterfaces().OrderBy(i => i.ToString(), StringComparer.Ordinal));
        string list = string.Join(", ", bases.Select(Name));
        return $"{kind} {type.Namespace}.{Name(type)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static string? Line(Type type, MemberInfo member)
    {
        // Members that the compiler generates for records are not API decisions, and accessors are covered by their
        // properties.
        if (member is not ConstructorInfo && member.IsDefined(typeof(CompilerGeneratedAttribute)))
        {
            return null;
        }

        return member switch
        {
            FieldInfo { IsSpecialName: true } => null,
            FieldInfo field when !Visible(field.Attributes & FieldAttributes.FieldAccessMask) => null,
            FieldInfo field when type.IsEnum => string.Create(
                CultureInfo.InvariantCulture,
                $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
            ),
            FieldInfo { IsLiteral: true } field =>
                $"const {Name(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}",
            FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}"
                + $"{Name(field.FieldType, Nullability.Create(field))} {field.Name}",
            ConstructorInfo constructor when Visible(constructor) =>
                $"{Access(constructor)}{type.Name}({Parameters(constructor)})",
            PropertyInfo property => Property(property),
            EventInfo @event => $"event {Name(@event.EventHandlerType!)} {@event.Name}",
            MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) =>
                null,
            MethodInfo method when Visible(method) => $"{Access(method)}{Modifier(method)}"
                + $"{Name(method.ReturnType, Nullability.Create(method.ReturnParameter))} "
                + $"{method.Name}{Generic(method)}"
                + $"({(method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")}{Parameters(method)})",
            _ => null,
        };
    }

    private static string? Property(PropertyInfo property)
    {
        MethodInfo? get = VisibleOnly(property.GetMethod),
            set = VisibleOnly(property.SetMethod);
        if ((get ?? set) is not { } accessor)
        {
            return null;
        }

        bool init = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ?? false;
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string name = property.GetIndexParameters() is { Length: > 0 } index
            ? $"this[{string.Join(", ", index.Select(Parameter))}]"
            : property.Name;
        return $"{Access(accessor)}{Modifier(accessor)}{required}"
            + $"{Name(property.PropertyType, Nullability.Create(property))} {name} "
            + $"{{ {(get is null ? "" : "get; ")}{(set is null ? "" : init ? "init; " : "set; ")}}}";
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static MethodInfo? VisibleOnly(MethodInfo? method) => method is not null && Visible(method) ? method : null;

    private static bool Visible(FieldAttributes access) =>
        access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifier(MethodInfo method) =>
        method.IsStatic ? "static "
        : method.GetBaseDefinition() != method ? "override "
        : method.IsAbstract ? "abstract "
        : method is { IsVirtual: true, IsFinal: false } ? "virtual "
        : "";

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way =
            parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : "";
        string value = !parameter.HasDefaultValue
            ? ""
            : " = "
                + (
                    parameter.DefaultValue is null
                    && parameter.ParameterType.IsValueType
                    && Nullable.GetUnderlyingType(parameter.ParameterType) is null
                        ? "default"
                        : Literal(parameter.DefaultValue)
                );
        return $"{way}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Literal(object? value) =>
        value switch
        {
            null => "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };

    private static string Name(Type type, NullabilityInfo nullability) =>
        Name(type)
        + (
            !type.IsValueType
            && NullabilityState.Nullable
                == (nullability.ReadState == NullabilityState.Unknown ? nullability.WriteState : nullability.ReadState)
                ? "?"
                : ""
        );

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        if (type.IsGenericType)
        {
            string name = type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
            return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        }

        return Keywords.TryGetValue(type, out string? keyword) ? keyword : type.Name;
    }
}
