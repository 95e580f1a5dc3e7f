namespace Mien.Video;

/// <summary>A decoded frame as ffmpeg logs it. Immutable.</summary>
/// <param name="Number">The number in the video, from 0.</param>
/// <param name="Pts">The presentation time in units of the time base; <see langword="null"/> if it has none.</param>
/// <param name="Time">The presentation time.</param>
/// <param name="Width">Width in pixels, rotation applied.</param>
/// <param name="Height">Height in pixels, rotation applied.</param>
/// <param name="HasAlpha">Whether the frame has transparency.</param>
/// <param name="IsRepeated">Whether the frame before is in the same cell, although ffmpeg selected this one.</param>
internal readonly record struct LoggedFrame(
    long Number,
    long? Pts,
    TimeSpan Time,
    int Width,
    int Height,
    bool HasAlpha,
    bool IsRepeated
);
