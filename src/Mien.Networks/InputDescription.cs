namespace Mien.Networks;

/// <summary>The size of a network's input image.</summary>
/// <param name="Width">Columns in pixels.</param>
/// <param name="Height">Rows in pixels.</param>
/// <param name="Channels">1 for gray.</param>
internal sealed record InputDescription(int Width, int Height, int Channels = 1);
