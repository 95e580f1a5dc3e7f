using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.Video;

/// <summary>The programs <c>ffmpeg</c> and <c>ffprobe</c> of this machine. Immutable.</summary>
internal sealed partial class FfmpegTools
{
    private static readonly Version Oldest = new(4, 4);
    private static readonly ConcurrentDictionary<string, FfmpegTools> Known = new(StringComparer.Ordinal);

    private FfmpegTools(string ffmpeg, string ffprobe, string version, bool hasFpsMode)
    {
        Ffmpeg = ffmpeg;
        Ffprobe = ffprobe;
        Version = version;
        HasFpsMode = hasFpsMode;
    }

    /// <summary>The path of <c>ffmpeg</c>.</summary>
    public string Ffmpeg { get; }

    /// <summary>The path of <c>ffprobe</c>.</summary>
    public string Ffprobe { get; }

    /// <summary>The version as <c>ffmpeg</c> states it, such as <c>5.1.9-0+deb12u1</c>.</summary>
    public string Version { get; }

    /// <summary>Whether <c>-fps_mode</c> is known (from 5.1); before it is <c>-vsync</c>.</summary>
    public bool HasFpsMode { get; }

    /// <summary>Passes every frame with its own time: no frame is repeated or dropped for a constant rate.</summary>
    public IEnumerable<string> Passthrough => [HasFpsMode ? "-fps_mode" : "-vsync", "passthrough"];

    /// <summary>Finds the programs.</summary>
    /// <param name="given">A program or a folder; <see langword="null"/> searches the <c>PATH</c>.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="MienException"><c>noFfmpeg</c>: not found, not usable or too old.</exception>
    public static async Task<FfmpegTools> FindAsync(string? given, CancellationToken cancellationToken)
    {
        (string ffmpeg, string ffprobe) = Locate(given);
        if (Known.TryGetValue(ffmpeg, out FfmpegTools? known) && known.Ffprobe == ffprobe)
        {
            return known;
        }

        ToolOutput output = await ToolOutput.OfAsync(ffmpeg, ["-version"], cancellationToken).ConfigureAwait(false);
        FfmpegTools tools =
            Parse(output.Text, ffmpeg, ffprobe)
            ?? throw Missing($"{ffmpeg} does not answer -version as ffmpeg does (exit code {output.ExitCode}).");
        Known[ffmpeg] = tools;
        return tools;
    }

    /// <summary>Reads the output of <c>ffmpeg -version</c>.</summary>
    /// <returns>The tools; <see langword="null"/> if the output is not that of ffmpeg.</returns>
    /// <exception cref="MienException"><c>noFfmpeg</c>: too old.</exception>
    internal static FfmpegTools? Parse(string output, string ffmpeg, string ffprobe)
    {
        Match first = VersionLine().Match(output);
        if (!first.Success)
        {
            return null;
        }

        string text = first.Groups["text"].Value;
        if (first.Groups["major"].Success)
        {
            var version = new Version(Number(first.Groups["major"]), Number(first.Groups["minor"]));
            return version >= Oldest
                ? new FfmpegTools(ffmpeg, ffprobe, text, version >= new Version(5, 1))
                : throw Missing($"{ffmpeg} is version {text}, expected {Oldest} or later.");
        }

        // A build from the repository has no release number, but its libraries have one: 58 is that of ffmpeg 6.
        Match library = LibraryLine().Match(output);
        return new FfmpegTools(ffmpeg, ffprobe, text, !library.Success || Number(library.Groups["major"]) >= 58);
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static (string Ffmpeg, string Ffprobe) Locate(string? given)
    {
        if (given is null)
        {
            return (
                OnPath("ffmpeg") ?? throw Missing("The program ffmpeg was not found on the PATH."),
                OnPath("ffprobe") ?? throw Missing("ffmpeg was found on the PATH, but not ffprobe.")
            );
        }

        if (Directory.Exists(given))
        {
            return (
                In(given, "ffmpeg") ?? throw Missing($"{given}: there is no ffmpeg in this folder."),
                In(given, "ffprobe") ?? throw Missing($"{given}: there is no ffprobe in this folder.")
            );
        }

        string program =
            (File.Exists(given) ? Path.GetFullPath(given) : null)
            ?? (Path.GetFileName(given) == given ? OnPath(given) : null)
            ?? throw Missing($"{given}: there is no such program or folder, expected ffmpeg or its folder.");
        string folder = Path.GetDirectoryName(program)!;
        string sibling = Path.GetFileNameWithoutExtension(program)
            .Replace("ffmpeg", "ffprobe", StringComparison.Ordinal);
        return (
            program,
            In(folder, sibling)
                ?? In(folder, "ffprobe")
                ?? throw Missing($"{program}: there is no ffprobe beside it; both programs are needed.")
        );
    }

    // Not left to the system: Windows would look in the current folder first.
    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathRooted)
            .Select(folder => In(folder, name))
            .FirstOrDefault(found => found is not null);

    private static string? In(string folder, string name)
    {
        string path = Path.GetFullPath(Path.Combine(folder, name));
        return OperatingSystem.IsWindows() && File.Exists(path + ".exe") ? path + ".exe"
            : File.Exists(path) ? path
            : null;
    }

    /// <summary>The error that says how to install ffmpeg on this platform.</summary>
    internal static MienException Missing(string found, Exception? cause = null)
    {
        string install =
            OperatingSystem.IsWindows() ? "winget install Gyan.FFmpeg (and open a new terminal)"
            : OperatingSystem.IsMacOS() ? "brew install ffmpeg"
            : File.Exists("/usr/bin/dnf") ? "sudo dnf install ffmpeg-free"
            : File.Exists("/usr/bin/apt-get") ? "sudo apt-get install ffmpeg"
            : "sudo apt-get install ffmpeg (Debian, Ubuntu) or sudo dnf install ffmpeg-free (Fedora)";
        return new MienException(
            ErrorKind.Unavailable,
            "noFfmpeg",
            $"{found} Videos are decoded by ffmpeg and ffprobe {Oldest} or later. Install them: {install}; or name "
                + $"the program or its folder (--ffmpeg, VideoOptions.Ffmpeg).",
            cause
        );
    }

    [GeneratedRegex(
        @"^ffmpeg version (?<text>n?((?<major>\d{1,3})\.(?<minor>\d{1,4}))?\S*)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^libavutil\s+(?<major>\d+)\.", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex LibraryLine();
}
