namespace Mien.Video;

/// <summary>An input as ffmpeg is told of it. Immutable.</summary>
internal sealed record FfmpegInput
{
    /// <summary>The options before the input and the input itself.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The file; <see langword="null"/> for a stream or a camera.</summary>
    public string? Path { get; init; }

    /// <summary>What ffprobe says; <see langword="null"/> for a camera.</summary>
    public VideoProbe? Probe { get; init; }

    /// <summary>Writes the stream to the standard input; <see langword="null"/> for none.</summary>
    public Action<Stream, CancellationToken>? Feed { get; init; }

    /// <summary>A temporary file to delete at the end.</summary>
    public string? Temporary { get; init; }

    /// <summary>A stream to dispose of at the end.</summary>
    public FileStream? Owned { get; init; }

    /// <summary>Whether the input is live: its times begin with 0.</summary>
    public bool IsLive { get; init; }

    /// <summary>The stream to read, as <c>-map</c> takes it.</summary>
    public string Map => Probe is { } probe ? FormattableString.Invariant($"0:{probe.StreamIndex}") : "0:v:0";

    /// <summary>
    /// A file as ffmpeg names it. The protocol in front keeps names with a colon or a leading dash from being read as
    /// something else.
    /// </summary>
    public static string OfFile(string path) => "file:" + path;

    /// <summary>The input of a file, for which playlists and the like read nothing but files.</summary>
    public static FfmpegInput File(string path, string name, VideoProbe probe, string? temporary = null) =>
        new()
        {
            Arguments = ["-protocol_whitelist", "file,pipe", "-i", OfFile(path)],
            Name = name,
            Path = path,
            Probe = probe,
            Temporary = temporary,
        };

    /// <summary>Deletes and frees what was only made for this input.</summary>
    public void Free()
    {
        Owned?.Dispose();
        if (Temporary is { } file)
        {
            try
            {
                System.IO.File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The results are there; the system's cleaning of temporary files takes it.
            }
        }
    }
}
