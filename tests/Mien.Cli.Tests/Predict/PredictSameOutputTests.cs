using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Two runs that would write one output.</summary>
public sealed class PredictSameOutputTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string image;

    public PredictSameOutputTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        image = folder.WriteFace("p/a.png", Expression.Anger);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("-o", "out.csv")]
    [InlineData("-o", "out.jsonl", "--resume")]
    [InlineData("-o", "out.json")]
    [InlineData("-o", "out.txt")]
    [InlineData("--annotate", "marked")]
    [InlineData("--save-crops", "crops")]
    [InlineData("--explain", "maps")]
    public async Task A_second_run_is_refused_while_the_first_runs_and_nothing_is_lost(
        string option,
        string name,
        params string[] more
    )
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The end of a killed process is told in another way there.");
        string output = folder[name];
        string[] command = ["predict", image, "--model", model, "--quiet", option, output, .. more];

        // It waits for the image on standard input, whose reading begins when more is written than a pipe holds.
        using Process first = Start([.. command, "-"]);
        await first.StandardInput.BaseStream.WriteAsync(new byte[256 * 1024], TestContext.Current.CancellationToken);
        CliResult second = Cli.Run(command);

        Assert.Equal(ExitCodes.Usage, second.Code);
        Assert.StartsWith(
            string.Create(
                CultureInfo.InvariantCulture,
                $"error: {output}: another run, process {first.Id} ('Mien.Cli predict {image} "
            ),
            second.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCodes.Done, Cli.Run("predict", image, "--model", model, "-o", folder["else.csv"]).Code);

        first.StandardInput.Close();
        string error = await first.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(first.ExitCode == ExitCodes.SomeFailed, error); // the zeros are no image
        Assert.Empty(Directory.GetFiles(folder.Path, "*.mien-lock", SearchOption.AllDirectories));
        if (option == "-o")
        {
            Assert.Contains(image, await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken));
        }

        Assert.NotEqual(ExitCodes.Usage, Cli.Run(command).Code);
    }

    [Fact]
    public async Task A_killed_run_blocks_nobody()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The end of a killed process is told in another way there.");
        string[] command = ["predict", image, "--model", model, "-o", folder["out.csv"], "--annotate", folder["to"]];
        using Process first = Start([.. command, "-"]);
        await first.StandardInput.BaseStream.WriteAsync(new byte[256 * 1024], TestContext.Current.CancellationToken);
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Done, Cli.Run([.. command, "--resume"]).Code);
        Assert.Equal(2, File.ReadAllLines(folder["out.csv"]).Length);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.mien-lock", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_that_cannot_begin_leaves_no_folder()
    {
        CliResult result = Cli.Run(
            "predict",
            image,
            "--model",
            "none.onnx",
            "-o",
            folder["new/out.csv"],
            "--annotate",
            folder["to"]
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.False(Directory.Exists(folder["new"]));
        Assert.False(Directory.Exists(folder["to"]));
    }

    [Fact]
    public void Files_of_other_commands_are_locked_too()
    {
        string file = folder["report.html"];
        string data = folder.Write("data.csv", MadeCsv.Of(1, 1));
        using (TempFolder.Hold(file))
        {
            CliResult result = Cli.Run("evaluate", model, data, "--split", "all", "--html", file);

            Assert.Equal(ExitCodes.Usage, result.Code);
            Assert.Contains(
                "is writing to this file. Wait for it to end or stop it, ",
                result.Error,
                StringComparison.Ordinal
            );
        }

        Assert.False(File.Exists(file));
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Mien.Cli"), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
