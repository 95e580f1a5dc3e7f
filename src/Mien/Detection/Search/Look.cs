namespace Mien;

/// <summary>One run of a detector: a network and the part of the photo that it sees.</summary>
/// <param name="Model">The network.</param>
/// <param name="Tile">The part of the photo.</param>
internal readonly record struct Look(DetectorModel Model, Tile Tile);
