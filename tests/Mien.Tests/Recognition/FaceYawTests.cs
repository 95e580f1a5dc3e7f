using System.Numerics;

namespace Mien.Tests;

/// <summary>The yaw from six keypoints: of projected and mirrored heads, and of turned synthetic faces.</summary>
public sealed class FaceYawTests
{
    // Heads other than the model of FaceYaw: right, down and towards the camera, in any unit.
    private static readonly Vector3[] LongHead =
    [
        new(-32, -30, 40),
        new(32, -30, 40),
        new(0, 8, 68),
        new(0, 48, 50),
        new(-72, -8, -32),
        new(72, -8, -32),
    ];

    private static readonly Vector3[] WideHead =
    [
        new(-36, -24, 30),
        new(36, -24, 30),
        new(0, 12, 60),
        new(0, 42, 42),
        new(-75, -4, -25),
        new(75, -4, -25),
    ];

    public static TheoryData<int> Angles => [-90, -75, -60, -45, -30, -15, 0, 15, 30, 45, 60, 75, 90];

    [Theory]
    [MemberData(nameof(Angles))]
    public void Projected_heads_give_their_yaw(int yaw)
    {
        foreach (Vector3[] head in new[] { LongHead, WideHead })
        {
            foreach (int pitch in new[] { -20, 0, 20 })
            {
                foreach (int roll in new[] { -170, -40, 0, 15, 90 })
                {
                    FaceKeypoints points = Project(head, yaw, pitch, roll, 1.7f);
                    Assert.InRange(FaceYaw.Of(points) - yaw, -8, 8);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Angles))]
    public void A_mirrored_face_has_the_opposite_yaw(int yaw)
    {
        FaceKeypoints points = Project(LongHead, yaw, 12, 25, 0.6f);
        Assert.Equal(-FaceYaw.Of(points), FaceYaw.Of(Mirrored(points, 640)), 0.01);
    }

    [Fact]
    public void Neither_size_nor_position_nor_roll_matters()
    {
        float yaw = FaceYaw.Of(Project(WideHead, 35, 10, 0, 1));
        foreach (float scale in new[] { 0.1f, 3, 30 })
        {
            foreach (int roll in new[] { -150, 20, 180 })
            {
                Assert.Equal(yaw, FaceYaw.Of(Project(WideHead, 35, 10, roll, scale)), 0.05);
            }
        }
    }

    [Fact]
    public void Points_in_one_place_have_no_yaw()
    {
        var point = new FacePoint(5, 5);
        Assert.Equal(0, FaceYaw.Of(new FaceKeypoints(point, point, point, point, point, point)));
    }

    [Fact]
    public void Turned_faces_that_the_detector_finds_have_their_yaw()
    {
        float[] angles = [-60, -45, -30, -15, 0, 15, 30, 45, 60, 75];
        float[] yaws = [.. angles.Select(a => Detected(TurnedFace.Draw(a)).Quality.Yaw!.Value)];
        float[] mirrored =
        [
            .. angles.Select(a => Detected(TurnedFace.Mirrored(TurnedFace.Draw(a))).Quality.Yaw!.Value),
        ];

        for (int i = 0; i < angles.Length; i++)
        {
            Assert.InRange(yaws[i] - angles[i], -12, 12);
            Assert.InRange(mirrored[i] + angles[i], -12, 12);
        }

        Assert.Equal(yaws.Order(), yaws);
    }

    [Fact]
    public void A_profile_is_uncertain()
    {
        GrayImage profile = TurnedFace.Draw(75);

        Assert.Contains(UncertainReason.Profile, Detected(profile).UncertainReasons);
        Assert.Contains(UncertainReason.Profile, Detected(TurnedFace.Mirrored(profile)).UncertainReasons);
        Assert.DoesNotContain(UncertainReason.Profile, Detected(TurnedFace.Draw(45)).UncertainReasons);
    }

    private static RecognizedFace Detected(GrayImage image)
    {
        using Photo photo = MadePhotos.Photo(image);
        var options = new RecognitionOptions
        {
            Detection = new DetectionOptions { MinScore = 0.4f, MaxFaces = 1 },
        };
        return Assert.Single(Recognizers.Shared.Recognize(photo, options: options).Faces);
    }

    private static FaceKeypoints Project(Vector3[] head, float yaw, float pitch, float roll, float scale)
    {
        // The nose moves to the right, then the head nods, then the image is rotated clockwise.
        Matrix4x4 turn =
            Matrix4x4.CreateRotationY(yaw * (MathF.PI / 180))
            * Matrix4x4.CreateRotationX(pitch * (MathF.PI / 180))
            * Matrix4x4.CreateRotationZ(roll * (MathF.PI / 180))
            * Matrix4x4.CreateScale(scale)
            * Matrix4x4.CreateTranslation(320, 240, 0);
        FacePoint[] p = [.. head.Select(v => Vector3.Transform(v, turn)).Select(v => new FacePoint(v.X, v.Y))];
        return new FaceKeypoints(p[0], p[1], p[2], p[3], p[4], p[5]);
    }

    private static FaceKeypoints Mirrored(FaceKeypoints p, float width)
    {
        return new FaceKeypoints(At(p.RightEye), At(p.LeftEye), At(p.Nose), At(p.Mouth), At(p.RightEar), At(p.LeftEar));

        FacePoint At(FacePoint point) => new(width - point.X, point.Y);
    }
}
