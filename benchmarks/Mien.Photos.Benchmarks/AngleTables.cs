namespace Mien.Photos.Benchmarks;

/// <summary>Recall on photos that are rotated in their plane.</summary>
internal static class AngleTables
{
    private static readonly float[] Angles = [-90, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90, 180];

    // Tiling.All is left out: it takes ten times the runs and is meant for smaller faces than these.
    private static readonly Tiling[] Tilings = [Tiling.None, Tiling.Auto];

    public static void Write(DetectionMeasurement measurement)
    {
        Markdown.Heading("Photos rotated clockwise: recall / false positives / runs per photo");
        Markdown.Head(["degrees", .. Tilings.Select(t => $"tiles {t}")]);
        foreach (float angle in Angles)
        {
            Picture[] turned = [.. measurement.Photos.Select(p => p.Rotated(angle))];
            Markdown.Row([
                Markdown.Text($"{angle}"),
                .. Tilings.Select(t => measurement.Match(turned, measurement.Options(t)).ToString()),
            ]);
            foreach (Picture picture in turned)
            {
                picture.Dispose();
            }
        }
    }
}
