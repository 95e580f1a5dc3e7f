using SkiaSharp;

namespace Mien.Tests;

/// <summary>The whole pipeline, from synthetic photos to expressions.</summary>
public sealed class RecognizeTests
{
    private static readonly MadeFace[] Three =
    [
        new("happiness", 80, 100, 160),
        new("sadness", 400, 110, 140),
        new("disgust", 240, 330, 190),
    ];

    private static FaceExpressionRecognizer Recognizer => Recognizers.Shared;

    [Fact]
    public void Synthetic_faces_are_found_at_their_positions_in_reading_order()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(640, 560, Three));

        RecognitionResult result = Recognizer.Recognize(photo, "three");

        Assert.Equal(
            (RecognitionStatus.Ok, "three", 640, 560, 2, false),
            (result.Status, result.Name, result.Width, result.Height, result.DetectorRuns, result.IsFaceCrop)
        );
        AssertFound(Three, result);
        Check.All(
            result.Faces,
            f =>
            {
                Assert.InRange(f.Roll, -10, 10);
                Assert.InRange(f.DetectionScore!.Value, 0.5f, 1);
                Assert.Equal(1, f.LabelScores.Values.Sum(), 1e-4);
                Assert.Equal(f.Confidence < Recognizer.UncertainBelow, f.IsUncertain);
                Assert.True(
                    f.Keypoints!.LeftEye.X < f.Keypoints.RightEye.X && f.Keypoints.Mouth.Y > f.Keypoints.LeftEye.Y
                );
                Assert.Null(f.Crop);
            }
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Faces_are_found_upright_for_every_EXIF_orientation(int orientation)
    {
        GrayImage upright = MadePhotos.Canvas(640, 560, Three);
        byte[] jpeg = ImageFiles.WithOrientation(
            ImageFiles.Encode(ImageFiles.Stored(upright, orientation), SKEncodedImageFormat.Jpeg, 95),
            (ushort)orientation
        );

        RecognitionResult result = Recognizer.Recognize(jpeg);

        Assert.Equal((640, 560), (result.Width, result.Height));
        AssertFound(Three, result);
    }

    [Fact]
    public void Every_type_of_input_gives_the_same_result()
    {
        byte[] png = MadePhotos.Canvas(640, 560, Three).EncodePng();
        using var folder = new TempFolder();
        string path = folder.Write("три лица.png", png);
        using var stream = new MemoryStream(png);
        using Photo photo = Photo.Decode(png);
        string expected = Recognizers.Describe(Recognizer.Recognize(png));

        Assert.Equal(expected, Recognizers.Describe(Recognizer.Recognize(path)));
        Assert.Equal(expected, Recognizers.Describe(Recognizer.Recognize(stream)));
        Assert.Equal(expected, Recognizers.Describe(Recognizer.Recognize(photo)));
        Assert.Equal(path, Recognizer.Recognize(path).Name);
        Assert.Null(Recognizer.Recognize(png).Name);
    }

    [Fact]
    public void Small_faces_in_a_large_photo_are_found_with_tiles()
    {
        // 56 of 1920 pixels, far below 1/15.
        MadeFace[] small = [new("happiness", 300, 200, 56), new("disgust", 1500, 900, 56)];
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(1920, 1280, small));

        RecognitionResult none = Recognizer.Recognize(
            photo,
            options: With(new DetectionOptions { Tiles = Tiling.None })
        );
        RecognitionResult auto = Recognizer.Recognize(photo);
        RecognitionResult all = Recognizer.Recognize(photo, options: With(new DetectionOptions { Tiles = Tiling.All }));

        // Two networks on the whole photo, one with a border, three turned photos; and four tiles.
        Assert.Equal((2 + 1 + 3, 2 + 4 + 1 + 3), (none.DetectorRuns, auto.DetectorRuns));
        Assert.True(all.DetectorRuns > auto.DetectorRuns);
        Assert.Equal(RecognitionStatus.NoFace, none.Status);
        AssertFound(small, all);
    }

    [Fact]
    public void The_box_of_a_cut_face_is_clipped_and_its_crop_is_not()
    {
        // A face of 300 pixels, of which the left fifth is outside.
        GrayImage whole = MadePhotos.Canvas(640, 560, new MadeFace("happiness", 100, 130, 300));
        const int cut = 160;
        byte[] pixels = new byte[(whole.Width - cut) * whole.Height];
        for (int y = 0; y < whole.Height; y++)
        {
            whole
                .Pixels.AsSpan((y * whole.Width) + cut, whole.Width - cut)
                .CopyTo(pixels.AsSpan(y * (whole.Width - cut)));
        }

        using Photo photo = MadePhotos.Photo(new GrayImage(whole.Width - cut, whole.Height, pixels));
        using FaceDetector detector = FaceDetector.Load();
        DetectedFace detected = Assert.Single(detector.Detect(photo));
        RecognizedFace face = Assert.Single(
            Recognizer.Recognize(photo, options: new RecognitionOptions { KeepCrops = true }).Faces
        );
        byte[] crop = new byte[face.Crop!.Pixels.Length];
        FaceCropper.Crop(
            photo,
            FaceFraming.Of(detected.Detector).Square(detected.Box, detected.Keypoints),
            Recognizer.Contract,
            crop
        );

        Assert.True(detected.Box.X < -5, $"{detected.Box}");
        Assert.Equal(0, face.Box.X);
        Assert.Equal(detected.Box.Right, face.Box.Right, 0.01f);
        Assert.True(face.Quality.TouchesEdge);
        Assert.Equal(crop, face.Crop.Pixels);
    }

    [Fact]
    public void Detection_options_filter_the_faces()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(640, 560, Three));
        IReadOnlyList<RecognizedFace> all = Recognizer.Recognize(photo).Faces;
        float[] sides = [.. all.Select(f => Math.Min(f.Box.Width, f.Box.Height)).Order()];
        float lowest = all.Min(f => f.DetectionScore!.Value);

        Assert.Empty(Faces(new DetectionOptions { MinScore = 1 }));
        Assert.Equal(2, Faces(new DetectionOptions { MinScore = lowest + 1e-4f }).Count);
        Assert.Equal(3, Faces(new DetectionOptions { MinFace = sides[0] }).Count);
        Assert.Single(Faces(new DetectionOptions { MinFace = sides[1] + 1 }));

        // The largest faces are kept, still in reading order.
        Assert.Equal(
            all.OrderByDescending(f => f.Box.Area).Take(2).Select(f => f.Box).OrderBy(b => b.Y),
            Faces(new DetectionOptions { MaxFaces = 2 }).Select(f => f.Box)
        );

        IReadOnlyList<RecognizedFace> Faces(DetectionOptions detection) =>
            Recognizer.Recognize(photo, options: With(detection)).Faces;
    }

    [Fact]
    public void Faces_are_explained_on_request()
    {
        using var folder = new TempFolder();
        string model = folder.Write("marked.onnx", MarkedModel.Build(MarkedModel.Contract));
        using FaceExpressionRecognizer recognizer = Recognizers.Create(new RecognizerOptions { Model = model });
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(640, 560, Three));
        var options = new RecognitionOptions { Explain = true, KeepCrops = true };
        byte[] crop = MarkedModel.Face().EncodePng();

        IReadOnlyList<RecognizedFace> faces = recognizer.Recognize(photo, options: options).Faces;
        Assert.Equal(3, faces.Count);
        foreach (
            RecognizedFace face in (RecognizedFace[])[.. faces, recognizer.Recognize(crop, options: options).Faces[0]]
        )
        {
            using ExpressionClassifier classifier = MarkedModel.Open();
            FaceExplanation expected = classifier.Explain(face.Crop!);
            Assert.Equal(
                (face.Label, expected.Method, 24),
                (face.Explanation!.Label, face.Explanation.Method, face.Explanation.Width)
            );
            Check.All(expected.Values.Zip(face.Explanation.Values), p => Assert.Equal(p.First, p.Second, 1e-4));
        }

        Check.All(recognizer.Recognize(photo).Faces, f => Assert.Null(f.Explanation));
        Assert.Null(recognizer.Recognize(crop).Faces[0].Explanation);
        Assert.Empty(recognizer.Recognize(photo, options: options with { Boxes = [] }).Faces);
    }

    [Fact]
    public void Boxes_of_the_caller_are_used_without_running_the_detector()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(640, 560, Three));
        RecognizedFace found = Recognizer.Recognize(photo).Faces[0];
        FaceBox[] boxes = [found.Box, new FaceBox(-20, 500, 100, 90)];

        RecognitionResult result = Recognizer.Recognize(
            photo,
            options: new RecognitionOptions { Boxes = boxes, KeepCrops = true }
        );

        Assert.Equal((0, 2), (result.DetectorRuns, result.Faces.Count));
        Assert.Equal(boxes, result.Faces.Select(f => f.Box));
        Check.All(
            result.Faces,
            f => Assert.True(f is { Keypoints: null, DetectionScore: null, Roll: 0, Crop: not null })
        );
        Assert.Equal(
            RecognitionStatus.NoFace,
            Recognizer.Recognize(photo, options: new RecognitionOptions { Boxes = [] }).Status
        );
        MienException outside = Assert.Throws<MienException>(() =>
            Recognizer.Recognize(photo, "p.jpg", new RecognitionOptions { Boxes = [new FaceBox(5000, 10, 20, 20)] })
        );
        Assert.Equal("boxOutside", outside.Code);
        Assert.StartsWith(
            "p.jpg: the box at 5000,10 of 20×20 is outside the image of 640×560",
            outside.Message,
            StringComparison.Ordinal
        );
        foreach (
            FaceBox bad in new FaceBox[]
            {
                new(0, 0, 0, 10),
                new(0, 0, 10, -1),
                new(float.NaN, 0, 10, 10),
                new(0, 0, float.PositiveInfinity, 10),
            }
        )
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() =>
                Recognizer.Recognize(photo, options: new RecognitionOptions { Boxes = [bad] })
            );
            Assert.Contains(
                "is invalid: expected finite numbers, and a width and height over 0",
                error.Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void The_crop_is_what_the_network_saw()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(640, 560, Three));
        using ExpressionClassifier classifier = ExpressionClassifier.Load();

        RecognitionResult result = Recognizer.Recognize(photo, options: new RecognitionOptions { KeepCrops = true });

        foreach (RecognizedFace face in result.Faces)
        {
            Assert.Equal((Recognizer.Contract.Width, Recognizer.Contract.Height), (face.Crop!.Width, face.Crop.Height));
            Assert.Equal(
                classifier.Classify(face.Crop).LabelScores.Values.Select(p => Math.Round(p, 5)),
                face.LabelScores.Values.Select(p => Math.Round(p, 5))
            );
        }
    }

    [Fact]
    public void Small_images_are_face_crops_unless_the_options_say_otherwise()
    {
        byte[] face = SampleFaces.CropFile(Expression.Happiness);
        using ExpressionClassifier classifier = ExpressionClassifier.Load();
        IReadOnlyList<float> expected = classifier.Classify(GrayImage.Decode(face)).LabelScores.Values;

        RecognitionResult crop = Recognizer.Recognize(face, options: new RecognitionOptions { KeepCrops = true });

        Assert.True(crop is { IsFaceCrop: true, DetectorRuns: 0, Status: RecognitionStatus.Ok });
        Assert.Equal(new FaceBox(0, 0, 48, 48), crop.Faces[0].Box);
        Assert.Equal(expected, crop.Faces[0].LabelScores.Values);
        Assert.Equal(GrayImage.Decode(face).Pixels, crop.Faces[0].Crop!.Pixels);
        Assert.InRange(
            Recognizer.Recognize(face, options: new RecognitionOptions { IsFaceCrop = false }).DetectorRuns,
            2,
            6
        );
        byte[] large = MadePhotos.Canvas(65, 64).EncodePng();
        Assert.Equal((false, 6), (Recognizer.Recognize(large).IsFaceCrop, Recognizer.Recognize(large).DetectorRuns));
        Assert.True(Recognizer.Recognize(large, options: new RecognitionOptions { IsFaceCrop = true }).IsFaceCrop);
        using Photo small = Photo.Decode(face);
        Assert.Equal(expected, Recognizer.Recognize(small).Faces[0].LabelScores.Values);
    }

    [Fact]
    public void Photos_without_a_face_are_not_an_error()
    {
        GrayImage[] empty =
        [
            MadePhotos.Canvas(300, 200),
            ImageFiles.Gradient(500, 400),
            ImageFiles.Pattern(400, 300),
            MadePhotos.Canvas(1000, 2),
            MadePhotos.Canvas(65, 1),
        ];
        foreach (GrayImage image in empty)
        {
            RecognitionResult result = Recognizer.Recognize(image.EncodePng());
            Assert.Equal(RecognitionStatus.NoFace, result.Status);
            Assert.Empty(result.Faces);
            Assert.Null(result.Error);
        }
    }

    [Fact]
    public void A_large_jpeg_is_decoded_at_half_size_and_gives_the_same_faces()
    {
        MadeFace[] large = [new("happiness", 500, 700, 800), new("disgust", 2400, 900, 900)];
        byte[] jpeg = ImageFiles.Encode(MadePhotos.Canvas(3840, 2400, large), SKEncodedImageFormat.Jpeg, 92);
        RecognitionOptions options = With(new DetectionOptions { Tiles = Tiling.None }) with { KeepCrops = true };
        using Photo whole = Photo.Decode(jpeg);
        using Photo half = PhotoDecoder.Decode(
            jpeg,
            "half",
            ImageLimits.Default,
            (width, height) => TilePlan.NeededSide(width, height, Tiling.None, 48)
        );
        Assert.Equal((1920, 1200), (half.PixelWidth, half.PixelHeight));

        RecognitionResult expected = Recognizer.Recognize(whole, options: options),
            result = Recognizer.Recognize(jpeg, options: options);

        Assert.Equal((3840, 2400), (result.Width, result.Height));
        AssertFound(large, result);
        for (int i = 0; i < large.Length; i++)
        {
            RecognizedFace a = expected.Faces[i],
                b = result.Faces[i];
            Assert.True(a.Box.IntersectionOverUnion(b.Box) > 0.97, $"{a.Box} against {b.Box}");
            Assert.True(a.Crop!.Pixels.Zip(b.Crop!.Pixels, (x, y) => Math.Abs(x - y)).Average() < 2);
            Assert.Equal(a.Expression, b.Expression);
            Assert.Equal(a.Confidence, b.Confidence, 0.05f);
        }
    }

    [Theory]
    [InlineData(-20)]
    [InlineData(15)]
    public void Rotated_faces_are_found_with_their_roll_angle(float angle)
    {
        GrayImage upright = MadePhotos.Canvas(500, 500, new MadeFace("happiness", 150, 150, 200));
        using Photo photo = MadePhotos.Turned(upright, angle);

        RecognizedFace face = Assert.Single(Recognizer.Recognize(photo).Faces);

        Assert.Equal(angle, face.Roll, 8.0f);
    }

    [Fact]
    public void Errors_have_one_type_and_name_the_image()
    {
        using var folder = new TempFolder();
        Assert.Equal("notAnImage", Code(folder.Write("a.jpg", "text text"u8.ToArray())));
        Assert.Equal("emptyFile", Code(folder.Write("b.jpg", [])));
        Assert.Equal("isDirectory", Code(folder.Path));
        Assert.Equal("fileNotFound", Code(Path.Combine(folder.Path, "c.jpg")));
        Assert.Equal("tooLarge", Code(folder.Write("d.png", ImageFiles.Png(60000, 60000, 8, 2, []))));
        byte[] jpeg = ImageFiles.Encode(MadePhotos.Canvas(640, 560, Three), SKEncodedImageFormat.Jpeg);
        Assert.Equal("truncatedImage", Code(folder.Write("e.jpg", jpeg[..(jpeg.Length / 2)])));
        Assert.Throws<ArgumentNullException>(() => Recognizer.Recognize((Photo)null!));
        Assert.Throws<ArgumentNullException>(() => Recognizer.Recognize((string)null!));
        Assert.Throws<ArgumentNullException>(() => Recognizer.Recognize((Stream)null!));
        MienException error = Assert.Throws<MienException>(() =>
            FaceExpressionRecognizer.Create(new RecognizerOptions { Model = "no-such-model" })
        );
        Assert.Contains("no-such-model", error.Message, StringComparison.Ordinal);
        string corrupt = folder.Write("model.onnx", [1, 2, 3]);
        Assert.Equal(
            "notAModel",
            Assert
                .Throws<MienException>(() => FaceExpressionRecognizer.Create(new RecognizerOptions { Model = corrupt }))
                .Code
        );

        static string Code(string path)
        {
            MienException error = Assert.Throws<MienException>(() => Recognizer.Recognize(path));
            Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
            return error.Code;
        }
    }

    [Fact]
    public void A_cancelled_call_throws()
    {
        using Photo photo = MadePhotos.Photo(MadePhotos.Canvas(640, 560, Three));
        Assert.Throws<OperationCanceledException>(() =>
            Recognizer.Recognize(photo, cancellationToken: new CancellationToken(canceled: true))
        );
        Assert.Throws<OperationCanceledException>(() =>
            Recognizer.Recognize(new byte[3], cancellationToken: new CancellationToken(canceled: true))
        );
    }

    private static RecognitionOptions With(DetectionOptions detection) => new() { Detection = detection };

    private static void AssertFound(MadeFace[] expected, RecognitionResult result)
    {
        Assert.True(
            expected.Length == result.Faces.Count,
            $"expected {expected.Length} faces, found {string.Join(", ", result.Faces.Select(f => f.Box))}"
        );
        for (int i = 0; i < expected.Length; i++)
        {
            double overlap = expected[i].Box.IntersectionOverUnion(result.Faces[i].Box);
            Assert.True(overlap > 0.5, $"{expected[i]}: found {result.Faces[i].Box}, IoU {overlap:0.00}");
        }
    }
}
