namespace Mien.Video;

/// <summary>A camera as input. Thread-safe.</summary>
internal static class CameraInput
{
    /// <summary>Names a camera as this platform's ffmpeg does.</summary>
    /// <param name="device"><c>/dev/video0</c>, <c>video=NAME</c>, or an index on macOS.</param>
    /// <exception cref="MienException"><c>noSuchCamera</c>.</exception>
    public static FfmpegInput Of(string device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (OperatingSystem.IsWindows())
        {
            return Live(
                "dshow",
                device.StartsWith("video=", StringComparison.Ordinal) ? device : "video=" + device,
                device
            );
        }

        if (OperatingSystem.IsMacOS())
        {
            // Without a rate, avfoundation asks for one that few cameras have; without 'none' it opens a microphone.
            return Live("avfoundation", device + ":none", device, "-framerate", "30");
        }

        return File.Exists(device) && SpecialFile.KindOf(device) == "a device"
            ? Live("v4l2", device, device)
            : throw NoSuchCamera(device, "there is no such device");
    }

    /// <summary>A live input of any format of ffmpeg; tests simulate a camera by <c>lavfi</c>.</summary>
    internal static FfmpegInput Live(string format, string source, string name, params string[] options) =>
        new()
        {
            Arguments = ["-f", format, .. options, "-i", source],
            Name = name,
            IsLive = true,
        };

    /// <summary>The error for a camera that is not there or cannot be opened.</summary>
    public static MienException NoSuchCamera(string device, string found)
    {
        string list =
            OperatingSystem.IsWindows() ? "ffmpeg -list_devices true -f dshow -i dummy"
            : OperatingSystem.IsMacOS() ? "ffmpeg -f avfoundation -list_devices true -i \"\""
            : "ls /dev/video*";
        return new MienException(
            ErrorKind.Unavailable,
            "noSuchCamera",
            $"{device}: the camera cannot be opened ({found}). Check that it is connected, that no other program uses "
                + $"it and that you may read it; list the cameras with: {list}"
        );
    }
}
