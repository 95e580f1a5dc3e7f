using System.Globalization;
using System.Runtime.InteropServices;
using Mien;
using Mien.Photos.Benchmarks;

// dotnet run -c Release --project benchmarks/Mien.Photos.Benchmarks -- [--back|--front|--full] [--min-score T]
// [SECTION…] Measures detection quality, not speed, so other work on the machine does not matter.
var sections = new Dictionary<string, Action<DetectionMeasurement>>
{
    ["photos"] = PhotoTables.Write,
    ["thresholds"] = ThresholdTables.Write,
    ["sizes"] = SizeTables.Write,
    ["angles"] = AngleTables.Write,
    ["presence"] = PresenceTables.Write,
    ["plans"] = PlanTables.Write,
    ["following"] = FollowingTables.Write,
};
DetectorModel model =
    args.Contains("--front") ? DetectorModel.Front
    : args.Contains("--full") ? DetectorModel.Full
    : args.Contains("--back") ? DetectorModel.Back
    : DetectorModel.Auto;
float minScore = DetectionOptions.Default.MinScore;
var named = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    if (
        args[i] == "--min-score"
        && float.TryParse(args.ElementAtOrDefault(i + 1), CultureInfo.InvariantCulture, out minScore)
    )
    {
        i++;
    }
    else if (args[i] is not ("--back" or "--front" or "--full"))
    {
        named.Add(args[i]);
    }
}

if (named.FirstOrDefault(a => !sections.ContainsKey(a)) is { } unknown)
{
    Console.Error.WriteLine(
        $"Unknown section '{unknown}'. Usage: [--back|--front|--full] [--min-score T] "
            + $"[{string.Join("] [", sections.Keys)}]; all sections by default."
    );
    return 2;
}

if (PhotoMarks.Find(out string problem) is not { } photos)
{
    Console.Error.WriteLine(problem);
    return 1;
}

using var measurement = new DetectionMeasurement(photos, model, minScore);
Markdown.Line(
    $"{model} model, minimum score {minScore}, {measurement.Faces} faces in {photos.Count} photos; found: overlap "
        + $"(IoU) with the mark of at least {Matching.MinOverlap}. {RuntimeInformation.OSDescription},"
        + $" {RuntimeInformation.FrameworkDescription}."
);
foreach (Action<DetectionMeasurement> section in named.Count > 0 ? named.Select(a => sections[a]) : sections.Values)
{
    section(measurement);
}

return 0;
