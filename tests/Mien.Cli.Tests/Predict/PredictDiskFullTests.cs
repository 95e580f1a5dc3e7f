using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>A full disk is an error; what is said to be written is written.</summary>
public sealed class PredictDiskFullTests : IDisposable
{
    private const string Full = "the disk is full, so the file cannot be written.";

    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictDiskFullTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        for (int i = 0; i < 30; i++)
        {
            folder.WriteFace(string.Create(CultureInfo.InvariantCulture, $"p/{i:00}.png"), Expression.Anger);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("out.json", 0)]
    [InlineData("out.json", 5000)]
    [InlineData("out.txt", 700)]
    public void A_file_that_is_written_at_once_stays_as_it_was(string name, int room)
    {
        string file = folder.Write(name, "former");
        CliResult result;
        using (new FullDisk(room))
        {
            result = Cli.Run("predict", folder["p"], "--model", model, "-o", file);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {file}: {Full}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Written to", result.Error, StringComparison.Ordinal);
        Assert.Equal("former", File.ReadAllText(file));
        Assert.Equal([folder["m.onnx"], file], Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("out.jsonl")]
    [InlineData("out.csv")]
    public void A_file_of_lines_keeps_its_complete_results_and_can_be_resumed(string name)
    {
        string file = folder[name];
        string[] command = ["predict", folder["p"], "--model", model, "-o", file];
        CliResult result;
        using (new FullDisk(3000))
        {
            result = Cli.Run(command);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {file}: {Full}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Written to", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"{file} contains the results from before its disk was full or unavailable. Continue with the same",
            result.Error,
            StringComparison.Ordinal
        );
        byte[] kept = File.ReadAllBytes(file);
        Assert.InRange(kept.Length, 1000, 3000);
        Assert.Equal((byte)'\n', kept[^1]);

        Assert.Equal(ExitCodes.Done, Cli.Run([.. command, "--resume"]).Code);
        Assert.Equal(name == "out.csv" ? 31 : 30, File.ReadAllLines(file).Length);
        Assert.Equal(kept, File.ReadAllBytes(file)[..kept.Length]);
    }

    [Fact]
    public void Errors_that_cannot_be_taken_out_stay_with_the_results()
    {
        folder.Write("p/05.png", "no image");
        string file = folder["out.csv"];
        string[] command = ["predict", folder["p"], "--model", model, "-o", file, "--resume"];
        Cli.Run(command);
        byte[] before = File.ReadAllBytes(file);
        CliResult result;
        using (new FullDisk(100))
        {
            result = Cli.Run(command);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {file}: {Full}", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Theory]
    [InlineData("--annotate", 20_000)]
    [InlineData("--save-crops", 1000)]
    [InlineData("--explain", 5000)]
    public void A_picture_that_cannot_be_written_is_an_error_of_that_image(string option, int room)
    {
        string file = folder["out.json"],
            pictures = folder["to"];
        CliResult result;
        using (new FullDisk(room, f => f.StartsWith(pictures, StringComparison.Ordinal)))
        {
            result = Cli.Run("predict", folder["p"], "--model", model, "-o", file, option, pictures);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"Written to {file} (JSON).", result.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        string[] codes =
        [
            .. json
                .RootElement.EnumerateArray()
                .Select(r => r.GetProperty("status").GetString() == "ok" ? "" : Code(r)),
        ];
        Assert.Equal(30, codes.Length);
        Assert.Equal(["", "cannotWrite"], codes.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(codes.Count(c => c.Length == 0), Directory.GetFileSystemEntries(pictures).Length);

        static string Code(JsonElement result) => result.GetProperty("error").GetProperty("code").GetString()!;
    }

    [Theory]
    [InlineData]
    [InlineData("--json")]
    [InlineData("--jsonl")]
    [InlineData("--csv")]
    public void A_full_disk_behind_standard_output_ends_the_run(params string[] form)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has a device that is always full.");
        (int code, string error) = Shell(">/dev/full", ["predict", folder["p"], "--model", model, .. form]);

        Assert.Equal(ExitCodes.SomeFailed, code);
        Assert.Contains($"error: standard output: {Full}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("models")]
    [InlineData("completion", "bash")]
    public void So_it_does_for_other_commands(params string[] command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has a device that is always full.");
        (int code, string error) = Shell(">/dev/full", command);

        Assert.Equal(ExitCodes.SomeFailed, code);
        Assert.StartsWith($"error: standard output: {Full}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--html", "r.html")]
    [InlineData("--predictions", "r.csv")]
    [InlineData("-o", "r.json")]
    [InlineData("-o", "r.txt")]
    public void An_evaluation_leaves_the_former_file(string option, string name)
    {
        string file = folder.Write(name, "former"),
            data = folder.Write("data.csv", MadeCsv.Of(1, 1));
        CliResult result;
        using (new FullDisk(100))
        {
            result = Cli.Run("evaluate", model, data, option, file);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {file}: {Full}", result.Error, StringComparison.Ordinal);
        Assert.Equal("former", File.ReadAllText(file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Fact]
    public void A_device_that_is_full_can_be_named_and_is_an_error_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has a device that is always full.");
        foreach (string form in (string[])["--json", "--csv"])
        {
            CliResult result = Cli.Run("predict", folder["p"], "--model", model, form, "-o", "/dev/full");

            Assert.Equal(ExitCodes.SomeFailed, result.Code);
            Assert.Contains($"error: /dev/full: {Full}", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("Written to", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_error_output_that_cannot_be_written_changes_no_exit_code()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has a device that is always full.");

        Assert.Equal(ExitCodes.Usage, Shell("2>/dev/full", ["predict", folder["none"]]).Code);
        Assert.Equal(ExitCodes.Done, Shell("2>/dev/full", ["predict", folder["p"], "--model", model]).Code);
    }

    [Fact]
    public void A_small_disk_that_fills_up_is_reported_and_stays_usable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mounts a file system, as on Linux.");
        Directory.CreateDirectory(folder["small"]);
        using (var mount = Process.Start(Quiet("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder["small"]))!)
        {
            mount.WaitForExit();
            Assert.SkipWhen(mount.ExitCode != 0, "Mounting a small disk needs root.");
        }

        try
        {
            foreach (string name in (string[])["out.json", "out.csv"])
            {
                string file = folder["small/" + name];
                CliResult result = Cli.Run([
                    "predict",
                    .. Enumerable.Repeat(folder["p"], 5),
                    "--model",
                    model,
                    "-o",
                    file,
                ]);

                Assert.Equal(ExitCodes.SomeFailed, result.Code);
                Assert.Contains($"error: {file}: {Full}", result.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("Written to", result.Error, StringComparison.Ordinal);
                Assert.Equal(name == "out.csv", File.Exists(file));
                Assert.Empty(Directory.GetFiles(folder["small"], "*.part"));
                Assert.Empty(Directory.GetFiles(folder["small"], ".*"));
                File.Delete(file);
            }
        }
        finally
        {
            using var unmount = Process.Start(Quiet("umount", folder["small"]))!;
            unmount.WaitForExit();
        }
    }

    private static ProcessStartInfo Quiet(string program, params string[] args) =>
        new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };

    /// <summary>Runs the program by a shell, with a redirection.</summary>
    private static (int Code, string Error) Shell(string redirection, string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Mien.Cli");
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$0\" \"$@\" {redirection}", program, .. args])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.Result;
        return (process.ExitCode, error);
    }
}
