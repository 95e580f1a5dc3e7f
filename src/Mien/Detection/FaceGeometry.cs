using System.Runtime.CompilerServices;

namespace Mien;

/// <summary>
/// The 16 values of a BlazeFace detection: x and y of the centre, width, height, then x and y of the six keypoints in
/// the order of <see cref="FaceKeypoints"/>.
/// </summary>
[InlineArray(Length)]
internal struct FaceGeometry
{
    public const int Length = 16;

    private float first;
}
