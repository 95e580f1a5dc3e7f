namespace Mien;

/// <summary>
/// Whether the detector also runs on overlapping tiles of a photo, in which small faces are large enough to be found.
/// </summary>
public enum Tiling
{
    /// <summary>
    /// The whole photo only: one run, which finds faces of at least about 1/15 of the photo's longer side.
    /// </summary>
    None,

    /// <summary>
    /// One level of tiles for photos of 616 pixels or more, which finds faces about half as large, and a second level
    /// from about 2,700 pixels (longer side; with the back detector). 5 runs for 1920×1280, 17 for 4000×3000.
    /// </summary>
    Auto,

    /// <summary>
    /// As many levels as needed to find faces of 24 pixels, regardless of the number of runs: 57 for 1920×1280, 205 for
    /// 4000×3000.
    /// </summary>
    All,
}
