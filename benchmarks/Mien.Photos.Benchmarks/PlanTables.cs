using System.Globalization;

namespace Mien.Photos.Benchmarks;

/// <summary>Compares plans of detection: faces found, false positives and runs of each network, by row.</summary>
internal static class PlanTables
{
    private static readonly DetectorModel[] None = [];
    private static readonly DetectorModel[] Back = [DetectorModel.Back];
    private static readonly DetectorModel[] Full = [DetectorModel.Full];
    private static readonly DetectorModel[] Both = [DetectorModel.Back, DetectorModel.Full];

    public static IReadOnlyList<(string Name, DetectionPlan Plan, DetectionOptions Options)> Plans { get; } =
    [
        ("before: back", DetectionPlan.OneNetwork(Back) with { Border = None, ConfirmsByMesh = false }, Before),
        ("back", DetectionPlan.Of(DetectorModel.Back), At(0.5f)),
        ("front", DetectionPlan.Of(DetectorModel.Front), At(0.5f)),
        ("full", DetectionPlan.Of(DetectorModel.Full), At(0.5f)),
        ("full, border back", Plan(Full, Full, Back, Back), At(0.5f)),
        ("back, tiles full on demand", Plan(Back, Full, Back, Back) with { HintScore = 0.2f }, At(0.5f)),
        ("auto (back and full, tiles full on demand)", DetectionPlan.Of(DetectorModel.Auto), At(0.5f)),
        ("auto, tiles back", DetectionPlan.Of(DetectorModel.Auto) with { Tiles = Back }, At(0.5f)),
        ("auto, any angle", DetectionPlan.Of(DetectorModel.Auto), At(0.5f) with { Angles = AngleSearch.Any }),
    ];

    public static void Write(DetectionMeasurement measurement)
    {
        using var networks = new RememberedRuns(new ClassifierOptions { Threads = 1, Spinning = false });
        var rows = new Dictionary<string, Tally[]>();
        foreach ((string row, Picture picture) in PlanPictures.All(measurement.Photos))
        {
            using (picture)
            {
                using Photo photo = picture.ToPhoto();
                if (!rows.TryGetValue(row, out Tally[]? tallies))
                {
                    rows.Add(row, tallies = [.. Plans.Select(_ => new Tally())]);
                }

                for (int i = 0; i < Plans.Count; i++)
                {
                    Array.Clear(networks.Asked);
                    var detector = new FaceDetector(networks, Plans[i].Plan, 1);
                    Matching matching = Matching.Of(picture.Faces, detector.Detect(photo, Plans[i].Options));
                    tallies[i].Add(picture, matching, networks.Asked);
                }

                networks.Forget();
            }
        }

        Markdown.Heading("Plans: faces found + false positives (runs of back, front, full, mesh per picture)");
        Markdown.Head(["", "faces", .. Plans.Select(p => p.Name)]);
        foreach ((string row, Tally[] tallies) in rows)
        {
            Markdown.Row([row, $"{tallies[0].Marked}", .. tallies.Select(t => t.ToString())]);
        }
    }

    private static DetectionOptions Before => new() { MinScore = 0.75f, Angles = AngleSearch.Upright };

    private static DetectionOptions At(float minScore) => new() { MinScore = minScore };

    private static DetectionPlan Plan(
        DetectorModel[] whole,
        DetectorModel[] tiles,
        DetectorModel[] border,
        DetectorModel[] turned
    ) =>
        new()
        {
            Whole = whole,
            Tiles = tiles,
            Border = border,
            Turned = turned,
        };

    private sealed class Tally
    {
        private readonly int[] runs = new int[4];
        private int pictures;
        private int found;
        private int others;

        public int Marked { get; private set; }

        public void Add(Picture picture, Matching matching, int[] asked)
        {
            pictures++;
            Marked += picture.Faces.Count;
            found += matching.FoundCount;
            others += matching.False.Count;
            for (int i = 0; i < runs.Length; i++)
            {
                runs[i] += asked[i];
            }
        }

        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{found} + {others} ({string.Join(' ', runs.Select(r => $"{(double)r / pictures:0.#}"))})"
            );
    }
}
