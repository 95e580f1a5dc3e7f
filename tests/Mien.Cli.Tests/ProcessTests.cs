using System.Diagnostics;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>The program as users run it: as a process with pipes.</summary>
/// <param name="program">The path of the program.</param>
public abstract class ProcessTests(string program) : IDisposable
{
    private readonly TempFolder folder = new();
    private string? written;

    private string Model => written ??= BrightnessModel.Write(folder["m.onnx"]);

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_batch_writes_json_to_stdout_and_counts_to_stderr()
    {
        folder.WriteFace("лица/улыбка.png", Expression.Happiness);
        folder.Write("лица/пусто.png", "");
        using Process process = Start("predict", folder["лица"], "--model", Model, "--json");
        (string output, string error) = Read(process);

        Assert.Equal(ExitCodes.SomeFailed, process.ExitCode);
        JsonElement[] images = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal(
            [Path.Combine(folder["лица"], "пусто.png"), Path.Combine(folder["лица"], "улыбка.png")],
            images.Select(i => i.GetProperty("path").GetString())
        );
        Assert.Equal("happiness", images[1].GetProperty("faces")[0].GetProperty("label").GetString());
        Assert.StartsWith("2 images: 1 ok, 1 failed; ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_on_standard_input_is_read()
    {
        byte[] image = File.ReadAllBytes(folder.WriteFace("a.png", Expression.Surprise));
        using Process process = Start("predict", "-", "--model", Model, "--jsonl", "--annotate", folder["marked"]);
        process.StandardInput.BaseStream.Write(image);
        process.StandardInput.Close();
        (string output, string error) = Read(process);

        Assert.Equal(ExitCodes.Done, process.ExitCode);
        Assert.Empty(error);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("-", "ok"), (result.GetProperty("path").GetString(), result.GetProperty("status").GetString()));
        Assert.Equal("surprise", result.GetProperty("faces")[0].GetProperty("label").GetString());
        Assert.True(File.Exists(folder["marked/stdin.png"]));
    }

    [Theory]
    [InlineData("", "error: standard input: is empty (0 bytes), expected an image.")]
    [InlineData("no picture", "error: standard input: is no known kind of picture")]
    [InlineData(
        "no picture, and a long one",
        "error: standard input: holds 0 MiB, at most 0 MiB are read as an image."
    )]
    public void Standard_input_that_is_not_an_image_fails(string text, string message)
    {
        using Process process = Start("predict", "-", "--model", Model, "--max-bytes", "16");
        process.StandardInput.Write(text);
        process.StandardInput.Close();
        (string output, string error) = Read(process);

        Assert.Equal(ExitCodes.SomeFailed, process.ExitCode);
        Assert.Empty(output);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_can_be_given_once()
    {
        using Process process = Start("predict", "-", "-", "--model", Model);
        process.StandardInput.Close();
        (_, string error) = Read(process);

        Assert.Equal(ExitCodes.Usage, process.ExitCode);
        Assert.StartsWith(
            "error: '-' is given twice, but standard input can be read only once.",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Help_goes_to_stdout_without_colours_and_wrong_usage_exits_with_2()
    {
        using Process help = Start("predict", "--help");
        (string text, _) = Read(help);
        using Process wrong = Start("predict", "--nonsense");
        (string nothing, string error) = Read(wrong);

        Assert.Equal(ExitCodes.Done, help.ExitCode);
        Assert.Contains("mien predict <IMAGE>...", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', text);
        Assert.Equal(ExitCodes.Usage, wrong.ExitCode);
        Assert.Empty(nothing);
        Assert.Contains("'--nonsense'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_exits_silently_when_its_output_pipe_is_closed()
    {
        for (int i = 0; i < 200; i++)
        {
            folder.WriteFace($"many/{new string('n', 150)}{i}.png", Expression.Anger, size: 8);
        }

        // The results of 200 images are larger than the buffer of a pipe (64 KiB on Linux).
        using Process process = Start("predict", folder["many"], "--model", Model, "--json", "--quiet");
        process.StandardOutput.Read();
        process.StandardOutput.Close();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Empty(error);
        Assert.Equal(ExitCodes.Done, process.ExitCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("r.json")]
    [InlineData("r.jsonl")]
    public async Task One_Ctrl_C_ends_the_batch_and_keeps_the_finished_results(string? file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no kill.");

        // The last image is standard input: the program waits for it until this test ends it. The test writes more than
        // a pipe can hold, so a completed write shows that the program reads, and then the signal is sent.
        for (int i = 0; i < 32; i++)
        {
            folder.WriteFace($"many/{i:00}.png", Expression.Anger);
        }

        using Process process = Start([
            "predict",
            folder["many"],
            "-",
            "--model",
            Model,
            "--quiet",
            .. file is null ? (string[])["--json"] : ["-o", folder[file]],
        ]);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        using (Stream input = process.StandardInput.BaseStream)
        {
            await input.WriteAsync(new byte[256 * 1024], TestContext.Current.CancellationToken);
            Interruption.Send(process);
            Assert.Equal("", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));
            Assert.Equal(
                Interruption.Message,
                await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken)
            );
        }

        Assert.Equal(
            "Interrupted.",
            (await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim()
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Interrupted, process.ExitCode);
        string text = file is null
            ? await output
            : await File.ReadAllTextAsync(folder[file], TestContext.Current.CancellationToken);
        Assert.Equal(
            32,
            file == "r.jsonl"
                ? text.TrimEnd('\n').Split('\n').Length
                : JsonDocument.Parse(text).RootElement.GetArrayLength()
        );
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            StandardErrorEncoding = System.Text.Encoding.UTF8,
        };
        return Process.Start(start)!;
    }

    private static (string Output, string Error) Read(Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, error.Result);
    }
}
