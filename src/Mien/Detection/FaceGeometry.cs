using System.Runtime.CompilerServices;

namespace Mien;

/// <summary>
/// What BlazeFace says where a face is: centre x and y, width, height, then x and y of the six keypoints.
/// </summary>
[InlineArray(Length)]
internal struct FaceGeometry
{
    public const int Length = 16;

    private float first;
}
