using System.Reflection;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli.Tests;

/// <summary>Annotated photos: <c>--annotate</c> and <see cref="PhotoAnnotator"/>.</summary>
public sealed class AnnotateTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public AnnotateTests() => model = BrightnessModel.Write(folder["m.onnx"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Annotated_photos_keep_their_subfolders_and_their_format()
    {
        byte[] png = MadePhotos.Single().EncodePng();
        folder.Write("фото/день 1/a.png", png);
        folder.Write("фото/b.jpg", Encode(png, SKEncodedImageFormat.Jpeg));
        folder.Write("фото/c.webp", Encode(png, SKEncodedImageFormat.Webp));
        folder.Write("фото/d.jpg", png); // A PNG with the wrong extension.
        CliResult result = Cli.Run("predict", folder["фото"], "--model", model, "--brief", "--annotate", folder["out"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Equal(
            ["b.jpg", "c.webp.png", "d.jpg.png", Path.Combine("день 1", "a.png")],
            Directory
                .GetFiles(folder["out"], "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder["out"], f))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(folder["out/b.jpg"])[..2]);
        Assert.Equal([0x89, (byte)'P'], File.ReadAllBytes(folder["out/c.webp.png"])[..2]);
        using SKBitmap marked = SKBitmap.Decode(folder["out/b.jpg"]);
        Assert.Equal((400, 360), (marked.Width, marked.Height));
    }

    [Fact]
    public void Two_images_with_the_same_name_do_not_overwrite_each_other()
    {
        folder.WriteFace("a/x.png", Expression.Anger);
        folder.WriteFace("b/x.png", Expression.Neutral);
        CliResult result = Cli.Run(
            "predict",
            folder["a"],
            folder["b"],
            "--model",
            model,
            "--brief",
            "--annotate",
            folder["out"],
            "--save-crops",
            folder["crops"]
        );

        Assert.Equal(
            ["x-2.png", "x.png"],
            Directory.GetFiles(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["x-2.png.face1.png", "x.png.face1.png"],
            Directory.GetFiles(folder["crops"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            $"note: the output files of {Path.Combine(folder["b"], "x.png")} are named after x-2.png",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("note: 1 image had the same name as another one", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            BrightnessModel.GrayOf(Expression.Neutral),
            GrayImage.Decode(folder["crops/x-2.png.face1.png"]).Pixels[0]
        );
    }

    [Theory]
    [InlineData("photos")]
    [InlineData(".")]
    public void A_folder_with_the_photos_is_rejected(string target)
    {
        string photo = folder.WriteFace("photos/x.png", Expression.Anger);
        byte[] before = File.ReadAllBytes(photo);
        CliResult result = Cli.Run("predict", folder["photos"], "--model", model, "--annotate", folder[target]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains("contains the input photos, which could be over", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(photo));
    }

    [Theory]
    [InlineData("photos/marked")]
    [InlineData("photos/marked/")]
    public void A_target_inside_the_photos_is_not_read_as_input(string target)
    {
        folder.WriteFace("photos/x.png", Expression.Anger);
        string[] command = ["predict", folder["photos"], "--model", model, "--jsonl", "--annotate", folder[target]];
        Cli.Run(command);
        CliResult second = Cli.Run(command);

        Assert.True(File.Exists(folder["photos/marked/x.png"]));
        Assert.Single(second.Out.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_folder_that_is_a_file_is_wrong_usage()
    {
        string photo = folder.WriteFace("x.png", Expression.Anger);
        CliResult result = Cli.Run("predict", photo, "--model", model, "--annotate", model);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"--annotate: '{model}' is a file, expected a folder to write to.",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_that_cannot_be_created_ends_the_run_before_the_work()
    {
        CliResult result = Cli.Run(
            "predict",
            folder.WriteFace("x.png", Expression.Anger),
            "--model",
            model,
            "--save-crops",
            folder["m.onnx/crops"]
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.StartsWith(
            $"error: --save-crops: the folder '{folder["m.onnx/crops"]}' cannot be created (",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_box_has_the_colour_of_its_expression_and_other_pixels_do_not_change()
    {
        string photo = folder.WriteGray("a.png", 100, size: 400);
        (RecognitionResult result, SKBitmap marked) = Annotate(photo, new FaceBox(100, 150, 160, 160));
        using (marked)
        {
            SKColor line = marked.GetPixel(100, 230);
            AnnotationColor expected = ExpressionColors.Of(result.Faces[0].Label);
            Assert.Equal((expected.Red, expected.Green, expected.Blue), (line.Red, line.Green, line.Blue));
            Assert.Equal(new SKColor(100, 100, 100), marked.GetPixel(180, 230));
            Assert.Equal(new SKColor(100, 100, 100), marked.GetPixel(10, 390));
        }
    }

    [Fact]
    public void The_font_is_embedded_in_one_assembly_only()
    {
        var fonts = Directory
            .GetFiles(AppContext.BaseDirectory, "*ien*.dll")
            .SelectMany(f =>
                Assembly
                    .LoadFrom(f)
                    .GetManifestResourceNames()
                    .Where(n => n.EndsWith(".ttf", StringComparison.OrdinalIgnoreCase))
            );
        Assert.Equal(["Mien.Fonts.DejaVuSans.ttf"], fonts);
    }

    [Fact]
    public void Labels_have_text_on_every_machine_and_stay_inside_the_photo()
    {
        const int Side = 900;

        // Faces: the frame of a box without one would be dashed.
        string corners = folder.Write(
            "corners.png",
            MadePhotos
                .Canvas(
                    Side,
                    Side,
                    new MadeFace("happiness", 0, 0, 200),
                    new MadeFace("happiness", 700, 0, 200),
                    new MadeFace("happiness", 0, 700, 200),
                    new MadeFace("happiness", 700, 700, 200)
                )
                .EncodePng()
        );
        string whole = folder.Write(
            "whole.png",
            MadePhotos.Canvas(Side, Side, new MadeFace("happiness", 0, 0, Side)).EncodePng()
        );

        // In the four corners a label above, below or beside the box would leave the image.
        foreach (
            FaceBox box in (FaceBox[])
                [
                    new(0, 0, 200, 200),
                    new(700, 0, 200, 200),
                    new(0, 700, 200, 200),
                    new(700, 700, 200, 200),
                    new(-20, -20, 940, 940),
                ]
        )
        {
            (RecognitionResult result, SKBitmap marked) = Annotate(box.Width > 200 ? whole : corners, box);
            using (marked)
            {
                Assert.False(result.Faces[0].IsUncertain, $"{box}");
                AnnotationColor color = ExpressionColors.Of(result.Faces[0].Label);
                var label = new SKColor(color.Red, color.Green, color.Blue);
                SKColor ink = color.IsLight ? SKColors.Black : SKColors.White;
                SKColor[] pixels = marked.Pixels;
                int fullest = Enumerable.Range(0, Side).Max(y => pixels.AsSpan(y * Side, Side).Count(label));

                // A pixel row of the label between its edge and its text is filled from left to right.
                Assert.True(fullest > 150, $"{box}: no label.");
                Assert.True(pixels.AsSpan().Count(ink) > 150, $"{box}: no text, {pixels.AsSpan().Count(ink)} pixels.");
            }
        }
    }

    [Fact]
    public void A_face_crop_is_enlarged_until_its_label_is_readable()
    {
        string crop = folder.WriteFace("a.png", Expression.Happiness);
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = model }
        );
        RecognitionResult result = recognizer.Recognize(crop);
        using SKBitmap marked = SKBitmap.Decode(PhotoAnnotator.Annotate(crop, result).Data);

        Assert.Equal((240, 240), (marked.Width, marked.Height));
        Assert.Equal(BrightnessModel.GrayOf(Expression.Happiness), marked.GetPixel(120, 180).Red);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3000)]
    [InlineData(3000, 1)]
    [InlineData(65, 2000)]
    public void Extreme_sizes_are_supported(int width, int height)
    {
        string photo = folder.Write("a.png", new GrayImage(width, height, new byte[width * height]).EncodePng());
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = model }
        );
        RecognitionResult result = recognizer.Recognize(
            photo,
            new RecognitionOptions
            {
                Boxes = [new FaceBox(0, 0, 1, 1), new FaceBox(-19, -19, 20, 20), new FaceBox(0, 0, 5000, 5000)],
            }
        );
        using SKBitmap marked = SKBitmap.Decode(PhotoAnnotator.Annotate(photo, result).Data);

        Assert.Equal(0, marked.Width % width);
        Assert.Equal((double)marked.Width / width, (double)marked.Height / height);
    }

    [Fact]
    public void A_photo_with_an_EXIF_rotation_is_annotated_upright()
    {
        string photo = folder.Write(
            "a.jpg",
            WithOrientation(
                Encode(new GrayImage(400, 300, new byte[400 * 300]).EncodePng(), SKEncodedImageFormat.Jpeg),
                6
            )
        );
        (_, SKBitmap marked) = Annotate(photo, new FaceBox(50, 100, 100, 100));
        using (marked)
        {
            Assert.Equal((300, 400), (marked.Width, marked.Height));
            using SKCodec codec = SKCodec.Create(
                new SKMemoryStream(PhotoAnnotator.Annotate(photo, Recognize(photo, new FaceBox(0, 0, 9, 9))).Data)
            );
            Assert.Equal(SKEncodedOrigin.TopLeft, codec.EncodedOrigin);
        }
    }

    [Fact]
    public void Colours_of_expressions_are_distinct_and_text_contrasts_with_them()
    {
        AnnotationColor[] colors =
        [
            .. Enumerable.Range(0, Expressions.Count).Select(i => ExpressionColors.Of((Expression)i)),
        ];

        Assert.Equal(Expressions.Count, colors.Distinct().Count());
        Assert.Equal("#d55e00", ExpressionColors.Of(Expression.Anger).ToString());
        Assert.True(ExpressionColors.Of(Expression.Happiness).IsLight);
        Assert.False(ExpressionColors.Of(Expression.Sadness).IsLight);
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpressionColors.Of((Expression)7));
    }

    private (RecognitionResult Result, SKBitmap Marked) Annotate(string photo, FaceBox box)
    {
        RecognitionResult result = Recognize(photo, box);
        return (result, SKBitmap.Decode(PhotoAnnotator.Annotate(photo, result).Data));
    }

    private RecognitionResult Recognize(string photo, FaceBox box)
    {
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = model }
        );
        return recognizer.Recognize(photo, new RecognitionOptions { Boxes = [box] });
    }

    private static byte[] Encode(byte[] image, SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = SKBitmap.Decode(image);
        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>Inserts an EXIF segment with only the orientation after the first marker of a JPEG.</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation) =>
        [
            .. jpeg[..2],
            0xFF,
            0xE1,
            0,
            34,
            (byte)'E',
            (byte)'x',
            (byte)'i',
            (byte)'f',
            0,
            0,
            (byte)'M',
            (byte)'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            orientation,
            0,
            0,
            0,
            0,
            0,
            0,
            .. jpeg[2..],
        ];
}
