namespace Mien.Photos.Benchmarks;

/// <summary>
/// The effect of threshold and tiling: faces found, and false positives in the photos and in images without faces.
/// </summary>
internal static class ThresholdTables
{
    private static readonly float[] Thresholds = [0.5f, 0.55f, 0.6f, 0.65f, 0.7f, 0.75f, 0.8f, 0.85f, 0.9f];

    /// <summary>False positives in the photos are listed from this score on.</summary>
    private const float MinListed = 0.7f;

    public static void Write(DetectionMeasurement measurement)
    {
        var free = new List<(string Name, List<Picture> Pictures)>
        {
            ("generated textures", [.. FaceFree.Textures().Select(t => t.Picture)]),
            ("margins of the photos", [.. measurement.Photos.SelectMany(FaceFree.Margins)]),
        };
        free.AddRange(
            ((int[])[320, 480, 640]).Select(side =>
                ($"squares of {side} px", measurement.Photos.SelectMany(p => FaceFree.Squares(p, side)).ToList())
            )
        );
        foreach (Tiling tiles in Enum.GetValues<Tiling>())
        {
            Markdown.Heading($"By threshold, tiles {tiles}");
            Markdown.Head([
                "threshold",
                "found",
                "false positives in the photos",
                .. free.Select(f => Markdown.Text($"false positives in {f.Pictures.Count} {f.Name}")),
            ]);

            // Detected only once, at the lowest threshold: a face's score is that of its best box at every threshold.
            var options = new DetectionOptions { Tiles = tiles, MinScore = Thresholds[0] };
            Matching[] photos = [.. measurement.Photos.Select(p => measurement.Match(p, options))];
            float[][] falseScores =
            [
                .. free.Select(f =>
                    f.Pictures.SelectMany(p => measurement.Detect(p, options).Faces).Select(d => d.Score).ToArray()
                ),
            ];
            foreach (float threshold in Thresholds)
            {
                int found = photos.Sum(m => m.Found.Count(f => f?.Score >= threshold));
                int other = photos.Sum(m => m.False.Count(f => f.Score >= threshold));
                Markdown.Row([
                    Markdown.Text($"{threshold:0.00}"),
                    Markdown.Text($"{found} of {measurement.Faces}"),
                    Markdown.Text($"{other}"),
                    .. falseScores.Select(scores => Markdown.Text($"{scores.Count(s => s >= threshold)}")),
                ]);
            }

            foreach ((string name, Matching matching) in measurement.Names.Zip(photos))
            {
                foreach (DetectedFace face in matching.False.Where(f => f.Score >= MinListed))
                {
                    Markdown.Line($"");
                    Markdown.Line(
                        $"False positive in {name}: {face.Score:0.00} "
                            + $"at {face.Box.X:0}, {face.Box.Y:0}, {face.Box.Width:0}×{face.Box.Height:0}."
                    );
                }
            }
        }

        foreach (Picture picture in free.SelectMany(f => f.Pictures))
        {
            picture.Dispose();
        }
    }
}
