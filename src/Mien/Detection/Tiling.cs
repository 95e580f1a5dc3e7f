namespace Mien;

/// <summary>
/// Whether the detector also looks at parts of a photo, in which small faces are large enough for it.
/// </summary>
public enum Tiling
{
    /// <summary>
    /// The whole photo only: one run, which finds faces from about a fifteenth of the photo's longer side on.
    /// </summary>
    None,

    /// <summary>
    /// A level of tiles for photos of 616 pixels or more, which finds faces about half as large, and a second one from
    /// 2,700 pixels on: 5 runs for 1920×1280, 17 for 4000×3000.
    /// </summary>
    Auto,

    /// <summary>As many levels as reach faces of 24 pixels, however many runs that takes.</summary>
    All,
}
