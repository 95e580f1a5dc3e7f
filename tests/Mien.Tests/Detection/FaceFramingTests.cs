namespace Mien.Tests;

public class FaceFramingTests
{
    /// <summary>A frontal face, one that looks aside and one whose eyes are low.</summary>
    private static readonly (FaceBox Box, FaceKeypoints Points)[] Faces =
    [
        Face(100, (-18, -17), (21, -17)),
        Face(100, (-6, -20), (30, -19)),
        Face(80, (-15, -8), (13, -6)),
    ];

    [Theory]
    [InlineData(DetectorModel.Back)]
    [InlineData(DetectorModel.Front)]
    [InlineData(DetectorModel.Full)]
    public void A_mirrored_face_gives_the_mirrored_crop(DetectorModel detector)
    {
        FaceFraming framing = FaceFraming.Of(detector);
        Check.All(
            Faces,
            face =>
            {
                CropSquare square = framing.Square(face.Box, face.Points);
                FaceKeypoints p = face.Points;
                CropSquare mirrored = framing.Square(
                    new FaceBox(-face.Box.Right, face.Box.Y, face.Box.Width, face.Box.Height),
                    new FaceKeypoints(M(p.RightEye), M(p.LeftEye), M(p.Nose), M(p.Mouth), M(p.RightEar), M(p.LeftEar))
                );

                AssertNear(new(M(square.Center), square.Side, -square.Rotation), mirrored);
                FacePoint M(FacePoint point) => new(-point.X, point.Y);
            }
        );
    }

