using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mien.Training;

/// <summary>A recipe key as declared in <see cref="TrainingRecipe"/>. Immutable.</summary>
internal sealed class RecipeKey
{
    private readonly Type clrType;
    private readonly KeyAttribute declaration;

    private RecipeKey(PropertyInfo property, string section)
    {
        clrType = property.PropertyType;
        declaration =
            property.GetCustomAttribute<KeyAttribute>()
            ?? throw new InvalidOperationException($"{property.Name} is not a key: it has no [Key].");
        Section = section;
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Flag = "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name);
        Choices = clrType.IsEnum ? [.. Enum.GetNames(clrType).Select(JsonNamingPolicy.CamelCase.ConvertName)] : [];
        Default = JsonSerializer.SerializeToNode(property.GetValue(new TrainingRecipe()), clrType, RecipeFile.Options);
    }

    /// <summary>All keys, in the order in which recipes are written and documented.</summary>
    public static IReadOnlyList<RecipeKey> All { get; } = [.. Declared()];

    /// <summary>The names of all keys, in that order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(k => k.Name)];

    /// <summary>The name in a recipe, such as <c>learningRate</c>.</summary>
    public string Name { get; }

    /// <summary>The flag of <c>mien-lab train</c>, such as <c>--learning-rate</c>.</summary>
    public string Flag { get; }

    /// <summary>The heading under which help and documentation list it.</summary>
    public string Section { get; }

    /// <summary>The description of the key.</summary>
    public string Help => declaration.Help;

    /// <summary>The allowed names of a choice; empty for other types.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>The default value, as JSON.</summary>
    public JsonNode? Default { get; }

    /// <summary>The default value, as text.</summary>
    public string DefaultText => Default?.ToJsonString().Trim('"') ?? "none";

    /// <summary>The type of the value: <c>whole number</c>, <c>choice</c>, …</summary>
    public string Type =>
        clrType.IsEnum ? "choice"
        : clrType == typeof(int) ? "whole number"
        : clrType == typeof(double) ? "number"
        : clrType == typeof(string) ? "text"
        : clrType == typeof(IReadOnlyList<string>) ? "list of names"
        : clrType == typeof(IReadOnlyList<double>) ? "list of numbers"
        : "list of whole numbers";

    /// <summary>The allowed range in words; empty if there is none.</summary>
    public string Range =>
        (Minimum, Maximum) switch
        {
            (null, null) => "",
            ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"{Lower}{min} or more"),
            (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"up to {max}"),
            ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"{Lower}{min} to {max}"),
        };

    /// <summary>The lower end of the range; <c>null</c> if there is none.</summary>
    public double? Minimum =>
        IsMinimumExcluded ? declaration.Over
        : double.IsFinite(declaration.Min) ? declaration.Min
        : null;

    /// <summary>Whether a value must exceed <see cref="Minimum"/>.</summary>
    public bool IsMinimumExcluded => double.IsFinite(declaration.Over);

    /// <summary>The upper end of the range; <c>null</c> if there is none.</summary>
    public double? Maximum => double.IsFinite(declaration.Max) ? declaration.Max : null;

    private string Lower => IsMinimumExcluded ? "over " : "";

    /// <summary>The key with a name; <c>null</c> if there is none.</summary>
    public static RecipeKey? Find(string name) => All.FirstOrDefault(k => k.Name == name);

    /// <summary>Checks a value's type and range.</summary>
    /// <param name="value">JSON.</param>
    /// <param name="source">The file that it comes from, for messages.</param>
    /// <exception cref="TrainingException"><c>badRecipe</c>.</exception>
    public void Check(JsonNode? value, string source)
    {
        object? read;
        try
        {
            read = value.Deserialize(clrType, RecipeFile.Options);
        }
        catch (JsonException e)
        {
            string expected =
                Choices.Count > 0 ? string.Join(", ", Choices)
                : clrType == typeof(int) || clrType == typeof(double) || clrType == typeof(string) ? $"a {Type}"
                : clrType == typeof(IReadOnlyList<string>) ? $"a {Type}, such as [\"fer2013\", \"ferplus\"]"
                : clrType == typeof(IReadOnlyList<double>) ? $"a {Type}, such as [0.5, 0.5]"
                : $"a {Type}, such as [32, 48]";
            throw Wrong(value, source, expected, e);
        }

        if (read is int or double && !Allows(Convert.ToDouble(read, CultureInfo.InvariantCulture)))
        {
            throw Wrong(value, source, Range);
        }
    }

    private static IEnumerable<RecipeKey> Declared()
    {
        string section = "";
        foreach (PropertyInfo property in typeof(TrainingRecipe).GetProperties().Where(p => p.CanWrite))
        {
            section = property.GetCustomAttribute<SectionAttribute>()?.Heading ?? section;
            yield return new RecipeKey(property, section);
        }
    }

    private bool Allows(double value) =>
        value >= declaration.Min && value > declaration.Over && value <= declaration.Max;

    private TrainingException Wrong(JsonNode? value, string source, string expected, JsonException? cause = null) =>
        new(
            ErrorKind.BadUsage,
            "badRecipe",
            $"{source}: '{Name}' is {value?.ToJsonString(RecipeFile.Options) ?? "null"}, expected {expected}.",
            cause
        );
}
