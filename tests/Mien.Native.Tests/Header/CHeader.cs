using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.Native.Tests;

/// <summary>What include/mien.h declares: constants, structs and functions, in their order.</summary>
internal sealed partial class CHeader
{
    public CHeader()
    {
        Text = File.ReadAllText(Repository.PathOf("src/Mien.Native/include/mien.h"));
        string code = Comments().Replace(Text, "");
        Constants = Defines()
            .Matches(code)
            .ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
        Structs = Structures()
            .Matches(code)
            .ToDictionary(
                m => m.Groups[2].Value,
                m => (IReadOnlyList<CField>)[.. Fields().Matches(m.Groups[1].Value).Select(CField.Of)]
            );
        Functions =
        [
            .. Prototypes()
                .Matches(code)
                .Select(m => new CFunction(
                    m.Groups[2].Value,
                    Plain(m.Groups[1].Value),
                    [
                        .. m.Groups[3]
                            .Value.Split(',')
                            .Select(p => p.Trim())
                            .Where(p => p != "void")
                            .Select(p => CField.Of(Fields().Match(p + ";"))),
                    ]
                )),
        ];
    }

    public string Text { get; }

    public IReadOnlyDictionary<string, int> Constants { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<CField>> Structs { get; }

    public IReadOnlyList<CFunction> Functions { get; }

    /// <summary>A type without const, with its stars at the end and no spaces.</summary>
    public static string Plain(string type) =>
        Spaces().Replace(type.Replace("const", "", StringComparison.Ordinal), "");

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"#define (MIEN_\w+) (\d+)")]
    private static partial Regex Defines();

    [GeneratedRegex(@"typedef struct \w+ \{(.*?)\} (\w+);", RegexOptions.Singleline)]
    private static partial Regex Structures();

    [GeneratedRegex(@"([a-z][\w ]*?[\s\*]+)(\w+)(?:\[(\d+)\])?;")]
    private static partial Regex Fields();

    [GeneratedRegex(@"MIEN_API ([\w ]+?[\s\*]+)(mien_\w+)\(([^)]*)\);")]
    private static partial Regex Prototypes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>A field of a struct, or a parameter.</summary>
internal sealed record CField(string Type, string Name, int Length)
{
    public static CField Of(Match match) =>
        new(
            CHeader.Plain(match.Groups[1].Value),
            match.Groups[2].Value,
            match.Groups[3].Success ? int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) : 1
        );
}

internal sealed record CFunction(string Name, string Returns, IReadOnlyList<CField> Parameters);
