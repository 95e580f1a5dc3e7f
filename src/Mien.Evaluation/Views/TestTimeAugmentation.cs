using System.Text.Json.Serialization;

namespace Mien.Evaluation;

/// <summary>
/// The kinds of test-time augmentation: which views of each image are classified and averaged (<see
/// cref="TestTimeViews"/>).
/// </summary>
internal enum TestTimeAugmentation
{
    /// <summary>The unchanged image only: 1 view.</summary>
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