    [Theory]
    [InlineData(DetectorModel.Back)]
    [InlineData(DetectorModel.Front)]
    [InlineData(DetectorModel.Full)]
    public void A_face_elsewhere_and_of_another_size_gives_the_crop_there(DetectorModel detector)
    {
        FaceFraming framing = FaceFraming.Of(detector);
        Check.All(
            Faces,
            face =>
            {
                CropSquare square = framing.Square(face.Box, face.Points);
                CropSquare moved = Mapped(framing, face, p => new((3 * p.X) + 50, (3 * p.Y) - 20), 3);

                AssertNear(
                    new(new((3 * square.Center.X) + 50, (3 * square.Center.Y) - 20), 3 * square.Side, square.Rotation),
                    moved
                );
            }
        );
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-45)]
    [InlineData(90)]
    [InlineData(150)]
    public void A_rotated_face_gives_the_same_square_around_the_rotated_centre(float angle)
    {
        (float sin, float cos) = MathF.SinCos(angle * (MathF.PI / 180));
        FaceFraming framing = FaceFraming.Of(DetectorModel.Back);
        Check.All(
            Faces,
            face =>
            {
                CropSquare square = framing.Square(face.Box, face.Points);
                CropSquare turned = Mapped(framing, face, Turn, 1);

                AssertNear(
                    new(Turn(square.Center), square.Side, FaceFraming.Rotation(face.Points.Roll + angle)),
                    turned
                );
            }
        );
        FacePoint Turn(FacePoint p) => new((p.X * cos) - (p.Y * sin), (p.X * sin) + (p.Y * cos));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-7, 0)]
    [InlineData(10, 0)]
    [InlineData(15, 5)]
    [InlineData(-20, -10)]
    [InlineData(25, 20)]
    [InlineData(30, 30)]
    [InlineData(-90, -90)]
    [InlineData(180, 180)]
    public void A_slight_tilt_is_kept_and_a_large_one_rotated_away(float roll, float rotation) =>
        Assert.Equal(rotation, FaceFraming.Rotation(roll), 0.001f);

    [Fact]
    public void The_rotation_grows_without_jumps()
    {
        for (float roll = -180; roll < 180; roll += 0.5f)
        {
            Assert.InRange(FaceFraming.Rotation(roll + 0.5f) - FaceFraming.Rotation(roll), 0, 1.001f);
        }
    }

    [Theory]
    [InlineData(DetectorModel.Back)]
    [InlineData(DetectorModel.Front)]
    [InlineData(DetectorModel.Full)]
    public void Misplaced_keypoints_change_the_crop_by_little(DetectorModel detector)
    {
        FaceFraming framing = FaceFraming.Of(detector);
        foreach (float far in new[] { -1e6f, -300, 300, 1e6f })
        {
            (FaceBox box, FaceKeypoints points) = Face(100, (far, far), (far + 1, far));
            CropSquare square = framing.Square(box, points);
            CropSquare usual = framing.Square(box);

            Assert.InRange(square.Side - usual.Side, -100.1f * FaceFraming.MaxResize, 100.1f * FaceFraming.MaxResize);
            Assert.InRange(
                square.Center.X - usual.Center.X,
                -100.1f * FaceFraming.MaxShift,
                100.1f * FaceFraming.MaxShift
            );
            Assert.InRange(
                square.Center.Y - usual.Center.Y,
                -100.1f * FaceFraming.MaxShift,
                100.1f * FaceFraming.MaxShift
            );
        }
    }

    [Theory]
    [InlineData(DetectorModel.Back)]
    [InlineData(DetectorModel.Front)]
    [InlineData(DetectorModel.Full)]
    public void The_crop_follows_the_eyes(DetectorModel detector)
    {
        FaceFraming framing = FaceFraming.Of(detector);
        CropSquare middle = Square((-18, -17), (18, -17));
        CropSquare aside = Square((-12, -17), (24, -17));
        CropSquare low = Square((-18, -12), (18, -12));

        // Eyes 6 to the right or 5 further down in a box of 100: the crop follows by about half to all of it, and low
        // eyes mean that the box contains more of the forehead, so the crop is smaller.
        Assert.InRange(aside.Center.X - middle.Center.X, 2, 6);
        Assert.Equal(middle.Center.Y, aside.Center.Y, 0.01f);
        Assert.InRange(low.Center.Y - middle.Center.Y, 2.5f, 5);
        Assert.InRange(low.Side - middle.Side, -10, -2);

        CropSquare Square((float X, float Y) left, (float X, float Y) right)
        {
            (FaceBox box, FaceKeypoints points) = Face(100, left, right);
            return framing.Square(box, points);
        }
    }

    [Fact]
    public void A_box_without_keypoints_has_the_framing_of_the_medians()
    {
        CropSquare square = new FaceFraming(2, 0.1f).Square(new FaceBox(60, 40, 40, 60));
        CropSquare builtIn = FaceFraming.Of(DetectorModel.Back).Square(new FaceBox(0, 0, 100, 100));

        Assert.Equal(new CropSquare(new FacePoint(80, 75), 100, 0), square);
        AssertNear(new CropSquare(new FacePoint(50, 41.6f), 115.5f, 0), builtIn);
    }

    [Fact]
    public void A_framing_of_ones_own_ignores_the_eyes()
    {
        (FaceBox box, FaceKeypoints points) = Faces[0];

        Assert.Equal(new FaceFraming(2, 0.1f).Square(box), new FaceFraming(2, 0.1f).Square(box, points));
    }

    /// <summary>A face around (0, 0).</summary>
    private static (FaceBox Box, FaceKeypoints Points) Face(
        float side,
        (float X, float Y) left,
        (float X, float Y) right
    ) =>
        (
            new FaceBox(-side / 2, -side / 2, side, side),
            new(new(left.X, left.Y), new(right.X, right.Y), new(2, 5), new(1, 22), new(-40, -8), new(41, -7))
        );

    /// <summary>The crop of a face whose box is moved with its centre and scaled, as a detector's would be.</summary>
    private static CropSquare Mapped(
        FaceFraming framing,
        (FaceBox Box, FaceKeypoints Points) face,
        Func<FacePoint, FacePoint> map,
        float scale
    )
    {
        FaceKeypoints p = face.Points;
        FacePoint centre = map(face.Box.Center);
        float width = face.Box.Width * scale,
            height = face.Box.Height * scale;
        return framing.Square(
            new FaceBox(centre.X - (width / 2), centre.Y - (height / 2), width, height),
            new FaceKeypoints(
                map(p.LeftEye),
                map(p.RightEye),
                map(p.Nose),
                map(p.Mouth),
                map(p.LeftEar),
                map(p.RightEar)
            )
        );
    }

    private static void AssertNear(CropSquare expected, CropSquare actual)
    {
        Assert.Equal(expected.Center.X, actual.Center.X, 0.01f);
        Assert.Equal(expected.Center.Y, actual.Center.Y, 0.01f);
        Assert.Equal(expected.Side, actual.Side, 0.01f);
        Assert.Equal(expected.Rotation, actual.Rotation, 0.01f);
    }
}
