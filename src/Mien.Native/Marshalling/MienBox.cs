using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary><c>mien_box</c> of the header; it has no size field, so it never changes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MienBox
{
    public float X;
    public float Y;
    public float Width;
    public float Height;

    public static MienBox Of(FaceBox box) =>
        new()
        {
            X = box.X,
            Y = box.Y,
            Width = box.Width,
            Height = box.Height,
        };
}
