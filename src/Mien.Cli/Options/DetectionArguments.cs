using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The options of face detection, which several commands share; each command gets its own instance.</summary>
/// <param name="picture">What faces are detected in, for the descriptions: a photo or a frame.</param>
internal sealed class DetectionArguments(string picture)
{
    private static readonly string[] TileNames = ["none", "auto", "all"];
    private static readonly string[] DetectorNames = ["auto", "back", "front", "full"];

    private readonly Option<string> tiles = OptionValues.Choice(
        "--tiles",
        "auto",
        TileNames,
        $"Also run the detector on tiles of the {picture}. auto: depending on its size, at most "
            + $"{TilePlan.MaxAutoRuns} runs; all: for faces down to 24 pixels, at most {TilePlan.MaxRuns} runs."
    );
    private readonly Option<bool> anyAngle = new("--any-angle")
    {
        Description =
            $"Also find sideways and upside-down faces: 7 more detector runs per {picture}. Without it, a {picture} in "
            + "which no face was found is searched again turned by 90, 180 and 270 degrees.",
    };
    private readonly Option<string> detector = OptionValues.Choice(
        "--detector",
        "auto",
        DetectorNames,
        "Face detection network. auto: back and full, and tiles only where small faces may be; back: general purpose; "
            + "front: close-ups, faster; full: upright faces, faster than back."
    );
    private readonly Option<string> minScore = OptionValues.Text(
        "--min-score",
        "0.5",
        "0..1",
        "Minimum detection score. A second network confirms faces of low score. Lower finds more faces and more false "
            + "positives."
    );
    private readonly Option<string> minFace = OptionValues.Text(
        "--min-face",
        "0",
        "PIXELS",
        "Minimum width and height of a face; smaller faces are ignored."
    );
    private readonly Option<string> maxFaces = OptionValues.Text(
        "--max-faces",
        "0",
        "N",
        $"Keep only the N largest faces per {picture}; 0: all."
    );

    /// <summary>The options that all commands with face detection have.</summary>
    public IReadOnlyList<Option> Basic => [tiles, detector, anyAngle, minScore];

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [.. Basic, minFace, maxFaces];

    /// <summary>The detector that the options choose.</summary>
    public DetectorModel DetectorOf(ParseResult parsed) =>
        Enum.Parse<DetectorModel>(parsed.GetValue(detector)!, ignoreCase: true);

    /// <summary>The settings of the options of <see cref="Basic"/>.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public DetectionOptions BasicOf(ParseResult parsed) =>
        new()
        {
            Tiles = Enum.Parse<Tiling>(parsed.GetValue(tiles)!, ignoreCase: true),
            Angles = parsed.GetValue(anyAngle) ? AngleSearch.Any : AngleSearch.Auto,
            MinScore = OptionValues.Number(parsed, minScore, 0, 1),
        };

    /// <summary>The settings of all options.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public DetectionOptions AllOf(ParseResult parsed) =>
        BasicOf(parsed) with
        {
            MinFace = OptionValues.Number(parsed, minFace, 0, 1e6f),
            MaxFaces = OptionValues.WholeNumber(parsed, maxFaces),
        };
}
