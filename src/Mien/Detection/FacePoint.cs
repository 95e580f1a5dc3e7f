namespace Mien;

/// <summary>A place in a photo, in pixels of the upright photo in its full size; (0, 0) is the photo's upper left corner.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct FacePoint(float X, float Y);
