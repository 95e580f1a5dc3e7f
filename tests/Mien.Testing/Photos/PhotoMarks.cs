using System.Security.Cryptography;
using System.Text.Json;

namespace Mien.Testing;

/// <summary>Finds the six group photos that npm restores to samples/photographs, and their marks.</summary>
internal static class PhotoMarks
{
    private const string Restore =
        "Run 'dotnet msbuild tests/photos/photos.proj' (it needs Node with npm), or build again.";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Finds the photos, in the order of their names.</summary>
    /// <param name="problem">The reason if they are missing, and what to do.</param>
    /// <returns>The photos; <see langword="null"/> if they are missing.</returns>
    public static IReadOnlyList<MarkedPhoto>? Find(out string problem)
    {
        problem = "";
        string folder = Repository.PathOf("tests/photos");
        MarksFile marks =
            JsonSerializer.Deserialize<MarksFile>(File.ReadAllText(Path.Combine(folder, "marks.json")), Format)
            ?? throw new InvalidDataException("tests/photos/marks.json is empty.");
        var photos = new List<MarkedPhoto>();
        foreach (PhotoEntry photo in marks.Photos)
        {
            string path = Repository.PathOf("samples/photographs/" + Path.GetFileName(photo.File));
            if (!File.Exists(path))
            {
                problem = $"The photos were not found: {path} is missing. {Restore}";
                return null;
            }

            string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
            if (hash != photo.Sha256)
            {
                problem =
                    $"{path} is not the photo that was marked: its SHA-256 is {hash}, expected {photo.Sha256}. "
                    + Restore;
                return null;
            }

            photos.Add(
                new MarkedPhoto(
                    Path.GetFileName(path),
                    path,
                    photo.Width,
                    photo.Height,
                    [.. photo.Faces.Select(f => new MarkedFace(f.Box, f.LeftEye, f.RightEye, f.Mouth))]
                )
            );
        }

        return photos;
    }

    private sealed record MarksFile(string Package, string Version, PhotoEntry[] Photos);

    private sealed record PhotoEntry(string File, string Sha256, int Width, int Height, FaceEntry[] Faces);

    private sealed record FaceEntry(FaceBox Box, FacePoint? LeftEye, FacePoint? RightEye, FacePoint Mouth);
}
