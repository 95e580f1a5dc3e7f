using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Mien.Video.Tests.Films;

/// <summary>A film that a test has written, and what the writer said.</summary>
internal sealed record MadeFilm(string Path, TimeSpan Shift, string Encoder, IReadOnlyList<string> Notes)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Writes all frames of a video, or of a part of it, to a film.</summary>
    /// <param name="source">The video.</param>
    /// <param name="path">The film.</param>
    /// <param name="options">The part; every frame by default.</param>
    /// <param name="draw">Draws into the pixels of a frame.</param>
    public static async Task<MadeFilm> OfAsync(
        string source,
        string path,
        VideoOptions? options = null,
        Action<byte[], int>? draw = null
    )
    {
        options ??= Reading.EveryFrame;
        await using VideoReader reader = await VideoReader.OpenAsync(source, options, Token);
        var film = new FilmWriterOptions
        {
            Start = options.Start,
            End = options.End,
            Quality = 12,
        };
        await using FilmWriter writer = await FilmWriter.CreateAsync(reader, source, path, film, Token);
        Assert.Equal((reader.Info.Width, reader.Info.Height), (writer.Width, writer.Height));
        int frames = 0;
        await foreach (VideoFrame frame in reader.ReadFramesAsync(Token))
        {
            using (frame)
            {
                byte[] pixels = frame.Photo.Rgba.ToArray();
                draw?.Invoke(pixels, frames++);
                await writer.WriteAsync(pixels, frame.Time, Token);
            }
        }

        await writer.CompleteAsync(Token);
        return new MadeFilm(path, writer.Shift, writer.Encoder, [.. writer.Notes]);
    }

    /// <summary>Checks that ffprobe prints the times of the source, or of a part of it, less the shift.</summary>
    public void HasTimesOf(string source, int skip = 0, int take = int.MaxValue)
    {
        ProbedPicture from = ProbedPicture.Of(source);
        ProbedPicture picture = ProbedPicture.Of(Path);
        IEnumerable<string> expected = Shift == TimeSpan.Zero ? from.Times.Skip(skip) : from.TimesFrom(skip);
        Assert.Equal(expected.Take(take), picture.Times);
        Assert.Equal((1, from.TimeBase.Denominator), picture.TimeBase);
    }
}

/// <summary>What ffprobe says of the picture of a file.</summary>
internal sealed record ProbedPicture(
    int Width,
    int Height,
    (long Numerator, long Denominator) TimeBase,
    IReadOnlyList<long> Stamps,
    IReadOnlyList<string> Times,
    double? Duration,
    JsonElement Stream
)
{
    public static ProbedPicture Of(string path)
    {
        JsonElement root = Ffmpeg.Probe(
            path,
            "-select_streams",
            "V:0",
            "-show_streams",
            "-show_frames",
            "-show_entries",
            "frame=best_effort_timestamp,best_effort_timestamp_time"
        );
        JsonElement stream = root.GetProperty("streams")[0];
        long[] unit =
        [
            .. Text(stream, "time_base")!.Split('/').Select(t => long.Parse(t, CultureInfo.InvariantCulture)),
        ];
        JsonElement[] frames = [.. root.GetProperty("frames").EnumerateArray()];
        return new ProbedPicture(
            stream.GetProperty("width").GetInt32(),
            stream.GetProperty("height").GetInt32(),
            (unit[0], unit[1]),
            [.. frames.Select(f => f.GetProperty("best_effort_timestamp").GetInt64())],
            [.. frames.Select(f => f.GetProperty("best_effort_timestamp_time").GetString()!)],
            Text(stream, "duration") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null,
            stream
        );
    }

    /// <summary>The times less that of the first frame of a part, as ffprobe would print them.</summary>
    public IEnumerable<string> TimesFrom(int first) =>
        Stamps
            .Skip(first)
            .Select(s => (s - Stamps[first]) * ((double)TimeBase.Numerator / TimeBase.Denominator))
            .Select(t => t.ToString("F6", CultureInfo.InvariantCulture));

    /// <summary>A tag, such as <c>color_space</c>; <see langword="null"/> if there is none.</summary>
    public string? Tag(string name) => Text(Stream, name) is { } text && text != "unknown" ? text : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}

/// <summary>A folder with an ffmpeg that is a shell script, which does something and becomes the real one.</summary>
internal static class ScriptedFfmpeg
{
    /// <summary>Makes the folder's programs.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="script">Lines of the script, in which <c>$*</c> has the arguments.</param>
    /// <returns>The folder, as <see cref="VideoOptions.Ffmpeg"/> takes it.</returns>
    public static string Make(TempFolder folder, string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is one of a Unix shell.");
        Ffmpeg.Require();
        string path = folder.Write("bin/ffmpeg", $"#!/bin/sh\n{script}\nexec '{Ffmpeg.Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.CreateSymbolicLink(
            folder["bin/ffprobe"],
            Ffmpeg.Program.Replace("ffmpeg", "ffprobe", StringComparison.Ordinal)
        );
        return folder["bin"];
    }

    /// <summary>A line that writes the number of the encoding process to a file.</summary>
    public static string NotesProcess(TempFolder folder) =>
        $"case \"$*\" in *matroska*) echo $$ > '{folder["process"]}' ;; esac";

    /// <summary>The encoding process.</summary>
    /// <returns><see langword="null"/> if it has ended.</returns>
    public static Process? Noted(TempFolder folder)
    {
        int id = int.Parse(File.ReadAllText(folder["process"]), CultureInfo.InvariantCulture);
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
