using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mien.Networks.Tests;

public partial class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("docs/networks.md"));

    public static TheoryData<string> Types => [.. LayerTypes.All.Select(t => t.Key)];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_table_has_each_layer_type_with_its_keys_and_defaults(string type)
    {
        Type clr = LayerTypes.Find(type)!;
        object plain = Activator.CreateInstance(clr)!;
        Dictionary<string, string> expected = clr.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite && p.DeclaringType != typeof(LayerDescription))
            .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), p => Default(p, plain));

        Dictionary<string, string> documented = Documented(type);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), documented.Keys.Order(StringComparer.Ordinal));
        foreach ((string key, string value) in expected.Where(e => e.Value.Length > 0))
        {
            Assert.Equal(value, documented[key]);
        }
    }

    [Fact]
    public void The_examples_are_networks()
    {
        List<string> examples = [.. JsonBlocks().Matches(Text).Select(m => m.Groups[1].Value)];
        Assert.Equal(2, examples.Count);
        Check.All(examples, e => Assert.Equal(7, Networks.Build(e).Classes));
    }

    [Fact]
    public void The_documented_operator_set_is_the_one_that_is_written() =>
        Assert.Contains($"operator set {OnnxExporter.OperatorSetVersion},", Text, StringComparison.Ordinal);

    // Empty if the default depends on the layer and is described in words in the table.
    private static string Default(PropertyInfo key, object plain) =>
        key.IsDefined(typeof(RequiredMemberAttribute))
            ? "required"
            : key.GetValue(plain) switch
            {
                bool value => value ? "true" : "false",
                double and < 0.001 => "1e-5",
                IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
                _ => "",
            };

    // The rows of the table from this type's first row to the next type's.
    private static Dictionary<string, string> Documented(string type)
    {
        var keys = new Dictionary<string, string>();
        string? current = null;
        foreach (
            string line in Text.Split('\n')
                .SkipWhile(l => !l.StartsWith("| type |", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(l => l.StartsWith('|'))
        )
        {
            string[] cells = [.. line.Split('|').Select(c => c.Trim())];
            current = cells[1].Length > 0 ? cells[1].Trim('`') : current;
            if (current == type)
            {
                keys[cells[2].Trim('`')] = cells[3];
            }
        }

        Assert.True(keys.Count > 0, $"docs/networks.md has no row for {type}.");
        keys.Remove("");
        return keys;
    }

    [GeneratedRegex("```jsonc?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlocks();
}
