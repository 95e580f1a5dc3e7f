using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Mien.Testing;

/// <summary>The programs ffmpeg and ffprobe on the PATH.</summary>
internal static class Ffmpeg
{
    private static readonly Lazy<string?> Found = new(() => Find("ffmpeg"));
    private static readonly Lazy<bool> HasFpsMode = new(KnowsFpsMode);

    public static bool IsFound => Found.Value is not null;

    /// <summary>The path of ffmpeg, which exists.</summary>
    public static string Program => Found.Value ?? throw new FileNotFoundException("ffmpeg is not on the PATH.");

    /// <summary>The first words of what ffmpeg says of itself, such as "ffmpeg version 5.1.9".</summary>
    public static string Version => string.Join(' ', Start(Program, ["-version"], null).Split(' ').Take(3));

    /// <summary>The options that keep every frame at its time, whose name depends on the version of ffmpeg.</summary>
    public static IReadOnlyList<string> Passthrough =>
        HasFpsMode.Value ? ["-fps_mode", "passthrough"] : ["-vsync", "passthrough"];

    /// <summary>Skips the test if there is no ffmpeg, or fails it if MIEN_REQUIRE demands ffmpeg.</summary>
    public static void Require()
    {
        if (!IsFound || Find("ffprobe") is null)
        {
            Requirements.Missing(
                Requirements.Ffmpeg,
                "No ffmpeg with ffprobe was found on the PATH, so videos were not tested. Install it ('apt-get "
                    + "install ffmpeg' on Debian)."
            );
        }
    }

    /// <summary>Runs ffmpeg, which must succeed; existing files are overwritten.</summary>
    public static void Run(params IEnumerable<string> args) =>
        Start(Program, ["-hide_banner", "-nostdin", "-v", "error", "-y", .. args], null);

    /// <summary>Runs ffmpeg, which must succeed, and writes its standard input.</summary>
    public static void Pipe(Action<Stream> input, params IEnumerable<string> args) =>
        Start(Program, ["-hide_banner", "-v", "error", "-y", .. args], input);

    /// <summary>Runs ffprobe, which must succeed, and gives what it writes as JSON.</summary>
    public static JsonElement Probe(string path, params IEnumerable<string> args)
    {
        string json = Start(Find("ffprobe")!, ["-v", "quiet", "-of", "json", .. args, "-i", $"file:{path}"], null);
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>
    /// The times of all frames of the first video stream, exact to the time base, as ffprobe gives them.
    /// </summary>
    public static IReadOnlyList<TimeSpan> Times(string path)
    {
        // Attached pictures are streams too; "V" leaves them out.
        string json = Start(
            Find("ffprobe")!,
            [
                "-v",
                "quiet",
                "-select_streams",
                "V:0",
                "-show_entries",
                "stream=time_base:frame=best_effort_timestamp",
                "-of",
                "json",
                "-i",
                $"file:{path}",
            ],
            null
        );
        using var document = JsonDocument.Parse(json);
        string[] timeBase = document
            .RootElement.GetProperty("streams")[0]
            .GetProperty("time_base")
            .GetString()!
            .Split('/');
        decimal numerator = decimal.Parse(timeBase[0], CultureInfo.InvariantCulture);
        decimal denominator = decimal.Parse(timeBase[1], CultureInfo.InvariantCulture);
        return
        [
            .. document
                .RootElement.GetProperty("frames")
                .EnumerateArray()
                .Select(f => f.GetProperty("best_effort_timestamp").GetInt64())
                .Select(pts =>
                    TimeSpan.FromTicks(
                        (long)
                            Math.Round(
                                pts * numerator * TimeSpan.TicksPerSecond / denominator,
                                MidpointRounding.AwayFromZero
                            )
                    )
                ),
        ];
    }

    private static string Start(string program, IReadOnlyList<string> args, Action<Stream>? input)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, args)
            {
                RedirectStandardInput = input is not null,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            try
            {
                input(process.StandardInput.BaseStream);
            }
            catch (IOException)
            {
                // ffmpeg has ended early; its exit code and its message say why.
            }
            finally
            {
                Close(process.StandardInput); // otherwise ffmpeg waits for ever
            }
        }

        process.WaitForExit();
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', args)} ended with {process.ExitCode}: {error.GetAwaiter().GetResult()}"
            );
    }

    /// <summary>Whether this ffmpeg is 5.1 or later; builds without a number are later.</summary>
    private static bool KnowsFpsMode()
    {
        string[] words = Start(Program, ["-version"], null).Split(' ');
        string[] parts = words[2].TrimStart('n').Split('.', '-');
        return !int.TryParse(parts[0], CultureInfo.InvariantCulture, out int major)
            || major > 5
            || (major == 5 && parts.Length > 1 && parts[1] != "0");
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name))
            .FirstOrDefault(File.Exists);

    private static void Close(StreamWriter input)
    {
        try
        {
            input.Close();
        }
        catch (IOException)
        {
            // The end of the pipe is gone.
        }
    }
}
