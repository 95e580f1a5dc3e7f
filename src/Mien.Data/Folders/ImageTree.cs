using System.Runtime.ExceptionServices;

namespace Mien.Data;

/// <summary>
/// Reads images whose paths end in split/class/file, from a folder or an archive. The order is the ordinal order of the
/// paths, independent of the file system.
/// </summary>
internal static class ImageTree
{
    // A chunk is decoded in parallel and then checked in order. So a bad file near the start ends the reading early,
    // and the same one is always reported first.
    private const int ChunkSize = 1024;

    /// <summary>
    /// Whether a path is an image, by its extension. Files that macOS leaves in archives (<c>__MACOSX</c>, <c>._x</c>)
    /// are not.
    /// </summary>
    public static bool IsImage(string path) =>
        ImageNames.IsImage(path)
        && !path.Contains("__MACOSX/", StringComparison.Ordinal)
        && !FileName(path).StartsWith("._", StringComparison.Ordinal);

    /// <summary>Reads all images.</summary>
    /// <param name="paths">Relative paths with '/', in any order.</param>
    /// <param name="read">Returns a file's bytes; called from several threads.</param>
    /// <param name="label">Returns the file's full name, for messages and as the image's source.</param>
    /// <param name="session">Options, report and progress.</param>
    public static FaceDataset Read(
        string[] paths,
        Func<string, byte[]> read,
        Func<string, string> label,
        ReadSession session
    )
    {
        Array.Sort(paths, StringComparer.Ordinal);
        var items = ImageTreeItem.Find(paths, label, session);
        if (items.Count == 0)
        {
            throw NothingLeft(paths.Length, session);
        }

        int pass = session.Options.Width is null ? 2 : 1;
        int done = 0;
        session.Share = () => (double)done / (items.Count * pass);
        (int width, int height) = session.Options is { Width: { } w, Height: { } h }
            ? (w, h)
            : MostCommonSize(items, read, session, ref done);
        if ((long)items.Count * width * height > Array.MaxLength)
        {
            throw session.Error(
                "tooLarge",
                $"{session.Path}: {items.Count} images of {width}×{height} do not fit into one array of 2 GiB. "
                    + $"Choose a smaller size (Width and Height)."
            );
        }

        byte[] pixels = new byte[items.Count * width * height];
        var kept = new List<ImageTreeItem>(items.Count);
        foreach (ImageTreeItem[] chunk in items.Chunk(ChunkSize))
        {
            session.Tick();
            var decoded = new Decoded[chunk.Length];
            ForAll(chunk.Length, i => decoded[i] = Decode(chunk[i], read, width, height), session.CancellationToken);
            for (int i = 0; i < chunk.Length; i++)
            {
                if (decoded[i].Pixels is not { } image)
                {
                    session.Bad("badImage", decoded[i].Problem!, cause: decoded[i].Cause);
                    continue;
                }

                image.CopyTo(pixels, kept.Count * width * height);
                kept.Add(chunk[i]);
                session.Report.Bytes += decoded[i].Bytes;
                session.Report.ResizedImages += decoded[i].Resized ? 1 : 0;
            }

            done += chunk.Length;
        }

        if (kept.Count == 0)
        {
            throw NothingLeft(paths.Length, session);
        }

        Array.Resize(ref pixels, kept.Count * width * height);
        session.Report.Format = DatasetFormat.ImageTree;
        session.Report.Source = session.Path;
        session.Report.Rows = kept.Count;
        return new FaceDataset(
            session.Name,
            width,
            height,
            pixels,
            [.. kept.Select(k => k.Label)],
            [.. kept.Select(k => k.Split)],
            [.. kept.Select(k => k.Source)]
        );
    }

    /// <summary>The last part of a path with '/'.</summary>
    public static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The most common image size according to the headers; on a tie the smallest.</summary>
    private static (int Width, int Height) MostCommonSize(
        List<ImageTreeItem> items,
        Func<string, byte[]> read,
        ReadSession session,
        ref int done
    )
    {
        var counts = new Dictionary<(int Width, int Height), int>();
        foreach (ImageTreeItem[] chunk in items.Chunk(ChunkSize))
        {
            session.Tick();
            var sizes = new (int Width, int Height)?[chunk.Length];
            ForAll(chunk.Length, i => sizes[i] = Header(chunk[i], read), session.CancellationToken);
            foreach ((int, int)? size in sizes)
            {
                if (size is { } known)
                {
                    counts[known] = counts.GetValueOrDefault(known) + 1;
                }
            }

            done += chunk.Length;
        }

        // Without any readable header the size does not matter: every image will be reported as bad.
        return counts.Count == 0
            ? (1, 1)
            : counts
                .OrderByDescending(c => c.Value)
                .ThenBy(c => (long)c.Key.Width * c.Key.Height)
                .ThenBy(c => c.Key.Width)
                .First()
                .Key;
    }

    private static void ForAll(int count, Action<int> action, CancellationToken cancellationToken)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, action);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    /// <summary>
    /// The size from the header; <c>null</c> if it cannot be read, in which case decoding reports the reason.
    /// </summary>
    private static (int Width, int Height)? Header(ImageTreeItem item, Func<string, byte[]> read)
    {
        try
        {
            return ImageHeader.Size(read(item.Path));
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or InvalidDataException
                        or TypeInitializationException
                        or DllNotFoundException
            )
        {
            return null;
        }
    }

    private static Decoded Decode(ImageTreeItem item, Func<string, byte[]> read, int width, int height)
    {
        try
        {
            byte[] bytes = read(item.Path);
            var image = GrayImage.Decode(bytes, item.Source);
            bool other = image.Width != width || image.Height != height;
            return new Decoded(
                (other ? image.Resize(width, height, ResizeKernel.Bicubic) : image).Pixels,
                bytes.Length,
                other,
                null,
                null
            );
        }
        catch (MienException e) when (e.Code != "noNativeLibrary")
        {
            return new Decoded(null, 0, false, e.Message.TrimEnd('.'), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new Decoded(null, 0, false, $"{item.Source}: cannot be read ({e.Message})", e);
        }
    }

    private static DataException NothingLeft(int count, ReadSession session) =>
        session.Error(
            "noRows",
            $"{session.Path}: none of its {count} images could be read. The first: {session.Report.Messages[0]}."
        );

    private readonly record struct Decoded(byte[]? Pixels, int Bytes, bool Resized, string? Problem, Exception? Cause);
}
