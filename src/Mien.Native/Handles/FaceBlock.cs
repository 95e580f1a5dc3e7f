using System.Runtime.InteropServices;
using System.Text;

namespace Mien.Native;

/// <summary>
/// The faces of a result in one block of native memory: the structs, then their probabilities, then the labels that
/// occur. Immutable; freed by its owner, once.
/// </summary>
internal sealed unsafe class FaceBlock
{
    public FaceBlock(IReadOnlyList<RecognizedFace> faces)
    {
        // At least one struct, so that its size can be read.
        long structs = (long)sizeof(MienFace) * Math.Max(faces.Count, 1);
        long floats = sizeof(float) * faces.Sum(f => (long)f.LabelScores.Values.Count);
        var names = new Dictionary<string, long>(StringComparer.Ordinal);
        long length = structs + floats;
        foreach (RecognizedFace face in faces)
        {
            if (names.TryAdd(face.Label, length))
            {
                length += Encoding.UTF8.GetByteCount(face.Label) + 1;
            }
        }

        byte* start = (byte*)NativeMemory.AllocZeroed((nuint)length);
        NativeObjects.Made();
        Faces = (MienFace*)start;
        foreach ((string name, long offset) in names)
        {
            Encoding.UTF8.GetBytes(name, new Span<byte>(start + offset, (int)(length - offset)));
        }

        Faces->Size = (uint)sizeof(MienFace);
        float* probabilities = (float*)(start + structs);
        for (int i = 0; i < faces.Count; i++)
        {
            Faces[i] = Face(faces[i], probabilities, start + names[faces[i].Label]);
            probabilities += Faces[i].ProbabilityCount;
        }
    }

    public MienFace* Faces { get; }

    public void Free()
    {
        NativeMemory.Free(Faces);
        NativeObjects.Freed();
    }

    private static MienFace Face(RecognizedFace face, float* probabilities, byte* label)
    {
        IReadOnlyList<float> scores = face.LabelScores.Values;
        for (int i = 0; i < scores.Count; i++)
        {
            probabilities[i] = scores[i];
        }

        uint reasons = 0;
        foreach (UncertainReason reason in face.UncertainReasons)
        {
            reasons |= 1u << (int)reason;
        }

        var read = new MienFace
        {
            Size = (uint)sizeof(MienFace),
            Label = face.LabelScores.Top,
            Confidence = face.Confidence,
            Uncertain = reasons,
            Box = MienBox.Of(face.Box),
            Roll = face.Roll,
            DetectionScore = face.DetectionScore ?? float.NaN,
            QualitySize = face.Quality.Size,
            QualitySharpness = face.Quality.Sharpness,
            QualityContrast = face.Quality.Contrast,
            QualityYaw = face.Quality.Yaw ?? float.NaN,
            TouchesEdge = face.Quality.TouchesEdge ? 1 : 0,
            ProbabilityCount = scores.Count,
            Probabilities = probabilities,
            LabelName = label,
        };
        if (face.Keypoints is { } points)
        {
            read.HasKeypoints = 1;
            Span<FacePoint> all =
            [
                points.LeftEye,
                points.RightEye,
                points.Nose,
                points.Mouth,
                points.LeftEar,
                points.RightEar,
            ];
            for (int i = 0; i < all.Length; i++)
            {
                read.Keypoints[2 * i] = all[i].X;
                read.Keypoints[(2 * i) + 1] = all[i].Y;
            }
        }

        return read;
    }
}
