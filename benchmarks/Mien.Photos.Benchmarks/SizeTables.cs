namespace Mien.Photos.Benchmarks;

/// <summary>Recall by the size of the faces.</summary>
internal static class SizeTables
{
    private const int CrowdWidth = 1920;
    private const int CrowdHeight = 1440;

    private static readonly float[] CrowdSizes = [128, 96, 80, 64, 48, 40, 32, 28, 24, 20, 16];
    private static readonly float[] FaceSizes = [400, 200, 100, 64, 48, 32, 24, 20, 16, 12];

    public static void Write(DetectionMeasurement measurement)
    {
        Head($"Small faces in large images ({CrowdWidth}×{CrowdHeight}, filled with downscaled photos)");
        foreach (float size in CrowdSizes)
        {
            Row(measurement, size, [.. Crowd.Of(measurement.Photos, size, CrowdWidth, CrowdHeight)]);
        }

        Head("Rescaled photos");
        foreach (float size in FaceSizes)
        {
            Row(measurement, size, [.. measurement.Photos.Select(p => p.Scaled(size / p.Faces.Average(f => f.Size)))]);
        }
    }

    private static void Head(string title)
    {
        Markdown.Heading($"{title}: recall / false positives / runs per image");
        Markdown.Head(["mean size of the faces", "faces", .. Enum.GetValues<Tiling>().Select(t => $"tiles {t}")]);
    }

    private static void Row(DetectionMeasurement measurement, float size, Picture[] pictures)
    {
        Markdown.Row([
            Markdown.Text($"{size}"),
            Markdown.Text($"{pictures.Sum(p => p.Faces.Count)}"),
            .. Enum.GetValues<Tiling>().Select(t => measurement.Match(pictures, measurement.Options(t)).ToString()),
        ]);
        foreach (Picture picture in pictures)
        {
            picture.Dispose();
        }
    }
}
