using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Mien.Keras;

/// <summary>Recognises other file formats, for helpful error messages.</summary>
internal static class ForeignFormat
{
    private const string Expected = "Expected a Keras 2 model in HDF5, as written by model.save('model.h5').";
    private static readonly byte[] Signature = [0x89, .. "HDF\r\n\u001a\n"u8];

    /// <summary>
    /// Throws unless the file has the HDF5 signature (at byte 0, 512, 1024, …, after a user block: HDF5 specification,
    /// II.A).
    /// </summary>
    public static void Check(string path)
    {
        using FileStream stream = Open(path);
        byte[] start = new byte[512];
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            throw new KerasException(ErrorKind.BadInput, "notHdf5", $"{path}: the file is empty. {Expected}");
        }

        byte[] found = new byte[Signature.Length];
        for (long at = 0; at + Signature.Length <= stream.Length && at < 1 << 20; at = at == 0 ? 512 : at * 2)
        {
            stream.Position = at;
            stream.ReadExactly(found);
            if (found.AsSpan().SequenceEqual(Signature))
            {
                return;
            }
        }

        throw Explain(path, start.AsSpan(0, read), stream);
    }

    private static FileStream Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "badPath",
                "The model's path is empty, expected a Keras model file."
            );
        }

        if (Directory.Exists(path))
        {
            string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
            throw new KerasException(
                ErrorKind.BadUsage,
                "isDirectory",
                File.Exists(Path.Combine(path, "saved_model.pb"))
                    ? $"{path}: is a folder with a TensorFlow SavedModel. {Expected} In Python: "
                        + $"keras.models.load_model('{folder}').save('model.h5')."
                    : $"{path}: is a folder. {Expected}"
            );
        }

        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path}: there is no such file. Check the path.",
                innerException: e
            );
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KerasException(
                ErrorKind.BadUsage,
                "badPath",
                $"{path}: the file cannot be read: {e.Message}",
                innerException: e
            );
        }
    }

    private static KerasException Explain(string path, ReadOnlySpan<byte> start, FileStream stream)
    {
        if (start.StartsWith("PK\u0003\u0004"u8))
        {
            return Archive(path, stream);
        }

        string text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        return text switch
        {
            _ when text.StartsWith("version https://git-lfs", StringComparison.Ordinal) => new KerasException(
                ErrorKind.BadInput,
                "notHdf5",
                $"{path}: is a Git LFS pointer and not the model itself. Fetch the model with 'git lfs pull', "
                    + $"or download it from the project's page."
            ),
            _ when text.StartsWith('<') => new KerasException(
                ErrorKind.BadInput,
                "notHdf5",
                $"{path}: is a web page and not the model itself. Download the file again (on GitHub with "
                    + $"'Download raw file')."
            ),
            _ when text.StartsWith('{') || text.StartsWith('"') => new KerasException(
                ErrorKind.BadInput,
                "notHdf5",
                $"{path}: is JSON and not HDF5. Pass a model's structure with --structure and its weights "
                    + $"with --weights."
            ),
            _ => new KerasException(
                ErrorKind.BadInput,
                "notHdf5",
                $"{path}: is not an HDF5 file. {Expected} If it should be one, copy or download it again."
            ),
        };
    }

    private static KerasException Archive(string path, FileStream stream)
    {
        try
        {
            stream.Position = 0;
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            if (archive.GetEntry("model.weights.h5") is not null || archive.GetEntry("config.json") is not null)
            {
                string version = Version(archive) is { } found ? $"Keras {found}" : "Keras 3";
                return new KerasException(
                    ErrorKind.BadInput,
                    "kerasVersion",
                    $"{path}: is an archive in the Keras 3 format (.keras), written by {version}. {Expected} "
                        + $"In Python: keras.models.load_model('{Path.GetFileName(path)}').save('model.h5')."
                );
            }

            return new KerasException(
                ErrorKind.BadInput,
                "notHdf5",
                $"{path}: is a zip archive. {Expected} Unpack it and pass the model inside."
            );
        }
        catch (InvalidDataException e)
        {
            return new KerasException(
                ErrorKind.BadInput,
                "notHdf5",
                $"{path}: is a damaged zip archive ({e.Message}). {Expected}",
                innerException: e
            );
        }
    }

    private static string? Version(ZipArchive archive)
    {
        try
        {
            using Stream? metadata = archive.GetEntry("metadata.json")?.Open();
            return metadata is null
                ? null
                : JsonDocument.Parse(metadata).RootElement.GetProperty("keras_version").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
