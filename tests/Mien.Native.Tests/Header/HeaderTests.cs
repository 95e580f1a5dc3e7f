using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mien.Native.Tests;

/// <summary>Holds include/mien.h against the code.</summary>
public sealed class HeaderTests
{
    private static readonly CHeader Header = new();

    private static readonly Dictionary<string, Type> Structs = new()
    {
        ["mien_options"] = typeof(MienOptions),
        ["mien_call_options"] = typeof(MienCallOptions),
        ["mien_box"] = typeof(MienBox),
        ["mien_face"] = typeof(MienFace),
        ["mien_image"] = typeof(MienImage),
    };

    private static readonly Dictionary<string, (Type Enum, bool Flags)> Enums = new()
    {
        ["DEVICE"] = (typeof(InferenceDevice), false),
        ["DETECTOR"] = (typeof(DetectorModel), false),
        ["ANGLES"] = (typeof(AngleSearch), false),
        ["TILES"] = (typeof(Tiling), false),
        ["CROP"] = (typeof(FaceCropChoice), false),
        ["PIXELS"] = (typeof(PixelLayout), false),
        ["UNCERTAIN"] = (typeof(UncertainReason), true),
    };

    [Fact]
    public void Functions_have_the_same_names_parameters_and_types_in_the_same_order()
    {
        IEnumerable<string> exported = Exports()
            .Select(e =>
                $"{Name(e.Method.ReturnType)} {e.EntryPoint}("
                + $"{string.Join(", ", e.Method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}"))})"
            );
        IEnumerable<string> declared = Check
            .NotEmpty(Header.Functions)
            .Select(f =>
                $"{Value(f.Returns)} {f.Name}("
                + $"{string.Join(", ", f.Parameters.Select(p => $"{Value(p.Type)} {p.Name}"))})"
            );
        Assert.Equal(declared, exported);
    }

    [Fact]
    public void Structs_have_the_same_fields_in_the_same_order()
    {
        Assert.Equal(Structs.Keys.Order(), Header.Structs.Keys.Order());
        foreach ((string name, Type type) in Structs)
        {
            IEnumerable<string> fields = FieldsOf(type).Select(f => $"{FieldType(f)} {Argument.HeaderName(f.Name)}");
            Assert.Equal(
                Header.Structs[name].Select(f => $"{Value(f.Type)}{(f.Length > 1 ? $"[{f.Length}]" : "")} {f.Name}"),
                fields
            );
        }
    }

    [Fact]
    public void The_limits_are_in_the_comments()
    {
        foreach (
            string limit in new[]
            {
                $"of at most {NativeText.MaxLength} bytes.",
                $"threads of one run of a network, at most {OptionsReader.MaxThreads};",
                $"how many boxes, at most {CallOptionsReader.MaxBoxes};",
            }
        )
        {
            Assert.Contains(limit, Header.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_C_compiler_gives_structs_the_same_offsets_and_sizes()
    {
        string? compiler = NativeLibraryBuild.ProgramPath("clang") ?? NativeLibraryBuild.ProgramPath("cc");
        if (compiler is null)
        {
            Requirements.Missing(Requirements.NativeAot, "There is no C compiler: apt-get install clang.");
        }

        using var folder = new TempFolder();
        IEnumerable<string> lines = Structs.SelectMany(s =>
            FieldsOf(s.Value)
                .Select(f => Argument.HeaderName(f.Name))
                .Select(f => $"printf(\"{s.Key}.{f} %zu\\n\", offsetof({s.Key}, {f}));")
                .Append($"printf(\"{s.Key} %zu\\n\", sizeof({s.Key}));")
        );
        string source = folder.Write(
            "offsets.c",
            $"#include <stdio.h>\n#include \"mien.h\"\nint main(void) {{\n{string.Join('\n', lines)}\nreturn 0;\n}}\n"
        );
        string include = Repository.PathOf("src/Mien.Native/include");
        string[] flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", include];
        (string output, string error, int code) = Dotnet.Start(
            compiler,
            folder.Path,
            [.. flags, "-o", folder["offsets"], source]
        );
        Assert.True(code == 0, output + error);

        string compiled = Dotnet.Start(folder["offsets"], folder.Path).Output;
        IEnumerable<string> managed = Structs.SelectMany(s =>
            FieldsOf(s.Value)
                .Select(f => $"{s.Key}.{Argument.HeaderName(f.Name)} {Marshal.OffsetOf(s.Value, f.Name)}")
                .Append($"{s.Key} {Marshal.SizeOf(s.Value)}")
        );
        Assert.Equal(managed, compiled.TrimEnd().Split('\n'));

        // The header is C++ too.
        File.Move(source, folder["offsets.cpp"]);
        (output, error, code) = Dotnet.Start(
            compiler,
            folder.Path,
            ["-x", "c++", "-Wall", "-Werror", "-fsyntax-only", "-I", include, folder["offsets.cpp"]]
        );
        Assert.True(code == 0, output + error);
    }

    [Fact]
    public void Sizes_of_version_1_never_change()
    {
        Assert.Equal((80u, 32u, 24u), (MienOptions.Version1Size, MienCallOptions.Version1Size, MienImage.Version1Size));
        Assert.True(Unsafe.SizeOf<MienOptions>() >= 80);
        Assert.True(Unsafe.SizeOf<MienCallOptions>() >= 32);
        Assert.True(Unsafe.SizeOf<MienImage>() >= 24);
        Assert.Equal(16, Unsafe.SizeOf<MienBox>());
        Assert.True(Unsafe.SizeOf<MienFace>() >= 136);
    }

    [Fact]
    public void Constants_are_the_values_of_the_library()
    {
        var expected = new Dictionary<string, int> { ["MIEN_ABI_VERSION"] = (int)Calls.CurrentAbi };
        foreach (MienStatus status in Enum.GetValues<MienStatus>())
        {
            expected.Add($"MIEN_{Upper(status.ToString())}", (int)status);
        }

        foreach ((string prefix, (Type type, bool flags)) in Enums)
        {
            foreach (object value in Enum.GetValues(type))
            {
                int number = flags ? 1 << (int)value : (int)value;
                expected.Add($"MIEN_{prefix}_{Upper(value.ToString()!)}", number);
            }
        }

        Assert.Equal(
            expected.OrderBy(c => c.Key, StringComparer.Ordinal),
            Header.Constants.OrderBy(c => c.Key, StringComparer.Ordinal)
        );
    }

    private static string Upper(string name) => Argument.HeaderName(name).ToUpperInvariant();

    private static IEnumerable<(MethodInfo Method, string EntryPoint)> Exports() =>
        typeof(Exports)
            .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .OrderBy(m => m.MetadataToken)
            .Select(m => (m, m.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()?.EntryPoint))
            .Where(e => e.EntryPoint is not null)
            .Select(e => (e.m, e.EntryPoint!));

    private static IEnumerable<FieldInfo> FieldsOf(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderBy(f => f.MetadataToken);

    private static string FieldType(FieldInfo field) =>
        field.GetCustomAttribute<FixedBufferAttribute>() is { } buffer
            ? $"{Name(buffer.ElementType)}[{buffer.Length}]"
            : Name(field.FieldType);

    /// <summary>The value of a type of C: the names of C#, with the structs by their header names.</summary>
    private static string Value(string type)
    {
        string name = type.TrimEnd('*');
        string value = name switch
        {
            "mien_status" or "int32_t" => "Int32",
            "uint32_t" => "UInt32",
            "int64_t" => "Int64",
            "mien_recognizer" or "mien_result" or "uint64_t" => "UInt64",
            "size_t" => "UIntPtr",
            "float" => "Single",
            "char" => "Byte",
            "void" => "Void",
            _ when Structs.ContainsKey(name) => Structs[name].Name,
            _ => throw new InvalidOperationException($"The header has an unknown type '{type}'."),
        };
        return value + type[name.Length..];
    }

    private static string Name(Type type) => type.IsPointer ? Name(type.GetElementType()!) + "*" : type.Name;
}
