using System.Globalization;

namespace Mien.Video;

/// <summary>The errors of writing a film. Thread-safe.</summary>
internal static class FilmErrors
{
    /// <summary>The error for an ffmpeg without a working encoder for H.264.</summary>
    /// <param name="tools">The programs.</param>
    /// <param name="failures">The encoders that it has and why they do not work.</param>
    public static MienException NoEncoder(FfmpegTools tools, IReadOnlyList<string> failures)
    {
        string install =
            OperatingSystem.IsWindows() ? "winget install Gyan.FFmpeg"
            : OperatingSystem.IsMacOS() ? "brew install ffmpeg"
            : File.Exists("/usr/bin/dnf") ? "sudo dnf install ffmpeg, from the repository RPM Fusion"
            : "sudo apt-get install ffmpeg (Debian, Ubuntu)";
        string found = failures.Count > 0 ? $" ({string.Join("; ", failures)})" : "";
        return new MienException(
            ErrorKind.Unavailable,
            "noEncoder",
            $"{tools.Ffmpeg}: ffmpeg {tools.Version} has no encoder for H.264 that works here{found}, and a film needs "
                + $"one. Install an ffmpeg with libx264: {install}; or one with libopenh264, h264_videotoolbox "
                + $"(macOS), h264_mf (Windows), h264_nvenc or h264_qsv. Name it with --ffmpeg (VideoOptions.Ffmpeg) "
                + $"if it is not on the PATH."
        );
    }

    /// <summary>The error for an ffmpeg that has ended too early, or with an error.</summary>
    /// <param name="path">The film.</param>
    /// <param name="log">What ffmpeg said.</param>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="frames">How many frames it was given.</param>
    /// <param name="encoded">How many frames it has encoded.</param>
    public static MienException Failed(string path, FilmLog log, int exitCode, long frames, long encoded)
    {
        if (log.IsDiskFull)
        {
            return new MienException(
                ErrorKind.Unavailable,
                "cannotWrite",
                $"{path}: the disk is full, so the film cannot be written. Free some space, or choose another location."
            );
        }

        if (log.NotWrittenError is { } error)
        {
            return new MienException(
                ErrorKind.Unavailable,
                "cannotWrite",
                $"{path}: the film cannot be written (ffmpeg: {error}). Check the folder and the space on its disk."
            );
        }

        bool isEnded = log.IsSignalled || (log.Errors is null && exitCode is > 128 or < 0);
        string text =
            isEnded ? $"ffmpeg was ended from outside (exit code {exitCode})"
            : log.Errors is { } said ? $"ffmpeg: {said.TrimEnd('.')}"
            : $"ffmpeg ended with exit code {exitCode}";
        return new MienException(
            ErrorKind.Unavailable,
            "encoderFailed",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: the film could not be encoded: {text}, after {encoded} of {frames} frames. "
            ) + (isEnded ? "Try again." : "Try again; if it stays so, use another version of ffmpeg (--ffmpeg).")
        );
    }

    /// <summary>The error for a film whose structure is not complete, although ffmpeg reported no error.</summary>
    public static MienException Incomplete(string path) =>
        new(
            ErrorKind.Unavailable,
            "cannotWrite",
            $"{path}: the film is incomplete, although ffmpeg reported no error. Check the space on the disk and try "
                + $"again."
        );
}
