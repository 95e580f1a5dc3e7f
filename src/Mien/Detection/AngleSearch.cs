namespace Mien;

/// <summary>At which angles faces are searched in a photo. The detectors find upright faces best.</summary>
public enum AngleSearch
{
    /// <summary>
    /// Upright; only if nothing was found, also in the whole photo turned by 90, 180 and 270 degrees: three more runs.
    /// </summary>
    Auto,

    /// <summary>Upright only, as in a video whose frames have the same orientation.</summary>
    Upright,

    /// <summary>Also in the whole photo turned in steps of 45 degrees: seven more runs for every photo.</summary>
    Any,
}
