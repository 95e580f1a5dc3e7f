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
        foreach (DetectorModel model in Enum.GetValues<DetectorModel>())
        {
            Tiling[] tilings = Enum.GetValues<Tiling>();
            Markdown.Heading($"Small faces in large pictures ({CrowdWidth}×{CrowdHeight}, full of shrunk photos), {model} model: recall / false faces");
            Markdown.Head(["size of the faces", "faces", .. tilings.Select(t => $"tiles {t}")]);
            foreach (float size in CrowdSizes)
            {
                Picture[] crowd = [.. Crowd.Of(measurement.Photos, size, CrowdWidth, CrowdHeight)];
                Row(measurement, model, size, crowd);
            }

            Markdown.Heading($"The photos rescaled, {model} model: recall / false faces");
            Markdown.Head(["size of the faces", "faces", .. tilings.Select(t => $"tiles {t}")]);
            foreach (float size in FaceSizes)
            {
                Picture[] photos = [.. measurement.Photos.Select(p => p.Scaled(size / p.Faces.Average(f => f.Size)))];
                Row(measurement, model, size, photos);
            }
        }
    }

    private static void Row(DetectionMeasurement measurement, DetectorModel model, float size, Picture[] pictures)
    {
        Markdown.Row([
            Markdown.Text($"{size}"), Markdown.Text($"{pictures.Sum(p => p.Faces.Count)}"),
            .. Enum.GetValues<Tiling>().Select(t => measurement.Match(pictures, model, new DetectionOptions { Tiles = t }).ToString())]);
        foreach (Picture picture in pictures)
        {
            picture.Dispose();
        }
    }
}
