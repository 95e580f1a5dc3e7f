using System.Globalization;

namespace Mien;

/// <summary>
/// A place in a photo, in pixels of the upright photo in its full size; (0, 0) is the photo's upper left corner.
/// </summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct FacePoint(float X, float Y)
{
    /// <summary>The place, such as <c>1566.2, 339.9</c>.</summary>
    /// <returns>A text for people.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X:0.#}, {Y:0.#}");
}
