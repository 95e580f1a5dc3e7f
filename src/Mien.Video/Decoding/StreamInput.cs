namespace Mien.Video;

/// <summary>
/// A stream as input: its first bytes are kept for the probe, then all of it goes to ffmpeg's standard input. What must
/// be read out of order (an MP4 file with its index at the end, a GIF) is first written to a temporary file.
/// Thread-safe.
/// </summary>
internal static class StreamInput
{
    /// <summary>Enough to recognise a video; a live stream is only read on once this much has come.</summary>
    private const int ProbeBytes = 2_000_000;

    /// <summary>Prepares a stream.</summary>
    /// <param name="tools">The programs.</param>
    /// <param name="stream">The stream; left open.</param>
    /// <param name="name">The name for messages.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="MienException">As for a file.</exception>
    public static async Task<FfmpegInput> OfAsync(
        FfmpegTools tools,
        Stream stream,
        string name,
        CancellationToken cancellationToken
    )
    {
        byte[] head = new byte[ProbeBytes];
        int length = await ReadAsync(stream, head, name, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> known = head.AsMemory(0, length);
        VideoFile.CheckHead(known.Span, name);
        if (Container.NeedsSeeking(known.Span))
        {
            return await SpoolAsync(tools, known, stream, name, cancellationToken).ConfigureAwait(false);
        }

        VideoProbe probe = await VideoProbe
            .OfAsync(tools, "pipe:0", name, Container.IsMp4(known.Span), cancellationToken, known)
            .ConfigureAwait(false);
        return new FfmpegInput
        {
            Arguments = ["-protocol_whitelist", "pipe", "-i", "pipe:0"],
            Name = name,

            // ffprobe saw a part, and where the file states no duration, it took the part for all.
            Probe = StatesDuration(probe.Format) || length < ProbeBytes ? probe : probe with { ExpectedEnd = null },
            Feed = (to, stop) => Feed(known, stream, to, stop),
        };
    }

    /// <summary>
    /// Writes the stream to ffmpeg. On a thread of its own, because reads and writes of a pipe block their thread even
    /// if they are called asynchronously: on the thread pool they would keep each other waiting.
    /// </summary>
    private static void Feed(ReadOnlyMemory<byte> known, Stream stream, Stream to, CancellationToken stop)
    {
        if (!TryWrite(to, known.Span))
        {
            return;
        }

        byte[] buffer = new byte[64 << 10];
        for (int read; (read = stream.ReadAsync(buffer, stop).AsTask().GetAwaiter().GetResult()) > 0; )
        {
            if (!TryWrite(to, buffer.AsSpan(0, read)))
            {
                return;
            }
        }
    }

    /// <summary>Writes; <see langword="false"/> if ffmpeg has read enough, or ended.</summary>
    private static bool TryWrite(Stream to, ReadOnlySpan<byte> bytes)
    {
        try
        {
            to.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<int> ReadAsync(
        Stream stream,
        byte[] head,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await stream
                .ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken)
                .AsTask()
                .WaitAsync(cancellationToken) // a read of a pipe does not see the token
                .ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Unreadable(name, e);
        }
    }

    private static async Task<FfmpegInput> SpoolAsync(
        FfmpegTools tools,
        ReadOnlyMemory<byte> head,
        Stream stream,
        string name,
        CancellationToken cancellationToken
    )
    {
        string path = Path.Combine(Path.GetTempPath(), $"mien-{Guid.NewGuid():N}.video");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // a video of somebody's face
            }

            var file = new FileStream(path, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(head, cancellationToken).ConfigureAwait(false);
                await stream.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            }

            VideoProbe probe = await VideoProbe
                .OfAsync(tools, FfmpegInput.OfFile(path), name, Container.IsMp4(head.Span), cancellationToken)
                .ConfigureAwait(false);
            return FfmpegInput.File(path, name, probe, temporary: path);
        }
        catch (Exception e)
        {
            File.Delete(path);
            if (e is IOException error)
            {
                throw new MienException(
                    ErrorKind.Unavailable,
                    "unreadableFile",
                    $"{name}: this video must be read out of order, so it is copied to a temporary file, which failed "
                        + $"({error.Message}). Give the file itself, or make room in {Path.GetTempPath()}.",
                    error
                );
            }

            throw;
        }
    }

    private static bool StatesDuration(string format) =>
        format.StartsWith("mov", StringComparison.Ordinal)
        || format.StartsWith("matroska", StringComparison.Ordinal)
        || format is "avi" or "flv" or "asf";

    private static MienException Unreadable(string name, IOException e) =>
        new(
            ErrorKind.Unavailable,
            "unreadableFile",
            $"{name}: the video cannot be read ({e.Message}). Check the source and try again.",
            e
        );
}
