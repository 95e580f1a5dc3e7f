namespace Mien.Photos.Benchmarks;

/// <summary>Recall where the photos are turned in their plane.</summary>
internal static class AngleTables
{
    private static readonly float[] Angles = [-90, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90, 180];

    public static void Write(DetectionMeasurement measurement)
    {
        foreach (DetectorModel model in Enum.GetValues<DetectorModel>())
        {
            Tiling[] tilings = Enum.GetValues<Tiling>();
            Markdown.Heading($"The photos turned clockwise, {model} model: recall / false faces");
            Markdown.Head(["degrees", .. tilings.Select(t => $"tiles {t}")]);
            foreach (float angle in Angles)
            {
                Picture[] turned = [.. measurement.Photos.Select(p => p.Rotated(angle))];
                Markdown.Row([
                    Markdown.Text($"{angle}"),
                    .. tilings.Select(t => measurement.Match(turned, model, new DetectionOptions { Tiles = t }).ToString())]);
                foreach (Picture picture in turned)
                {
                    picture.Dispose();
                }
            }
        }
    }
}
