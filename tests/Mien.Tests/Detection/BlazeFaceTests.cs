using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Tests;

/// <summary>
/// Compares input and decoding of the detector with a naive implementation of MediaPipe's, in double precision.
/// </summary>
public sealed class BlazeFaceTests
{
    [Theory]
    [InlineData(DetectorModel.Back, 256)]
    [InlineData(DetectorModel.Front, 128)]
    [InlineData(DetectorModel.Full, 192)]
    public void Boxes_match_those_of_a_naive_decoder(DetectorModel model, int side)
    {
        // Twice as wide as the network's input, and landscape: 2×2 pixels become one, and the rest of the input is
        // black.
        GrayImage image = MadePhotos.Canvas(
            side * 2,
            side * 3 / 2,
            new MadeFace("happiness", side / 4, side / 4, side * 9 / 10),
            new MadeFace("surprise", side * 5 / 4, side / 3, side * 2 / 3)
        );
        using Photo photo = MadePhotos.Photo(image);
        using BlazeFace network = BlazeFace.Open(model, new ClassifierOptions { Threads = 1 });
        var found = new List<FaceCandidate>();

        network.Run(photo, new Tile(0, 0, photo.PixelWidth, photo.PixelHeight), 0.5f, found);

        List<double[]> expected = Naive(image, side, model, 0.5);
        Assert.True(expected.Count > 1, $"{expected.Count} candidates");
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            Assert.Equal(expected[i][0], found[i].Score, 1e-3);
            for (int v = 0; v < FaceGeometry.Length; v++)
            {
                FaceGeometry geometry = found[i].Geometry;
                Assert.Equal(expected[i][1 + v], geometry[v], 0.1);
            }
        }
    }

    [Theory]
    [InlineData(200, 150, 0, 0, 200, 150)]
    [InlineData(320, 240, 50, 25, 150, 100)]
    [InlineData(150, 350, 10, 20, 125, 300)]
    [InlineData(50, 40, 3, 4, 40, 30)]
    [InlineData(1, 1, 0, 0, 1, 1)]
    [InlineData(20000, 2, 0, 0, 20000, 2)]
    public void The_tile_is_in_the_upper_left_corner_of_a_black_input(
        int width,
        int height,
        int x,
        int y,
        int tileWidth,
        int tileHeight
    )
    {
        byte[] rgb = new byte[width * height * 3];
        new Random(4).NextBytes(rgb);
        using Photo photo = Photo.FromPixels(rgb, width, height, PixelLayout.Rgb);
        const int side = 64;
        float[] input = new float[side * side * 3];
        input.AsSpan().Fill(99);

        InputMapping mapping = DetectorInput.Fill(photo, new Tile(x, y, tileWidth, tileHeight), side, input);
        (float scaleX, float scaleY) = (mapping.ScaleX, mapping.ScaleY);
        Assert.Equal(new Vector2(x, y), Vector2.Transform(Vector2.Zero, mapping.ToPhoto));

        // The expected interpolated values come from GrayImage.Resize, which rounds to whole gray values.
        bool smaller = Math.Max(tileWidth, tileHeight) > side;
        double tolerance = smaller ? 1e-5 : 0.51 / 127.5;
        int columns = (int)Math.Round(tileWidth / scaleX),
            rows = (int)Math.Round(tileHeight / scaleY);
        Assert.Equal(side, Math.Max(columns, rows));
        for (int c = 0; c < 3; c++)
        {
            byte[] channel = new byte[tileWidth * tileHeight];
            for (int i = 0; i < channel.Length; i++)
            {
                channel[i] = rgb[((((y + (i / tileWidth)) * width) + x + (i % tileWidth)) * 3) + c];
            }

            double[] expected = smaller
                ? Means(channel, tileWidth, tileHeight, columns, rows)
                :
                [
                    .. new GrayImage(tileWidth, tileHeight, channel)
                        .Resize(columns, rows, ResizeKernel.Bilinear)
                        .Pixels,
                ];
            for (int i = 0; i < side * side; i++)
            {
                bool inside = i % side < columns && i / side < rows;
                double value = inside ? (expected[(i / side * columns) + (i % side)] / 127.5) - 1 : -1;
                Assert.True(
                    Math.Abs(value - input[(i * 3) + c]) < (inside ? tolerance : 1e-9),
                    $"{i % side}, {i / side}: expected {value}, got {input[(i * 3) + c]}"
                );
            }
        }
    }

    [Theory]
    [InlineData(200, 150, -50, -40, 300, 250)]
    [InlineData(40, 30, -20, -20, 80, 70)]
    [InlineData(300, 20, -75, -75, 450, 170)]
    [InlineData(65000, 1, -16250, -16250, 97500, 32501)]
    public void What_lies_outside_the_photo_is_gray(int width, int height, int x, int y, int tileWidth, int tileHeight)
    {
        const int side = 64;
        using Photo white = Photo.FromPixels(
            Enumerable.Repeat((byte)255, width * height).ToArray(),
            width,
            height,
            PixelLayout.Gray
        );
        float[] input = new float[side * side * 3];
        input.AsSpan().Fill(99);

        InputMapping mapping = DetectorInput.Fill(white, new Tile(x, y, tileWidth, tileHeight), side, input);

        int inside = 0;
        for (int i = 0; i < side * side; i++)
        {
            Vector2 at = Vector2.Transform(new Vector2((i % side) + 0.5f, (i / side) + 0.5f), mapping.ToPhoto);
            bool isInside = at.X > 0 && at.Y > 0 && at.X < width && at.Y < height;
            inside += isInside ? 1 : 0;
            Assert.Equal(isInside ? 1 : 0, input[i * 3], 1e-5f);
        }

        Assert.True(inside > 0);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_turned_tile_is_the_upright_one_of_the_turned_photo(int angle)
    {
        const int side = 64;
        const int width = 192;
        const int height = 126;
        byte[] gray = new byte[width * height];
        new Random(5).NextBytes(gray);
        using Photo photo = Photo.FromPixels(gray, width, height, PixelLayout.Gray);

        // The photo turned back by the angle, in which faces of that angle are upright.
        (int turnedWidth, int turnedHeight) = angle == 180 ? (width, height) : (height, width);
        byte[] turned = new byte[gray.Length];
        for (int y = 0; y < turnedHeight; y++)
        {
            for (int x = 0; x < turnedWidth; x++)
            {
                (int fromX, int fromY) = angle switch
                {
                    90 => (width - 1 - y, x),
                    180 => (width - 1 - x, height - 1 - y),
                    _ => (y, height - 1 - x),
                };
                turned[(y * turnedWidth) + x] = gray[(fromY * width) + fromX];
            }
        }

        using Photo upright = Photo.FromPixels(turned, turnedWidth, turnedHeight, PixelLayout.Gray);
        float[] expected = new float[side * side * 3],
            input = new float[side * side * 3];
        InputMapping plain = DetectorInput.Fill(upright, new Tile(0, 0, turnedWidth, turnedHeight), side, expected);
        InputMapping mapping = DetectorInput.Fill(photo, new Tile(0, 0, width, height, angle), side, input);

        // The turned photo lies in the middle of the input, the upright one in its corner.
        int columns = (int)MathF.Round(turnedWidth / plain.ScaleX),
            rows = (int)MathF.Round(turnedHeight / plain.ScaleY);
        int left = (side - columns) / 2,
            top = (side - rows) / 2;
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                Assert.Equal(expected[((y * side) + x) * 3], input[(((y + top) * side) + x + left) * 3], 2f / 255);
            }
        }

        // The point in the middle of the upper edge of the turned photo.
        Vector2 upper = Vector2.Transform(new Vector2(side / 2f, top), mapping.ToPhoto);
        Vector2 position = angle switch
        {
            90 => new Vector2(width, height / 2f),
            180 => new Vector2(width / 2f, height),
            _ => new Vector2(0, height / 2f),
        };
        Assert.True(Vector2.Distance(position, upper) < 0.1f, $"{upper}");
    }

    [Fact]
    public void A_disposed_detector_throws()
    {
        FaceDetector detector = FaceDetector.Load(DetectorModel.Front);
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(100, 100));
        Assert.Empty(detector.Detect(photo));
        detector.Dispose();
        detector.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detector.Detect(photo));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceDetector.Load((DetectorModel)5));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { MinScore = 1.1f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { MinScore = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { MinFace = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { MinFace = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { MaxFaces = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { Tiles = (Tiling)7 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DetectionOptions { Angles = (AngleSearch)7 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecognizerOptions { UncertainBelow = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecognizerOptions { MaxFaceCropSize = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecognizerOptions { Detector = (DetectorModel)5 });
    }

    /// <summary>Means of whole pixels; each belongs to the target pixel that contains its upper left corner.</summary>
    private static double[] Means(byte[] pixels, int width, int height, int columns, int rows)
    {
        double[] sums = new double[columns * rows],
            counts = new double[columns * rows];
        for (int i = 0; i < pixels.Length; i++)
        {
            int column = Enumerable.Range(0, columns).Last(c => (long)c * width / columns <= i % width);
            int row = Enumerable.Range(0, rows).Last(r => (long)r * height / rows <= i / width);
            sums[(row * columns) + column] += pixels[i];
            counts[(row * columns) + column]++;
        }

        return [.. sums.Zip(counts, (s, n) => s / n)];
    }

    private static List<double[]> Naive(GrayImage image, int side, DetectorModel model, double threshold)
    {
        var input = new DenseTensor<float>([1, side, side, 3]);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                double mean =
                    y * 2 >= image.Height
                        ? 0
                        : (
                            image.Pixels[(y * 2 * image.Width) + (x * 2)]
                            + image.Pixels[(y * 2 * image.Width) + (x * 2) + 1]
                            + image.Pixels[(((y * 2) + 1) * image.Width) + (x * 2)]
                            + image.Pixels[(((y * 2) + 1) * image.Width) + (x * 2) + 1]
                        ) / 4.0;
                input[0, y, x, 0] = input[0, y, x, 1] = input[0, y, x, 2] = (float)((mean / 127.5) - 1);
            }
        }

        bool isFull = model == DetectorModel.Full;
        using Stream stream = typeof(FaceDetector).Assembly.GetManifestResourceStream(
            $"Mien.BlazeFace.{model.ToString().ToLowerInvariant()}.onnx"
        )!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(bytes, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run([
            NamedOnnxValue.CreateFromTensor(isFull ? "input" : "input:0", input),
        ]);
        var found = new List<double[]>();
        foreach (
            (string scores, string boxes, int grid, int anchors) in isFull
                ? new[] { ("reshaped_classifier_face_4", "reshaped_regressor_face_4", 48, 1) }
                : [("Identity:0", "Identity_2:0", 16, 2), ("Identity_1:0", "Identity_3:0", 8, 6)]
        )
        {
            float[] logits = [.. outputs.Single(o => o.Name == scores).AsEnumerable<float>()];
            float[] values = [.. outputs.Single(o => o.Name == boxes).AsEnumerable<float>()];
            for (int y = 0, i = 0; y < grid; y++)
            {
                for (int x = 0; x < grid; x++)
                {
                    for (int a = 0; a < anchors; a++, i++)
                    {
                        double score = 1 / (1 + Math.Exp(-logits[i]));
                        if (score < threshold)
                        {
                            continue;
                        }

                        // Two photo pixels per input pixel.
                        double[] face = new double[17];
                        face[0] = score;
                        for (int v = 0; v < 16; v++)
                        {
                            double anchor = ((v % 2 == 0 ? x : y) + 0.5) / grid * side;
                            face[1 + v] = 2 * (values[(i * 16) + v] + (v is 2 or 3 ? 0 : anchor));
                        }

                        found.Add(face);
                    }
                }
            }
        }

        return found;
    }
}
