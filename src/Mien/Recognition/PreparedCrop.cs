namespace Mien;

/// <summary>A face crop that waits for the network.</summary>
/// <param name="Name">Where it comes from.</param>
/// <param name="Width">The image's width in pixels.</param>
/// <param name="Height">The image's height in pixels.</param>
/// <param name="Crop">In the network's size.</param>
/// <param name="Keep">Whether the result keeps it.</param>
internal sealed record PreparedCrop(string? Name, int Width, int Height, GrayImage Crop, bool Keep);
