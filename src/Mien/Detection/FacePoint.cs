using System.Globalization;

namespace Mien;

/// <summary>
/// A point in a photo, in pixels of the upright photo in full resolution; (0, 0) is the upper left corner.
/// </summary>
/// <param name="X">The horizontal position, to the right.</param>
/// <param name="Y">The vertical position, downwards.</param>
public readonly record struct FacePoint(float X, float Y)
{
    /// <summary>Formats the point, such as <c>1566.2, 339.9</c>, in the invariant culture.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X:0.#}, {Y:0.#}");
}
