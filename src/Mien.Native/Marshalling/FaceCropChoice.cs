namespace Mien.Native;

/// <summary>MIEN_CROP_AUTO and the others of the header.</summary>
internal enum FaceCropChoice
{
    Auto,
    Yes,
    No,
}
