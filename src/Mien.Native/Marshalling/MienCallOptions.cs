using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary><c>mien_call_options</c> of the header. New fields go to the end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MienCallOptions
{
    /// <summary>The size in version 1 of the interface.</summary>
    public const uint Version1Size = 32;

    public uint Size;
    public int IsFaceCrop;
    public byte* Head;
    public MienBox* Boxes;
    public long BoxCount;
}
