namespace Mien.Tests;

/// <summary>The face mesh: its input against plain loops, and what it says of made photos.</summary>
public sealed class FaceMeshTests : IDisposable
{
    private const int Side = 192;

    private readonly FaceMesh mesh = new(new ClassifierOptions { Threads = 1, Spinning = false });

    public void Dispose() => mesh.Dispose();

    [Theory]
    [InlineData(300, 200, 40, 30, 100, 80, 0)] // enlarged
    [InlineData(300, 200, 100, 60, 90, 100, 33)]
    [InlineData(300, 200, -30, 150, 80, 60, -120)] // over the edges
    [InlineData(3, 2, 0, 0, 3, 2, 10)]
    [InlineData(1, 1, 0, 0, 1, 1, 0)]
    public void An_enlarged_square_is_interpolated(int width, int height, int x, int y, int w, int h, float roll)
    {
        byte[] rgb = Random(width, height);
        using Photo photo = Photo.FromPixels(rgb, width, height, PixelLayout.Rgb);

        float[] input = Fill(photo, new FaceBox(x, y, w, h), roll);

        double length = 1.5 * Math.Max(w, h);
        (double sin, double cos) = Math.SinCos(roll * Math.PI / 180);
        for (int i = 0; i < Side * Side; i++)
        {
            double u = (((i % Side) + 0.5) / Side - 0.5) * length,
                v = (((i / Side) + 0.5) / Side - 0.5) * length;
            double px = x + (w / 2.0) + (u * cos) - (v * sin),
                py = y + (h / 2.0) + (u * sin) + (v * cos);
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(Bilinear(rgb, width, height, px, py, c) / 255, input[(i * 3) + c], 1e-3);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(-90)]
    public void Whole_blocks_are_averaged(float roll)
    {
        // 576 pixels: three per input pixel. The blocks begin at the left and upper edge of what is read, which is two
        // blocks outside the square.
        const int width = 620,
            height = 610;
        byte[] rgb = Random(width, height);
        using Photo photo = Photo.FromPixels(rgb, width, height, PixelLayout.Rgb);

        float[] input = Fill(photo, new FaceBox(11 + 96, 7 + 96, 384, 384), roll);

        for (int i = 0; i < Side * Side; i++)
        {
            (int x, int y) = (i % Side, i / Side);
            (int blockX, int blockY) = roll switch
            {
                90 => (Side - 1 - y, x),
                -90 => (y, Side - 1 - x),
                _ => (x, y),
            };
            for (int c = 0; c < 3; c++)
            {
                double sum = 0;
                for (int k = 0; k < 9; k++)
                {
                    int at = ((7 + (blockY * 3) + (k / 3)) * width) + 11 + (blockX * 3) + (k % 3);
                    sum += rgb[(at * 3) + c];
                }

                // The means of the blocks are rounded to whole values.
                Assert.Equal(sum / 9 / 255, input[(i * 3) + c], 0.0021);
            }
        }
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(400, 25)]
    [InlineData(700, 130)]
    [InlineData(160, -40)] // 1.25 pixels per input pixel
    public void A_reduced_square_is_averaged_over_areas(float side, float roll)
    {
        // A smooth photo, of which the exact mean over an area is close to the value in its middle.
        const int width = 900,
            height = 800;
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                rgb[(i * 3) + c] = (byte)Math.Round(Smooth(i % width + 0.5, i / width + 0.5, c));
            }
        }

        using Photo photo = Photo.FromPixels(rgb, width, height, PixelLayout.Rgb);
        var box = new FaceBox(450 - (side / 2), 400 - (side / 2), side, side);

        float[] input = Fill(photo, box, roll);

