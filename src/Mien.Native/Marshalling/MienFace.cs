using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary><c>mien_face</c> of the header. New fields go to the end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MienFace
{
    public uint Size;
    public int Label;
    public float Confidence;
    public uint Uncertain;
    public MienBox Box;
    public float Roll;
    public float DetectionScore;
    public int HasKeypoints;
    public fixed float Keypoints[12];
    public float QualitySize;
    public float QualitySharpness;
    public float QualityContrast;
    public float QualityYaw;
    public int TouchesEdge;
    public int ProbabilityCount;
    public float* Probabilities;
    public byte* LabelName;
}
