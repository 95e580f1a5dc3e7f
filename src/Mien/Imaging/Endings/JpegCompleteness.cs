namespace Mien;

/// <summary>Whether a JPEG's data brings every block of the picture.</summary>
internal enum JpegCompleteness
{
    /// <summary>It is damaged, or of a kind that is not looked into.</summary>
    Unknown,

    /// <summary>All of them.</summary>
    Whole,

    /// <summary>The data ends, or is ended by a marker, before.</summary>
    Cut,
}
