using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>The values of <c>--tta</c>, in the order of <see cref="TestTimeAugmentation"/>.</summary>
internal static class TtaNames
{
    public static string[] All { get; } = ["none", "flip", "flip-shift"];

    public static TestTimeAugmentation Parse(string name) =>
        name.ToUpperInvariant() switch
        {
            "NONE" => TestTimeAugmentation.None,
            "FLIP" => TestTimeAugmentation.Flip,
            "FLIP-SHIFT" => TestTimeAugmentation.FlipAndShift,
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };

    public static string Of(TestTimeAugmentation augmentation) => All[(int)augmentation];
}
