using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>The values of <c>--labels</c> and <c>--vote-rule</c>, in the order of their enums.</summary>
internal static class LabelSetNames
{
    public static string[] All { get; } = ["fer2013", "ferplus"];

    public static string[] Rules { get; } = ["majority", "authors"];

    public static LabelSetKind Parse(string name) =>
        (LabelSetKind)Array.FindIndex(All, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static string Of(LabelSetKind labels) => All[(int)labels];

    public static VoteRule ParseRule(string name) =>
        (VoteRule)Array.FindIndex(Rules, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static string Of(VoteRule rule) => Rules[(int)rule];
}
