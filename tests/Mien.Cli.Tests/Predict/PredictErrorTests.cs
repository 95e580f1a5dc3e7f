using System.Buffers.Binary;
using System.Text.Json;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli.Tests;

/// <summary>Images and models that cannot be read.</summary>
public sealed class PredictErrorTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictErrorTests() => model = BrightnessModel.Write(folder["m.onnx"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_is_not_an_image_fails() =>
        Fails(
            folder.Write("a.jpg", "hello"),
            "notAnImage",
            "is no known kind of picture (it starts with the bytes 68 65 6C 6C 6F), expected an image (JPEG, "
                + "PNG, WebP, BMP or GIF)."
        );

    [Fact]
    public void An_empty_file_fails() =>
        Fails(folder.Write("a.jpg", ""), "emptyFile", "is empty (0 bytes), expected an image.");

    [Fact]
    public void A_truncated_jpeg_fails()
    {
        using SKBitmap bitmap = SKBitmap.Decode(MadePhotos.Single().EncodePng());
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        byte[] jpeg = data.ToArray();

        Fails(
            folder.Write("a.jpg", jpeg[..(jpeg.Length / 2)]),
            "truncatedImage",
            "the JPEG file ends before the picture does, or is damaged."
        );
    }

    [Fact]
    public void A_png_of_60000_by_60000_is_refused_before_it_is_decoded()
    {
        byte[] png = new GrayImage(1, 1, [0]).EncodePng();
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 60000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 60000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));

        Fails(
            folder.Write("a.png", png),
            "tooLarge",
            "is a picture of 60000×60000 (3600 megapixels), at most 100 megapixels are decoded."
        );
    }

    [Fact]
    public void Limits_can_be_set()
    {
        string photo = folder.Write("a.png", MadePhotos.Empty().EncodePng());

        Fails(
            photo,
            "tooLarge",
            "MiB are read as an image. Make it smaller, or raise the limit.",
            "--max-bytes",
            "100"
        );
        Fails(
            photo,
            "tooLarge",
            "is a picture of 320×200 (0.1 megapixels), at most 0.1 megapixels are decoded.",
            "--max-megapixels",
            "0.05"
        );
        Assert.Equal(ExitCodes.Done, Cli.Run("predict", photo, "--model", model, "--max-bytes", "1G").Code);
    }

    [Fact]
    public void A_file_without_permission_fails()
    {
        string photo = folder.WriteFace("a.png", Expression.Anger);
        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(photo, UnixFileMode.None);
            Fails(photo, "noPermission", "no permission to read the image file.");
        }
        else
        {
            Assert.Skip("Root and Windows read a file of mode 000.");
        }
    }

    [Fact]
    public void A_folder_with_the_name_of_an_image_is_a_folder()
    {
        folder.WriteFace("p/a.png/b.png", Expression.Anger);
        CliResult result = Cli.Run("predict", folder["p"], "--model", model, "--jsonl");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Single(result.Out.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_folder_instead_of_a_model_is_wrong_usage()
    {
        CliResult result = Cli.Run("predict", folder.WriteFace("a.png", Expression.Anger), "--model", folder.Path);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Equal($"error: {folder.Path}: is a folder, expected a model file. Name a file in it.\n", result.Error);
    }

    [Fact]
    public void A_corrupt_model_ends_the_run_before_anything_is_written()
    {
        byte[] bytes = File.ReadAllBytes(model);
        string corrupt = folder.Write("corrupt.onnx", bytes[..(bytes.Length / 2)]);
        string output = folder.Write("out.csv", "the former content");
        CliResult result = Cli.Run(
            "predict",
            folder.WriteFace("a.png", Expression.Anger),
            "--model",
            corrupt,
            "-o",
            output
        );

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.StartsWith($"error: {corrupt}: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("the former content", File.ReadAllText(output));
    }

    [Fact]
    public void With_fail_fast_the_run_stops_at_the_first_failure()
    {
        string good = folder.WriteFace("a.png", Expression.Anger);
        string bad = folder.Write("b.png", "");
        CliResult result = Cli.Run("predict", good, bad, good, good, "--model", model, "--json", "--fail-fast");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Equal(
            ["ok", "error"],
            JsonDocument.Parse(result.Out).RootElement.EnumerateArray().Select(i => i.GetProperty("status").GetString())
        );
        Assert.Contains(
            $"Stopped at the first failed image, {bad} (--fail-fast).",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_result_file_that_cannot_be_written_fails_its_image_only()
    {
        string photo = folder.WriteFace("p/a.png", Expression.Anger);
        folder.WriteFace("p/b.png", Expression.Anger);
        folder.Write("out/a.png.face1.png/full", "a folder in the way");
        CliResult result = Cli.Run("predict", folder["p"], "--model", model, "--json", "--save-crops", folder["out"]);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        JsonElement[] images = [.. JsonDocument.Parse(result.Out).RootElement.EnumerateArray()];
        Assert.Equal(["error", "ok"], images.Select(i => i.GetProperty("status").GetString()));
        Assert.Equal("cannotWrite", images[0].GetProperty("error").GetProperty("code").GetString());
        Assert.True(File.Exists(folder["out/b.png.face1.png"]), photo);
    }

    /// <summary>Checks that one image fails in every format with exit code 1, and the other one is processed.</summary>
    private void Fails(string path, string code, string message, params string[] options)
    {
        string good = folder.WriteFace("good.png", Expression.Fear, size: 8);
        CliResult json = Cli.Run(["predict", path, good, "--model", model, "--json", .. options]);
        CliResult csv = Cli.Run(["predict", path, "--model", model, "--csv", .. options]);
        CliResult text = Cli.Run(["predict", path, good, "--model", model, .. options]);

        Check.All([json, csv, text], r => Assert.Equal(ExitCodes.SomeFailed, r.Code));
        JsonElement[] images = [.. JsonDocument.Parse(json.Out).RootElement.EnumerateArray()];
        Assert.Equal(["path", "status", "error", "model", "faces"], images[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(code, images[0].GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith(
            $"{path}: ",
            images[0].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            message,
            images[0].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains($"{code}: {path}: ", csv.Out, StringComparison.Ordinal);
        Assert.Contains($"error: {path}: ", text.Error, StringComparison.Ordinal);
        if (options.Length == 0)
        {
            Assert.Equal("ok", images[1].GetProperty("status").GetString());
            Assert.Contains("2 images: 1 ok, 1 failed; ", text.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>The checksum of a PNG chunk (ISO 3309).</summary>
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