        FaceMeshSquare square = FaceMeshSquare.Of(box, roll);
        int compared = 0;
        for (int i = 0; i < Side * Side; i++)
        {
            FacePoint at = square.ToPhoto((i % Side) + 0.5f, (i / Side) + 0.5f);
            if (at.X < 8 || at.Y < 8 || at.X > width - 8 || at.Y > height - 8)
            {
                continue;
            }

            compared++;
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(Smooth(at.X, at.Y, c) / 255, input[(i * 3) + c], 0.01);
            }
        }

        Assert.True(compared > Side * Side / 2, $"{compared} compared");
    }

    [Fact]
    public void Fine_patterns_do_not_alias()
    {
        // Columns of black and white, two pixels of each input pixel: gray at every angle.
        byte[] pixels = [.. Enumerable.Range(0, 800 * 800).Select(i => (byte)(i % 2 * 255))];
        using Photo photo = Photo.FromPixels(pixels, 800, 800, PixelLayout.Gray);

        foreach (float roll in new[] { 0f, 20, 45, 90 })
        {
            Check.All(Fill(photo, new FaceBox(250, 250, 256, 256), roll), v => Assert.InRange(v, 0.3f, 0.7f));
        }
    }

    [Fact]
    public void The_edge_is_repeated_outside_the_photo()
    {
        byte[] rgb = [.. Enumerable.Range(0, 500 * 500).SelectMany(_ => new byte[] { 200, 100, 50 })];
        using Photo photo = Photo.FromPixels(rgb, 500, 500, PixelLayout.Rgb);

        foreach (FaceBox box in new[] { new FaceBox(-90, -90, 100, 100), new FaceBox(490, 480, 900, 900) })
        {
            float[] input = Fill(photo, box, 15);
            for (int i = 0; i < input.Length; i++)
            {
                Assert.Equal(
                    (i % 3) switch
                    {
                        0 => 200,
                        1 => 100,
                        _ => 50,
                    } / 255.0,
                    input[i],
                    1e-4
                );
            }
        }
    }

    [Fact]
    public void Faces_are_present_and_other_things_are_not()
    {
        using Photo group = MadePhotos.Photo(MadePhotos.Group());
        foreach ((Expression _, int x, int y, int side) in MadePhotos.GroupFaces)
        {
            FaceBox box = new MadeFace("", x, y, side).Box;
            Assert.InRange(mesh.Presence(group, box, 0), 0.9f, 1);
        }

        using Photo empty = MadePhotos.Photo(MadePhotos.Empty());
        Assert.InRange(mesh.Presence(empty, new FaceBox(100, 50, 90, 90), 0), 0, 0.1f);
        Assert.InRange(mesh.Presence(group, new FaceBox(20, 300, 120, 120), 0), 0, 0.1f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-90)]
    [InlineData(180)]
    public void The_points_follow_a_turned_face(float roll)
    {
        GrayImage image = MadePhotos.Canvas(500, 500, new MadeFace("neutral", 150, 150, 200));
        using Photo photo = MadePhotos.Turned(image, roll);
        var points = new FacePoint[FaceMesh.Points];

        float presence = mesh.Presence(photo, new FaceBox(160, 160, 180, 180), roll, points);

        Assert.InRange(presence, 0.9f, 1);
        (float sin, float cos) = MathF.SinCos(-roll * (MathF.PI / 180));

        // Points of MediaPipe's mesh: the outer corners of the eyes, the tip of the nose, the chin.
        FacePoint left = Upright(points[33]),
            right = Upright(points[263]),
            nose = Upright(points[1]),
            chin = Upright(points[152]);
        Assert.InRange(left.X, 170, 230);
        Assert.InRange(right.X, 270, 330);
        Assert.InRange(Math.Abs(left.Y - right.Y), 0, 12);
        Assert.InRange(nose.X, 230, 270);
        Assert.True(left.Y + 20 < nose.Y && nose.Y + 40 < chin.Y, $"{left.Y}, {nose.Y}, {chin.Y}");
        Check.All(points, p => Assert.InRange(Upright(p).X, 120, 380));

        FacePoint Upright(FacePoint p) =>
            new(250 + ((p.X - 250) * cos) - ((p.Y - 250) * sin), 250 + ((p.X - 250) * sin) + ((p.Y - 250) * cos));
    }

    [Fact]
    public void Runs_at_the_same_time_give_the_same()
    {
        using Photo group = MadePhotos.Photo(MadePhotos.Group());
        FaceBox[] boxes = [.. MadePhotos.GroupFaces.Select(f => new MadeFace("", f.X, f.Y, f.Side).Box)];
        float[] alone = [.. boxes.Select(b => mesh.Presence(group, b, 0))];
        using var other = new FaceMesh(new ClassifierOptions());
        float[] together = new float[24];

        Parallel.For(0, 24, i => together[i] = other.Presence(group, boxes[i % 3], 0));

        Assert.Equal(Enumerable.Range(0, 24).Select(i => alone[i % 3]), together);
    }

    [Fact]
    public void A_disposed_mesh_throws()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Empty());
        var used = new FaceMesh(new ClassifierOptions());
        used.Presence(photo, new FaceBox(10, 10, 50, 50), 0);
        used.Dispose();
        used.Dispose();
        var unused = new FaceMesh(new ClassifierOptions());
        unused.Dispose();

        Assert.Throws<ObjectDisposedException>(() => used.Presence(photo, new FaceBox(10, 10, 50, 50), 0));
        Assert.Throws<ObjectDisposedException>(() => unused.Presence(photo, new FaceBox(10, 10, 50, 50), 0));
    }

    private static float[] Fill(Photo photo, FaceBox box, float roll)
    {
        float[] input = new float[Side * Side * 3];
        input.AsSpan().Fill(99);
        FaceMeshInput.Fill(photo, FaceMeshSquare.Of(box, roll), input);
        return input;
    }

    private static byte[] Random(int width, int height)
    {
        byte[] rgb = new byte[width * height * 3];
        new Random(5).NextBytes(rgb);
        return rgb;
    }

    private static double Smooth(double x, double y, int channel) =>
        128 + (100 * Math.Sin((x / 90) + channel) * Math.Cos((y / 70) - channel));

    private static double Bilinear(byte[] rgb, int width, int height, double x, double y, int channel)
    {
        x -= 0.5;
        y -= 0.5;
        int column = (int)Math.Floor(x),
            row = (int)Math.Floor(y);
        double value = 0;
        for (int k = 0; k < 4; k++)
        {
            int i = column + (k % 2),
                j = row + (k / 2);
            int at = (Math.Clamp(j, 0, height - 1) * width) + Math.Clamp(i, 0, width - 1);
            value += (1 - Math.Abs(x - i)) * (1 - Math.Abs(y - j)) * rgb[(at * 3) + channel];
        }

        return value;
    }
}
