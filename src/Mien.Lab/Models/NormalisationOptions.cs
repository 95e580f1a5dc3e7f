using System.CommandLine;
using System.Text.Json;

namespace Mien.Lab;

/// <summary>The option that names a crop normalisation.</summary>
internal static class NormalisationOptions
{
    /// <summary>The word that chooses the kind by measurement.</summary>
    public const string Best = "best";

    /// <summary>The names of the kinds, as in contracts.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [.. Enum.GetNames<CropNormalisationKind>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    public static Option<string?> Kind(string description, IEnumerable<string> words)
    {
        string[] all = [.. words];
        var option = new Option<string?>("--normalisation")
        {
            Description = description,
            HelpName = string.Join('|', all),
        };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, all);
        return option;
    }

    /// <summary>Parses the validated value of the option; <c>null</c> if it was not given or is 'best'.</summary>
    public static CropNormalisationKind? KindOf(string? word) =>
        word is null || word.Equals(Best, StringComparison.OrdinalIgnoreCase)
            ? null
            : Enum.Parse<CropNormalisationKind>(word, ignoreCase: true);

    /// <summary>A kind's name, as in contracts.</summary>
    public static string NameOf(CropNormalisationKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
