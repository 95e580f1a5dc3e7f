using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary><c>mien_options</c> of the header. New fields go to the end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MienOptions
{
    /// <summary>The size in version 1 of the interface, below which a struct is not accepted.</summary>
    public const uint Version1Size = 80;

    public uint Size;
    public int Device;
    public byte* Model;
    public byte* Head;
    public int Threads;
    public int Detector;
    public int Angles;
    public int Tiles;
    public int MaxFaces;
    public int MaxFaceCropSize;
    public float MinScore;
    public float MinFace;
    public float UncertainBelow;
    public int Reserved;
    public long MaxBytes;
    public long MaxPixels;
}
