using System.Diagnostics;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>The built program as users start it: a process with pipes.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public ProgramTests() => model = BrightnessModel.Write(folder["m.onnx"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_batch_gives_json_on_the_output_and_counts_on_the_error_output()
    {
        folder.WriteFace("лица/улыбка.png", Expression.Happiness);
        folder.Write("лица/пусто.png", "");
        using Process process = Start("predict", folder["лица"], "--model", model, "--json");
        (string output, string error) = Read(process);

        Assert.Equal(ExitCodes.SomeFailed, process.ExitCode);
        JsonElement[] images = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        Assert.Equal([Path.Combine(folder["лица"], "пусто.png"), Path.Combine(folder["лица"], "улыбка.png")], images.Select(i => i.GetProperty("path").GetString()));
        Assert.Equal("happiness", images[1].GetProperty("faces")[0].GetProperty("expression").GetString());
        Assert.Equal("2 images, each counted as a face crop. 1 done, 1 failed.", error.Trim());
    }

    [Fact]
    public void The_help_goes_to_the_output_without_colours_and_wrong_usage_ends_with_2()
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
    public void A_reader_that_stops_reading_ends_the_program_in_silence()
    {
        for (int i = 0; i < 200; i++)
        {
            folder.WriteFace($"many/{new string('n', 150)}{i}.png", Expression.Anger, size: 8);
        }

        // 200 images are far more text than a pipe holds between two processes (64 KiB on Linux).
        using Process process = Start("predict", folder["many"], "--model", model, "--json", "--quiet");
        process.StandardOutput.Read();
        process.StandardOutput.Close();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Empty(error);
        Assert.Equal(ExitCodes.Done, process.ExitCode);
    }

    private static Process Start(params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Mien.Cli.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", [program, .. args])
        {
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
