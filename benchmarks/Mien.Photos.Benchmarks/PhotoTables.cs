using System.Numerics;

namespace Mien.Photos.Benchmarks;

/// <summary>Results of each photo at the default options, and the fit of boxes and keypoints to the marks.</summary>
internal static class PhotoTables
{
    public static void Write(DetectionMeasurement measurement)
    {
        Markdown.Heading("Photos with tiles Auto");
        Markdown.Head("photo", "faces", "found", "false", "scores", "overlap (IoU) with the marks");
        var pairs = new List<(MarkedFace Marked, DetectedFace Found)>();
        foreach ((string name, Picture picture) in measurement.Names.Zip(measurement.Photos))
        {
            Matching matching = measurement.Match(picture, measurement.Options(Tiling.Auto));
            var found = picture
                .Faces.Zip(matching.Found)
                .Where(p => p.Second is not null)
                .Select(p => (Marked: p.First, Found: p.Second!))
                .ToList();
            pairs.AddRange(found);
            Markdown.Row(
                name,
                Markdown.Text($"{picture.Faces.Count}"),
                Markdown.Text($"{matching.FoundCount}"),
                Markdown.Text($"{matching.False.Count}"),
                string.Join(", ", found.Select(p => Markdown.Text($"{p.Found.Score:0.00}"))),
                string.Join(
                    ", ",
                    found.Select(p => Markdown.Text($"{p.Marked.Box.IntersectionOverUnion(p.Found.Box):0.00}"))
                )
            );
        }

        WriteFit(pairs);
        foreach (Tiling tiles in Enum.GetValues<Tiling>())
        {
            Markdown.Line($"");
            Markdown.Line($"Missed with tiles {tiles}: {Missed(measurement, tiles)}.");
        }
    }

    private static string Missed(DetectionMeasurement measurement, Tiling tiles)
    {
        var options = measurement.Options(tiles);
        string[] missed =
        [
            .. from photo in measurement.Names.Zip(measurement.Photos)
            from pair in photo.Second.Faces.Zip(measurement.Match(photo.Second, options).Found)
            where pair.Second is null
            select Markdown.Text($"{photo.First} at {pair.First.Box.X}, {pair.First.Box.Y}"),
        ];
        return missed.Length == 0 ? "none" : string.Join("; ", missed);
    }

    private static void WriteFit(List<(MarkedFace Marked, DetectedFace Found)> pairs)
    {
        Markdown.Line($"");
        Markdown.Line(
            $"Distances relative to the marked distance between the eyes, for faces with both eyes visible; "
                + $"roll in degrees."
        );
        Markdown.Line($"");
        Markdown.Head("", "mean", "median", "maximum");
        var both = pairs.Where(p => p.Marked.EyeDistance is not null).ToList();
        Row(
            "eyes",
            both.SelectMany(p =>
                new[]
                {
                    Distance(p.Found.Keypoints.LeftEye, p.Marked.LeftEye!.Value) / p.Marked.EyeDistance!.Value,
                    Distance(p.Found.Keypoints.RightEye, p.Marked.RightEye!.Value) / p.Marked.EyeDistance!.Value,
                }
            )
        );
        Row("mouth", both.Select(p => Distance(p.Found.Keypoints.Mouth, p.Marked.Mouth) / p.Marked.EyeDistance!.Value));
        Row("roll", both.Select(p => MathF.Abs(p.Found.Keypoints.Roll - Roll(p.Marked))));
        Row("overlap of the boxes", pairs.Select(p => p.Marked.Box.IntersectionOverUnion(p.Found.Box)));
        Row("side of the box / size of the mark", pairs.Select(p => MathF.Sqrt(p.Found.Box.Area) / p.Marked.Size));
    }

    private static void Row(string name, IEnumerable<float> values)
    {
        float[] sorted = [.. values.Order()];
        Markdown.Row(
            name,
            Markdown.Text($"{sorted.Average():0.000}"),
            Markdown.Text($"{sorted[sorted.Length / 2]:0.000}"),
            Markdown.Text($"{sorted[^1]:0.000}")
        );
    }

    private static float Distance(FacePoint a, FacePoint b) =>
        Vector2.Distance(new Vector2(a.X, a.Y), new Vector2(b.X, b.Y));

    private static float Roll(MarkedFace face) =>
        MathF.Atan2(face.RightEye!.Value.Y - face.LeftEye!.Value.Y, face.RightEye.Value.X - face.LeftEye.Value.X)
        * (180 / MathF.PI);
}
