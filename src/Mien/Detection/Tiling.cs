namespace Mien;

/// <summary>Whether the detector also looks at parts of a photo, in which small faces are large enough for it.</summary>
public enum Tiling
{
    /// <summary>The whole photo only: one run, which finds faces from about a twentieth of the photo's longer side on.</summary>
    None,

    /// <summary>As many levels of tiles as reach faces of 64 pixels: none for a small photo, four tiles for 1920×1280, more for larger ones.</summary>
    Auto,

    /// <summary>As many levels as reach faces of 24 pixels, however many runs that takes.</summary>
    All,
}
