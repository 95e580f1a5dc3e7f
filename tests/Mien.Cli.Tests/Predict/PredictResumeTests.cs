using System.Text;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Output files: overwriting existing ones, and resuming interrupted runs.</summary>
public sealed class PredictResumeTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictResumeTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        byte[] group = MadePhotos.Group().EncodePng();
        folder.WriteFace("p/a.png", Expression.Anger);
        folder.Write("p/b, \"quoted\"\nline.png", group);
        folder.Write("p/c.png", "no image");
        folder.Write("p/d.png", MadePhotos.Empty().EncodePng());
        folder.WriteFace("p/ю.png", Expression.Fear);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.csv")]
    public void A_file_truncated_anywhere_is_completed_as_without_interruption(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names of the images are not allowed on Windows.");
        string file = folder[name];
        File.Delete(folder["p/c.png"]);
        string[] command = ["predict", folder["p"], "--model", model, "-o", file];
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        byte[] whole = File.ReadAllBytes(file);
        int[] cuts =
        [
            0,
            1,
            whole.Length / 10,
            .. Enumerable.Range(0, 24).Select(i => (i * whole.Length / 24) + 7),
            whole.Length - 1,
            whole.Length,
        ];
        foreach (int cut in cuts)
        {
            File.WriteAllBytes(file, whole[..cut]);
            CliResult result = Cli.Run([.. command, "--resume"]);

            Assert.True(result.Code is ExitCodes.Done, result.Error);
            Assert.Equal(Encoding.UTF8.GetString(whole), File.ReadAllText(file));
        }
    }

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.csv")]
    public void A_file_truncated_anywhere_ends_with_one_result_per_image_even_if_some_fail(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names of the images are not allowed on Windows.");
        string file = folder[name];
        string[] command = ["predict", folder["p"], "--model", model, "-o", file];
        Assert.Equal(ExitCodes.SomeFailed, Cli.Run(command).Code);
        byte[] whole = File.ReadAllBytes(file);
        string[] lines = [.. File.ReadAllLines(file).Order(StringComparer.Ordinal)];
        foreach (int cut in Enumerable.Range(0, 13).Select(i => i * whole.Length / 12))
        {
            File.WriteAllBytes(file, whole[..cut]);
            CliResult result = Cli.Run([.. command, "--resume"]);

            Assert.Equal(ExitCodes.SomeFailed, result.Code);
            Assert.Equal(lines, File.ReadAllLines(file).Order(StringComparer.Ordinal));
            Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
        }
    }

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.csv")]
    public void Failed_images_are_tried_again_and_their_errors_replaced(string name)
    {
        string file = folder[name],
            broken = folder.Write("q/b.png", "no image"),
            gone = folder.Write("q/c.png", "no image");
        folder.WriteFace("q/a.png", Expression.Anger);
        folder.WriteFace("q/d.png", Expression.Fear);
        string[] command = ["predict", folder["q"], "--model", model, "-o", file, "--resume"];
        Assert.Equal(ExitCodes.SomeFailed, Cli.Run(command).Code);
        int lines = File.ReadAllLines(file).Length;

        // No image was repaired: the same results, with the errors moved to the end.
        CliResult still = Cli.Run(command);
        Assert.Equal(ExitCodes.SomeFailed, still.Code);
        Assert.Contains(
            $"Resuming {file}: 2 images are already done. 2 failed ones are tried again.\n",
            still.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(lines, File.ReadAllLines(file).Length);

        // One image is repaired, one is deleted: the error of the deleted one stays, and so does the exit code.
        folder.WriteFace("q/b.png", Expression.Anger);
        File.Delete(gone);
        CliResult mended = Cli.Run(command);
        Assert.Equal(ExitCodes.SomeFailed, mended.Code);
        Assert.Contains(" 1 failed one is tried again.\n", mended.Error, StringComparison.Ordinal);
        Assert.Contains("1 image: 1 ok; ", mended.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"note: {file} also has results of 1 image not given in this run. 1 failed.\n",
            mended.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(lines, File.ReadAllLines(file).Length);
        Assert.Single(File.ReadLines(file), l => l.Contains(broken, StringComparison.Ordinal));
        Assert.Single(File.ReadLines(file), l => l.Contains("notAnImage", StringComparison.Ordinal));

        // The deleted image is restored.
        folder.WriteFace("q/c.png", Expression.Anger);
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        Assert.Equal(lines, File.ReadAllLines(file).Length);
        Assert.DoesNotContain("notAnImage", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Fact]
    public void An_image_given_twice_that_failed_once_is_processed_once_more()
    {
        string image = folder.Write("q/a.png", "no image"),
            file = folder["out.jsonl"];
        Cli.Run("predict", image, "--model", model, "-o", file);
        folder.WriteFace("q/a.png", Expression.Anger);
        string[] twice = ["predict", image, image, "--model", model, "-o", file, "--resume"];

        Assert.Equal(ExitCodes.Done, Cli.Run(twice).Code);
        Assert.Equal(2, File.ReadAllLines(file).Length);
        Assert.Contains("0 images: 0 ok; ", Cli.Run(twice).Error, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(file).Length);
    }

    [Fact]
    public void A_run_interrupted_before_its_first_result_keeps_the_errors_in_the_file()
    {
        string image = folder.Write("q/a.png", "no image"),
            file = folder["out.csv"];
        Cli.Run("predict", image, "--model", model, "-o", file);
        string before = File.ReadAllText(file);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        CliResult result = Cli.Run(cancelled.Token, "predict", image, "--model", model, "-o", file, "--resume");

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public void The_error_of_a_folder_is_removed_once_it_can_be_listed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "JSON escapes the backslashes of its paths.");
        string image = folder.WriteFace("q/in/a.png", Expression.Anger);
        string file = folder.Write(
            "out.jsonl",
            $$"""
            {"path":"{{Path.GetDirectoryName(image)}}","status":"error","error":{},"model":"brightness","faces":[]}

            """
        );
        CliResult result = Cli.Run("predict", folder["q"], "--model", model, "-o", file, "--resume");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains(image, Assert.Single(File.ReadAllLines(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_says_so_and_counts_only_its_own_images()
    {
        string file = folder["out.jsonl"];
        Cli.Run("predict", folder["p/a.png"], folder["p/d.png"], "--model", model, "-o", file);
        CliResult rest = Cli.Run(
            "predict",
            folder["p/a.png"],
            folder["p/d.png"],
            folder["p/ю.png"],
            "--model",
            model,
            "-o",
            file,
            "--resume"
        );
        CliResult nothing = Cli.Run(
            "predict",
            folder["p/a.png"],
            folder["p/ю.png"],
            "--model",
            model,
            "-o",
            file,
            "--resume"
        );

        Assert.Contains($"Resuming {file}: 2 images are already done.\n", rest.Error, StringComparison.Ordinal);
        Assert.Contains("1 image: 1 ok; ", rest.Error, StringComparison.Ordinal);
        Assert.Contains($"Written to {file} (JSON Lines).\n", rest.Error, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(file).Length);
        Assert.Equal(ExitCodes.Done, nothing.Code);
        Assert.Contains("0 images: 0 ok; ", nothing.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"note: {file} also has results of 1 image not given in this run.\n",
            nothing.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(3, File.ReadAllLines(file).Length);
    }

    [Fact]
    public void A_missing_file_is_created()
    {
        CliResult result = Cli.Run("predict", folder["p/a.png"], "--model", model, "-o", folder["new.csv"], "--resume");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Equal(2, File.ReadAllLines(folder["new.csv"]).Length);
    }

    [Theory]
    [InlineData("x.csv", "path,status\na,ok\n", "its columns are 'path,status', expected 'path,status,isFaceCrop,")]
    [InlineData("x.csv", "{\"path\":\"a\"}\n", "its columns are '{\"path\":\"a\"}', expected")]
    [InlineData("x.csv", "a diary", "its columns are 'a diary', expected")]
    [InlineData("x.jsonl", "path,status\na,ok\n", "line 1 is not a result: 'path,status'")]
    [InlineData("x.jsonl", "[\n", "line 1 is not a result: '['")]
    [InlineData("x.jsonl", "a diary", "line 1 is not a result: 'a diary'")]
    [InlineData(
        "x.jsonl",
        "{\"path\":\"a\",\"model\":\"other\"}\n",
        "it was written with the model 'other', but this run uses 'brightness'"
    )]
    [InlineData("x.jsonl", "{\"path\":\"a\",\"model\":\"brightness\"}\n7\n", "line 2 is not a result: '7'")]
    public void A_file_of_another_format_is_rejected_and_left_unchanged(string name, string content, string message)
    {
        string file = folder.Write(name, content);
        CliResult result = Cli.Run("predict", folder["p/a.png"], "--model", model, "-o", file, "--resume");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.StartsWith($"error: --resume: {file} cannot be resumed as ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "Choose another file, or omit --resume to overwrite it.",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Fact]
    public void A_csv_of_another_model_is_rejected()
    {
        string other = BrightnessModel.Write(folder["other.onnx"], "other");
        string file = folder["x.csv"];
        Cli.Run("predict", folder["p/a.png"], "--model", other, "-o", file);
        CliResult result = Cli.Run("predict", folder["p/a.png"], "--model", model, "-o", file, "--resume");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "it was written with the model 'other', but this run uses 'brightness'",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("r.json")]
    [InlineData("r.jsonl")]
    [InlineData("r.csv")]
    [InlineData("r.txt")]
    public void A_run_interrupted_before_its_first_result_keeps_the_existing_file(string name)
    {
        string file = folder.Write(name, "former");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        CliResult result = Cli.Run(cancelled.Token, "predict", folder["p/a.png"], "--model", model, "-o", file);

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Equal("former", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("r.json")]
    [InlineData("r.txt")]
    [InlineData("r.csv")]
    public void A_run_overwrites_the_file_and_leaves_no_other_file(string name)
    {
        string file = folder.Write("o/" + name, new string('x', 100_000));
        CliResult result = Cli.Run("predict", folder["p/a.png"], "--model", model, "-o", file);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.DoesNotContain("xxx", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder["o"]));
    }

    [Fact]
    public void An_output_that_is_one_of_the_images_is_rejected()
    {
        // An image without an extension: with one, the output would be rejected for its extension already.
        string photo = folder["p/photo"];
        File.Copy(folder["p/a.png"], photo);
        byte[] before = File.ReadAllBytes(photo);
        CliResult result = Cli.Run("predict", folder["p/d.png"], photo, "--model", model, "--csv", "-o", photo);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"--output: '{photo}' is one of the images. Choose another file.",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(before, File.ReadAllBytes(photo));
    }

    [Fact]
    public void A_missing_folder_is_created_and_reported()
    {
        CliResult result = Cli.Run("predict", folder["p/a.png"], "--model", model, "-o", folder["новая/r.json"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains($"note: made the folder {folder["новая"]}\n", result.Error, StringComparison.Ordinal);
        Assert.Contains($"Written to {folder["новая/r.json"]} (JSON).\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void If_the_output_is_a_link_its_target_is_replaced_not_the_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        string real = folder.Write("real/r.json", "former");
        File.CreateSymbolicLink(folder["r.json"], real);
        Cli.Run("predict", folder["p/a.png"], "--model", model, "-o", folder["r.json"]);

        Assert.Equal('[', File.ReadAllText(real)[0]);
        Assert.NotNull(new FileInfo(folder["r.json"]).LinkTarget);
    }
}
