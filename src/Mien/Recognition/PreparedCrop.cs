namespace Mien;

/// <summary>A decoded face crop, ready for the network.</summary>
/// <param name="Name">The name of the source; may be <see langword="null"/>.</param>
/// <param name="Width">The width of the original image in pixels.</param>
/// <param name="Height">The height of the original image in pixels.</param>
/// <param name="Crop">The crop in the network's input size.</param>
/// <param name="Head">The head whose prediction is used.</param>
/// <param name="Keep">Whether the result should contain the crop.</param>
internal sealed record PreparedCrop(string? Name, int Width, int Height, GrayImage Crop, HeadReader Head, bool Keep);
