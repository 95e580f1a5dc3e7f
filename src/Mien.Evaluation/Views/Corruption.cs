using System.Text.Json.Serialization;

namespace Mien.Evaluation;

/// <summary>What makes pictures harder, for measuring how a model bears it (<see cref="Corruptions"/>).</summary>
internal enum Corruption
{
    /// <summary>A Gaussian blur; the strength is its standard deviation in pixels.</summary>
    [JsonStringEnumMemberName("blur")]
    Blur,

    /// <summary>Less light; the strength is the factor of every gray value, 1 leaves them as they are.</summary>
    [JsonStringEnumMemberName("darkness")]
    Darkness,

    /// <summary>The face turned clockwise in the picture's plane; the strength is in degrees.</summary>
    [JsonStringEnumMemberName("roll")]
    Roll,

    /// <summary>A face taken with few pixels and enlarged; the strength is its longer side in pixels.</summary>
    [JsonStringEnumMemberName("lowResolution")]
    LowResolution,

    /// <summary>Stored as JPEG; the strength is the encoder's quality, 1..100.</summary>
    [JsonStringEnumMemberName("jpeg")]
    Jpeg,
}
