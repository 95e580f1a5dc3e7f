namespace Mien.Testing;

/// <summary>What is in the frames of a <see cref="MadeClip"/>.</summary>
internal sealed class MadeClipTruth
{
    /// <summary>Describes a clip.</summary>
    /// <param name="clip">The description.</param>
    /// <param name="times">The presentation time of each frame; <see langword="null"/> for the described times.</param>
    public MadeClipTruth(MadeClip clip, IReadOnlyList<TimeSpan>? times = null)
    {
        Frames =
        [
            .. Enumerable
                .Range(0, clip.Frames)
                .Select(n => new TrueFrame(
                    n,
                    times?[n] ?? TimeSpan.FromSeconds(clip.Start + clip.TimeOf(n)),
                    clip.SceneAt(clip.TimeOf(n)),
                    FacesOf(clip, clip.TimeOf(n))
                )),
        ];
    }

    public IReadOnlyList<TrueFrame> Frames { get; }

    /// <summary>The numbers of the frames that are the first after a cut.</summary>
    public IEnumerable<long> Cuts =>
        Frames.Zip(Frames.Skip(1)).Where(p => p.First.Scene != p.Second.Scene).Select(p => p.Second.Number);

    private static List<TrueFace> FacesOf(MadeClip clip, double time)
    {
        var faces = new List<TrueFace>();
        for (int i = 0; i < clip.Faces.Count; i++)
        {
            ClipFace face = clip.Faces[i];
            if (face.IsThereAt(time))
            {
                ClipPose pose = face.PoseAt(time);
                (Expression now, _, double share) = face.ExpressionAt(time);
                FaceBox box = BoxOf(pose);
                var front = clip
                    .Faces.Skip(i + 1)
                    .Where(f => f.IsThereAt(time))
                    .Select(f => BoxOf(f.PoseAt(time)))
                    .Concat(
                        clip.Obstacles.Where(o => o.IsThereAt(time))
                            .Select(o => new FaceBox(o.X, o.Y, o.Width, o.Height))
                    )
                    .ToList();
                faces.Add(new TrueFace(face.Person, box, now, share >= 1, VisibleShare(clip, box, front)));
            }
        }

        return faces;
    }

    private static FaceBox BoxOf(ClipPose pose)
    {
        float height = 0.9f * pose.Side;
        float width = height * MathF.Cos(pose.Yaw * MathF.PI / 180);
        return new FaceBox(pose.X - (width / 2), pose.Y - (height / 2), width, height);
    }

    /// <summary>The share of the box that nothing covers, counted on a grid.</summary>
    private static double VisibleShare(MadeClip clip, FaceBox box, List<FaceBox> front)
    {
        const int grid = 20;
        int visible = 0;
        for (int i = 0; i < grid * grid; i++)
        {
            float x = box.X + (((i % grid) + 0.5f) / grid * box.Width);
            float y = box.Y + (((i / grid) + 0.5f) / grid * box.Height);
            bool inFrame = x >= 0 && y >= 0 && x < clip.Width && y < clip.Height;
            visible += inFrame && !front.Any(f => x >= f.X && x < f.Right && y >= f.Y && y < f.Bottom) ? 1 : 0;
        }

        return (double)visible / (grid * grid);
    }
}

/// <summary>A frame of a made clip.</summary>
/// <param name="Number">The number in the file, from 0; it is drawn into the frame.</param>
/// <param name="Time">The presentation time.</param>
/// <param name="Scene">The number of the scene, from 0; another one after each cut.</param>
/// <param name="Faces">The faces, hidden ones too.</param>
internal sealed record TrueFrame(long Number, TimeSpan Time, int Scene, IReadOnlyList<TrueFace> Faces)
{
    /// <summary>The person whose box overlaps most with a found one; <see langword="null"/> if none does.</summary>
    public TrueFace? At(FaceBox found) =>
        Faces.Where(f => f.Box.IntersectionOverUnion(found) > 0.3).MaxBy(f => f.Box.IntersectionOverUnion(found));
}

/// <summary>A face in a frame of a made clip.</summary>
/// <param name="Person">The person.</param>
/// <param name="Box">Where the face detector sees the face: about nine tenths of the pasted crop.</param>
/// <param name="Expression">The expression that is shown, or that the face is changing to.</param>
/// <param name="IsSettled">Whether the change to the expression is done.</param>
/// <param name="Visible">The share of the box that is inside the frame and covered by nothing, 0..1.</param>
internal sealed record TrueFace(int Person, FaceBox Box, Expression Expression, bool IsSettled, double Visible);
