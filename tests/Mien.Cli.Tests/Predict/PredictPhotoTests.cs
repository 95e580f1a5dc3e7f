using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Photos with faces, with face detection.</summary>
public sealed class PredictPhotoTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictPhotoTests() => model = BrightnessModel.Write(folder["m.onnx"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void All_faces_of_a_photo_are_found_with_boxes_that_overlap_them()
    {
        string photo = folder.Write("группа.png", MadePhotos.Group().EncodePng());
        CliResult result = Cli.Run("predict", photo, "--model", model, "--json");

        Assert.Equal(ExitCodes.Done, result.Code);
        JsonElement image = Assert.Single(Parse(result.Out).EnumerateArray());
        Assert.Equal(
            ["path", "status", "isFaceCrop", "width", "height", "detectorRuns", "model", "faces"],
            image.EnumerateObject().Select(p => p.Name)
        );
        Assert.False(image.GetProperty("isFaceCrop").GetBoolean());
        Assert.Equal((640, 512), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.True(image.GetProperty("detectorRuns").GetInt32() >= 1);
        JsonElement[] faces = [.. image.GetProperty("faces").EnumerateArray()];
        Assert.Equal(MadePhotos.GroupFaces.Length, faces.Length);
        Check.All(
            faces.Zip(MadePhotos.GroupFaces),
            pair =>
            {
                (JsonElement face, (_, int x, int y, int side)) = pair;
                Assert.Equal(
                    [
                        "label",
                        "expression",
                        "confidence",
                        "uncertain",
                        "uncertainReason",
                        "scores",
                        "box",
                        "roll",
                        "detectionScore",
                        "keypoints",
                        "quality",
                    ],
                    face.EnumerateObject().Select(p => p.Name)
                );
                JsonElement box = face.GetProperty("box");
                var found = new FaceBox(
                    box.GetProperty("x").GetSingle(),
                    box.GetProperty("y").GetSingle(),
                    box.GetProperty("width").GetSingle(),
                    box.GetProperty("height").GetSingle()
                );
                Assert.True(
                    found.IntersectionOverUnion(new FaceBox(x, y, side, side)) > 0.5f,
                    $"{found} should overlap the face at {x},{y} of {side} pixels."
                );
                Assert.InRange(face.GetProperty("detectionScore").GetSingle(), 0.75f, 1);
                Assert.InRange(MathF.Abs(face.GetProperty("roll").GetSingle()), 0, 10);
                Assert.Equal(
                    ["leftEye", "rightEye", "nose", "mouth", "leftEar", "rightEar"],
                    face.GetProperty("keypoints").EnumerateObject().Select(p => p.Name)
                );
                Assert.True(
                    face.GetProperty("keypoints").GetProperty("leftEye").GetProperty("x").GetSingle()
                        < face.GetProperty("keypoints").GetProperty("rightEye").GetProperty("x").GetSingle()
                );
            }
        );
    }

    [Fact]
    public void The_json_is_that_of_the_library()
    {
        string photo = folder.Write("a.png", MadePhotos.Single().EncodePng());
        CliResult result = Cli.Run("predict", photo, "--model", model, "--jsonl");

        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = model }
        );
        Assert.Equal(RecognitionJson.ToJson(recognizer.Recognize(photo), "brightness") + "\n", result.Out);
        Assert.Equal(
            ["path", "status"],
            Parse(RecognitionJson.ToJson(recognizer.Recognize(photo), indented: true))
                .EnumerateObject()
                .Take(2)
                .Select(p => p.Name)
        );
        Assert.False(Parse(RecognitionJson.ToJson(recognizer.Recognize(photo))).TryGetProperty("model", out _));
    }

    [Fact]
    public void The_text_shows_size_and_position_of_each_face_and_seven_bars()
    {
        string photo = folder.Write("a.png", MadePhotos.Group().EncodePng());
        CliResult result = Cli.Run("predict", photo, "--model", model, "--uncertain-below", "1");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Empty(result.Error);
        string[] lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal($"{photo}: 3 faces  (640×512)", lines[0]);
        Assert.Equal(1 + (3 * 8), lines.Length);
        for (int i = 0; i < 3; i++)
        {
            Assert.Matches(
                @"^  " + (i + 1) + @"  \w+ \d+\.\d %, uncertain  \(\d+×\d+ at \d+,\d+.*, detection score [01]\.\d\d\)$",
                lines[1 + (i * 8)]
            );
            Assert.Equal(Expressions.Names, lines[(2 + (i * 8))..(9 + (i * 8))].Select(l => l.Trim().Split(' ')[0]));
        }
    }

    [Fact]
    public void A_photo_without_a_face_is_not_a_failure()
    {
        string photo = folder.Write("a.png", MadePhotos.Empty().EncodePng());
        CliResult text = Cli.Run("predict", photo, "--model", model);
        CliResult json = Cli.Run("predict", photo, "--model", model, "--json");
        CliResult csv = Cli.Run("predict", photo, "--model", model, "--csv");
        CliResult brief = Cli.Run("predict", photo, "--model", model, "--brief");

        Check.All([text, json, csv, brief], r => Assert.Equal(ExitCodes.Done, r.Code));
        Assert.Equal($"{photo}: no face found  (320×200)\n", text.Out);
        Assert.Equal($"no face               {photo}\n", brief.Out);
        Assert.Equal("noFace", Parse(json.Out)[0].GetProperty("status").GetString());
        Assert.Empty(Parse(json.Out)[0].GetProperty("faces").EnumerateArray());
        Assert.Equal(
            $"{photo},noFace,false,320,200,0,,,,,,,,,,,,,,,,,,,brightness,,,,,,,",
            csv.Out.TrimEnd('\n').Split('\n')[1]
        );
    }

    [Fact]
    public void The_csv_has_one_row_per_face()
    {
        string photo = folder.Write("a.png", MadePhotos.Group().EncodePng());
        CliResult csv = Cli.Run("predict", photo, "--model", model, "--csv");
        JsonElement faces = Parse(Cli.Run("predict", photo, "--model", model, "--json").Out)[0].GetProperty("faces");

        string[] lines = csv.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        string[] header = lines[0].Split(',');
        for (int i = 0; i < 3; i++)
        {
            var row = header.Zip(lines[i + 1].Split(',')).ToDictionary(p => p.First, p => p.Second);
            Assert.Equal(
                (photo, "ok", "false", "640", "512", "3"),
                (row["path"], row["status"], row["isFaceCrop"], row["imageWidth"], row["imageHeight"], row["faces"])
            );
            Assert.Equal((i + 1).ToString(CultureInfo.InvariantCulture), row["face"]);
            Assert.Equal(faces[i].GetProperty("box").GetProperty("x").GetRawText(), row["boxX"]);
            Assert.Equal(faces[i].GetProperty("box").GetProperty("height").GetRawText(), row["boxHeight"]);
            Assert.Equal(faces[i].GetProperty("roll").GetRawText(), row["roll"]);
            Assert.Equal(
                faces[i].GetProperty("detectionScore").GetSingle(),
                float.Parse(row["detectionScore"], CultureInfo.InvariantCulture)
            );
            Assert.Equal(faces[i].GetProperty("label").GetString(), row["label"]);
            Assert.Equal(faces[i].GetProperty("expression").GetString(), row["expression"]);
            Assert.Equal(faces[i].GetProperty("uncertain").GetRawText(), row["uncertain"]);
            Assert.Equal(
                faces[i].GetProperty("confidence").GetSingle(),
                float.Parse(row["confidence"], CultureInfo.InvariantCulture)
            );
            Check.All(
                Expressions.Names,
                n =>
                    Assert.Equal(
                        faces[i].GetProperty("scores").GetProperty(n).GetSingle(),
                        float.Parse(row[n], CultureInfo.InvariantCulture)
                    )
            );
            Assert.Equal(("", "brightness"), (row["error"], row["model"]));
        }
    }

    [Fact]
    public void Options_limit_the_number_and_the_size_of_faces()
    {
        string photo = folder.Write("a.png", MadePhotos.Group().EncodePng());
        int Faces(params string[] options) =>
            Parse(Cli.Run(["predict", photo, "--model", model, "--json", .. options]).Out)[0]
                .GetProperty("faces")
                .GetArrayLength();

        Assert.Equal(1, Faces("--max-faces", "1"));
        Assert.Equal(0, Faces("--min-face", "300"));
        Assert.Equal(0, Faces("--min-score", "1"));
        Assert.Equal(3, Faces("--tiles", "none"));
        Assert.True(Faces("--detector", "front") >= 1);
        Assert.True(Faces("--detector", "full", "--min-score", "0.5") >= 1);
    }

    [Fact]
    public void A_photo_can_be_treated_as_a_crop_and_a_small_image_as_a_photo()
    {
        string photo = folder.Write("a.png", MadePhotos.Single().EncodePng());
        string crop = folder.WriteFace("b.png", Expression.Fear);
        JsonElement asCrop = Parse(Cli.Run("predict", photo, "--model", model, "--json", "--crop").Out)[0];
        JsonElement asPhoto = Parse(Cli.Run("predict", crop, "--model", model, "--json", "--no-crop").Out)[0];

        Assert.True(asCrop.GetProperty("isFaceCrop").GetBoolean());
        Assert.Equal(
            """{"x":0,"y":0,"width":400,"height":360}""",
            asCrop.GetProperty("faces")[0].GetProperty("box").GetRawText()
        );
        Assert.Equal("noFace", asPhoto.GetProperty("status").GetString());
    }

    [Fact]
    public void Given_boxes_are_used_unchanged()
    {
        byte[] pixels = new byte[300 * 200];
        Array.Fill(pixels, BrightnessModel.GrayOf(Expression.Anger));
        for (int y = 0; y < 200; y++)
        {
            pixels.AsSpan((y * 300) + 150, 150).Fill(BrightnessModel.GrayOf(Expression.Neutral));
        }

        string photo = folder.Write("a.png", new GrayImage(300, 200, pixels).EncodePng());
        JsonElement image = Parse(
            Cli.Run("predict", photo, "--model", model, "--json", "--box", "20,40,80,80.5", "--box", "200,50,60,60").Out
        )[0];

        Assert.Equal(
            ["anger", "neutral"],
            image.GetProperty("faces").EnumerateArray().Select(f => f.GetProperty("label").GetString())
        );
        Assert.Equal(
            """{"x":20,"y":40,"width":80,"height":80.5}""",
            image.GetProperty("faces")[0].GetProperty("box").GetRawText()
        );
        Assert.Equal(0, image.GetProperty("detectorRuns").GetInt32());
        Assert.False(image.GetProperty("faces")[0].TryGetProperty("keypoints", out _));
        Assert.False(image.GetProperty("faces")[0].TryGetProperty("detectionScore", out _));
    }

    [Fact]
    public void Saved_crops_are_exactly_what_the_network_receives()
    {
        string photo = folder.Write("фото/a.png", MadePhotos.Group().EncodePng());
        CliResult result = Cli.Run(
            "predict",
            folder["фото"],
            "--model",
            model,
            "--json",
            "--save-crops",
            folder["crops"]
        );

        Assert.Equal(ExitCodes.Done, result.Code);
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = model }
        );
        RecognitionResult expected = recognizer.Recognize(photo, new RecognitionOptions { KeepCrops = true });
        string[] written = [.. Directory.GetFiles(folder["crops"]).Order(StringComparer.Ordinal)];
        Assert.Equal(["a.png.face1.png", "a.png.face2.png", "a.png.face3.png"], written.Select(Path.GetFileName));
        Check.All(
            written.Zip(expected.Faces),
            p => Assert.Equal(p.Second.Crop!.Pixels, GrayImage.Decode(p.First).Pixels)
        );
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
