using System.Text.Json.Serialization;

namespace Mien.Evaluation;

/// <summary>
/// Which versions of each image are classified, their probabilities averaged (<see cref="TestTimeViews"/>).
/// </summary>
internal enum TestTimeAugmentation
{
    /// <summary>The image as it is.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The image and its mirror image: 2 views.</summary>
    [JsonStringEnumMemberName("flip")]
    Flip,

    /// <summary>
    /// The image and four versions shifted towards the corners, and the mirror image of each: 10 views.
    /// </summary>
    [JsonStringEnumMemberName("flip-shift")]
    FlipAndShift,
}
