using System.Globalization;

namespace Mien.Video;

/// <summary>The errors of opening a video that only decoding shows. Thread-safe.</summary>
internal static class OpenErrors
{
    /// <summary>The error for a video without a single frame.</summary>
    public static MienException NoFrame(FfmpegInput input, FrameLog log, Exception? inputError, int exitCode)
    {
        string said = log.Errors.Last ?? $"exit code {exitCode}";
        if (input.IsLive && !log.IsSignalled)
        {
            return CameraInput.NoSuchCamera(input.Name, said);
        }

        if (inputError is not null)
        {
            return new MienException(
                ErrorKind.Unavailable,
                "unreadableFile",
                $"{input.Name}: the video cannot be read ({inputError.Message}). Check the source and try again.",
                inputError
            );
        }

        if (exitCode > 128 || exitCode < 0 || log.IsSignalled)
        {
            return new MienException(
                ErrorKind.Unavailable,
                "ffmpegFailed",
                $"{input.Name}: ffmpeg was ended from outside before the first frame (exit code {exitCode}). Try again."
            );
        }

        return input.Path is { } path && Container.IsCutOff(path) == true
            ? new MienException(
                ErrorKind.BadInput,
                "truncatedVideo",
                $"{input.Name}: the video is truncated before its first frame. Copy or download it again."
            )
            : new MienException(
                ErrorKind.BadInput,
                "damagedVideo",
                $"{input.Name}: no frame of the video can be decoded (ffmpeg: {said}). Copy it again, or convert it "
                    + $"with another program."
            );
    }

    /// <summary>The error for frames whose numbers and times are not known for sure.</summary>
    public static MienException Gap(string name, long frame) =>
        new(
            ErrorKind.Unavailable,
            "ffmpegFailed",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: ffmpeg's messages about the frames have a gap after frame {frame - 1}, so the times of later "
                    + $"frames are not certain. Try again; if it stays so, use another version of ffmpeg."
            )
        );

    /// <summary>The error for frames over the limit.</summary>
    public static MienException TooLarge(int width, int height, string name, VideoOptions options) =>
        new(
            ErrorKind.BadInput,
            "tooLarge",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: the frames are {width}×{height}, {(double)width * height / 1_000_000:0.#} megapixels, "
            )
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"expected at most {options.MaxMegapixels:0.#}. Scale the video down, or raise the limit "
                )
                + "(VideoOptions.MaxMegapixels)."
        )
        {
            HttpStatus = 413,
        };
}
