using System.Reflection;
using SkiaSharp;

namespace Mien.Server.PageTests;

/// <summary>Files that the tests read and write.</summary>
internal static class Files
{
    /// <summary>A photo with seven detected faces; <c>shallow</c> classifies two as anger and uncertain.</summary>
    public static string Photo { get; } = Path.Combine(Repository.Root, "samples", "photo.jpg");

    /// <summary>The folder for screenshots and measurements; not under version control.</summary>
    public static string Artifacts { get; } =
        Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "page")).FullName;

    /// <summary>Seven face crops of 48×48 pixels in a folder of their own.</summary>
    public static IReadOnlyList<string> Faces { get; } = WriteFaces();

    /// <summary>The accessibility checker axe-core; <see langword="null"/> if npm could not fetch it.</summary>
    public static string? Axe { get; } = ReadAxe();

    /// <summary>An image without a face.</summary>
    public static byte[] Empty()
    {
        using var bitmap = new SKBitmap(320, 240);
        bitmap.Erase(new SKColor(120, 140, 160));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static string[] WriteFaces()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Artifacts, "faces")).FullName;
        return [.. SampleFaces.All.OrderBy(f => f.File, StringComparer.Ordinal).Select(Write)];

        string Write((Expression Expression, string File) face)
        {
            string path = Path.Combine(folder, Path.GetFileName(face.File));
            File.WriteAllBytes(path, SampleFaces.CropFile(face.Expression));
            return path;
        }
    }

    private static string? ReadAxe()
    {
        string path = typeof(Files)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(a => a.Key == "Axe")
            .Value!;
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }
}
