using System.Text.Json.Serialization;

namespace Mien.Evaluation;

/// <summary>A kind of image corruption for measuring robustness (<see cref="Corruptions"/>).</summary>
internal enum Corruption
{
    /// <summary>A Gaussian blur; the strength is its standard deviation in pixels.</summary>
    [JsonStringEnumMemberName("blur")]
    Blur,

    /// <summary>Less light; the strength is the factor of every gray value, 1 changes nothing.</summary>
    [JsonStringEnumMemberName("darkness")]
    Darkness,

    /// <summary>The face rotated clockwise in the image plane; the strength is in degrees.</summary>
    [JsonStringEnumMemberName("roll")]
    Roll,

    /// <summary>A face captured with few pixels and upscaled; the strength is its longer side in pixels.</summary>
    [JsonStringEnumMemberName("lowResolution")]
    LowResolution,

    /// <summary>Stored as JPEG; the strength is the encoder's quality, 1..100.</summary>
    [JsonStringEnumMemberName("jpeg")]
    Jpeg,
}
