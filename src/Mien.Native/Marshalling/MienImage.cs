using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary><c>mien_image</c> of the header. New fields go to the end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MienImage
{
    /// <summary>The size in version 1 of the interface.</summary>
    public const uint Version1Size = 24;

    public uint Size;
    public int Width;
    public int Height;
    public int IsFaceCrop;
    public int FaceCount;
    public int LabelCount;
}
