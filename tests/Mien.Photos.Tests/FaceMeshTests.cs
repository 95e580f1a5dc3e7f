using System.Numerics;

namespace Mien.Photos.Tests;

/// <summary>What the face mesh says of the marked faces and of parts of the photos without people.</summary>
public sealed class FaceMeshTests : IDisposable
{
    private readonly FaceMesh mesh = new(new ClassifierOptions { Threads = 1, Spinning = false });

    public void Dispose() => mesh.Dispose();

    [Fact]
    public void Marked_faces_are_present()
    {
        foreach (MarkedPhoto marked in TestPhotos.All())
        {
            using Picture picture = Picture.Load(marked);
            using Photo photo = picture.ToPhoto();
            Check.All(
                marked.Faces,
                face => Assert.InRange(mesh.Presence(photo, face.Box, RollOf(face)), IsProfile(face) ? 0.8f : 0.95f, 1)
            );
        }
    }

    [Fact]
    public void The_points_lie_at_the_marked_eyes()
    {
        var errors = new List<float>();
        foreach (MarkedPhoto marked in TestPhotos.All())
        {
            using Picture picture = Picture.Load(marked);
            using Photo photo = picture.ToPhoto();
            foreach (MarkedFace face in marked.Faces)
            {
                if (face is not { LeftEye: { } left, RightEye: { } right, EyeDistance: { } distance })
                {
                    continue;
                }

                var points = new FacePoint[FaceMesh.Points];
                mesh.Presence(photo, face.Box, RollOf(face), points);

                // The corners of the eyes in MediaPipe's mesh.
                errors.Add(Distance(left, points[33], points[133]) / distance);
                errors.Add(Distance(right, points[362], points[263]) / distance);
            }
        }

        Assert.InRange(errors.Count, 30, 44);
        Assert.InRange(errors.Average(), 0, 0.1f);
        Assert.InRange(errors.Max(), 0, 0.25f);

        static float Distance(FacePoint eye, FacePoint corner, FacePoint other) =>
            Vector2.Distance(new(eye.X, eye.Y), new((corner.X + other.X) / 2, (corner.Y + other.Y) / 2));
    }

    [Theory]
    [InlineData(DetectorModel.Back, 0.2f)]
    [InlineData(DetectorModel.Front, 0.6f)]
    [InlineData(DetectorModel.Full, 0.1f)]
    public void False_positives_are_not_present(DetectorModel model, float limit)
    {
        // The detector alone, without the mesh that confirms its candidates.
        using var detector = new FaceDetector(
            new DetectorNetworks(new ClassifierOptions { Threads = 1, Spinning = false }),
            DetectionPlan.OneNetwork(model) with
            {
                Border = [],
                ConfirmsByMesh = false,
            },
            1
        );
        var options = new DetectionOptions { MinScore = 0.5f, Angles = AngleSearch.Upright };
        Picture[] photos = [.. TestPhotos.All().Select(Picture.Load)];
        int candidates = 0;
        foreach (Picture picture in FaceFree.All(photos))
        {
            using (picture)
            using (Photo photo = picture.ToPhoto())
            {
                foreach (DetectedFace face in detector.Detect(photo, options))
                {
                    candidates++;
                    float presence = mesh.Presence(photo, face.Box, face.Keypoints.Roll);
                    Assert.True(presence < limit, $"{face.Score}: presence {presence} at {face.Box}");
                }
            }
        }

        foreach (Picture photo in photos)
        {
            photo.Dispose();
        }

        Assert.InRange(candidates, 1, 200);
    }

    private static bool IsProfile(MarkedFace face) => face.LeftEye is null || face.RightEye is null;

    private static float RollOf(MarkedFace face) =>
        face is { LeftEye: { } left, RightEye: { } right }
            ? MathF.Atan2(right.Y - left.Y, right.X - left.X) * (180 / MathF.PI)
            : 0;
}
