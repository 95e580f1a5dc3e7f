using System.Globalization;

namespace Mien.Photos.Benchmarks;

/// <summary>
/// What the face mesh says of detections with a score of at least 0.5: of the marked faces, and of the false positives
/// in the photos and in the images without faces.
/// </summary>
internal static class PresenceTables
{
    private const float MinScore = 0.5f;

    /// <summary>False positives with at least this presence are listed.</summary>
    private const float MinListed = 0.1f;

    /// <summary>Faces with at most this presence are listed.</summary>
    private const float MaxListed = 0.9f;

    private static readonly float[] Scores = [0.5f, 0.55f, 0.6f, 0.65f, 0.7f, 0.75f, 0.8f, 0.85f, 0.9f, 1.01f];

    private enum Kind
    {
        /// <summary>A marked face.</summary>
        Face,

        /// <summary>A false positive in a photo; it may contain most of a face.</summary>
        InPhoto,

        /// <summary>A false positive in an image without a face.</summary>
        Elsewhere,
    }

    public static void Write(DetectionMeasurement measurement)
    {
        var inference = new ClassifierOptions { Threads = 1, Spinning = false };
        using var mesh = new FaceMesh(inference);

        // The network alone, without the mesh that confirms its candidates, a border or turned photos.
        using var detector = new FaceDetector(
            new DetectorNetworks(inference),
            DetectionPlan.OneNetwork(measurement.Model) with
            {
                Border = [],
                ConfirmsByMesh = false,
            },
            1
        );
        foreach (Tiling tiles in Enum.GetValues<Tiling>())
        {
            var options = new DetectionOptions
            {
                Tiles = tiles,
                MinScore = MinScore,
                Angles = AngleSearch.Upright,
            };
            var found = new List<Candidate>();
            foreach ((string name, Picture picture) in measurement.Names.Zip(measurement.Photos))
            {
                Add(name, picture, Kind.InPhoto);
            }

            int number = 0;
            foreach (Picture picture in FaceFree.All(measurement.Photos))
            {
                using (picture)
                {
                    Add(Text($"image {++number} without a face"), picture, Kind.Elsewhere);
                }
            }

            Write(tiles, found);

            void Add(string name, Picture picture, Kind other)
            {
                using Photo photo = picture.ToPhoto();
                Matching matching = Matching.Of(picture.Faces, detector.Detect(photo, options));
                found.AddRange(matching.Found.OfType<DetectedFace>().Select(f => Of(Kind.Face, f)));
                found.AddRange(matching.False.Select(f => Of(other, f)));

                Candidate Of(Kind kind, DetectedFace face) =>
                    new(kind, name, face, mesh.Presence(photo, face.Box, face.Keypoints.Roll));
            }
        }
    }

    private static void Write(Tiling tiles, List<Candidate> found)
    {
        Markdown.Heading($"Presence by detection score, tiles {tiles}");
        Markdown.Head(
            "score",
            "faces",
            "presence",
            "false positives in the photos",
            "presence",
            "in images without faces",
            "presence"
        );
        foreach ((float from, float to) in Scores.Zip(Scores.Skip(1)))
        {
            Markdown.Row([Text($"{from:0.00} to {Math.Min(to, 1):0.00}"), .. Enum.GetValues<Kind>().SelectMany(Cells)]);

            IEnumerable<string> Cells(Kind kind)
            {
                float[] all =
                [
                    .. found
                        .Where(c => c.Kind == kind && c.Face.Score >= from && c.Face.Score < to)
                        .Select(c => c.Presence),
                ];
                return [Text($"{all.Length}"), all.Length == 0 ? "" : Text($"{all.Min():0.000} to {all.Max():0.000}")];
            }
        }

        foreach (
            Candidate c in found.Where(c => c.Kind == Kind.Face ? c.Presence <= MaxListed : c.Presence >= MinListed)
        )
        {
            FaceBox box = c.Face.Box;
            Markdown.Line("");
            Markdown.Line(
                Text($"{c.Kind}, {c.Name}: score {c.Face.Score:0.00}, presence {c.Presence:0.000} at ")
                    + Text($"{box.X:0}, {box.Y:0}, {box.Width:0}×{box.Height:0}, roll {c.Face.Keypoints.Roll:0}.")
            );
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Candidate(Kind Kind, string Name, DetectedFace Face, float Presence);
}
