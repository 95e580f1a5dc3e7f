using System.Text;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Going on with a file that another program saved, or that was cut off in an odd place.</summary>
public sealed class PredictResumeFormTests : IDisposable
{
    private const char Mark = '\uFEFF';

    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictResumeFormTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names of the images are not allowed on Windows.");
        model = BrightnessModel.Write(folder["m.onnx"]);
        folder.WriteFace("p/a.png", Expression.Anger);
        folder.Write("p/b, \"quoted\"\nline.png", MadePhotos.Group().EncodePng());
        folder.WriteFace("p/с ё.png", Expression.Fear);
        folder.WriteFace("p/ю.png", Expression.Sadness);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("out.jsonl", "\r\n", false)]
    [InlineData("out.csv", "\r\n", false)]
    [InlineData("out.jsonl", "\n", true)]
    [InlineData("out.csv", "\n", true)]
    [InlineData("out.jsonl", "\r\n", true)]
    [InlineData("out.csv", "\r\n", true)]
    public void Cut_off_anywhere_it_becomes_what_it_would_have_been(string name, string newLine, bool hasMark)
    {
        string file = folder[name];
        string[] command = ["predict", folder["p"], "--model", model, "-o", file, "--quiet"];
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        string text = File.ReadAllText(file);
        byte[] whole = Encoding.UTF8.GetBytes((hasMark ? $"{Mark}" : "") + text.ReplaceLineEndings(newLine));
        for (int cut = 0; cut <= whole.Length; cut += cut < 40 || cut > whole.Length - 60 ? 1 : 97)
        {
            File.WriteAllBytes(file, whole[..cut]);
            CliResult run = Cli.Run([.. command, "--resume"]);

            Assert.True(run.Code is ExitCodes.Done, run.Error);
            Assert.Equal(Rows(text), Rows(File.ReadAllText(file)));
            if (cut > whole.Length / 2)
            {
                string result = Encoding.UTF8.GetString(File.ReadAllBytes(file));
                string first = text[..text.IndexOf('\n', StringComparison.Ordinal)];
                Assert.StartsWith((hasMark ? $"{Mark}" : "") + first + newLine, result, StringComparison.Ordinal);
                Assert.EndsWith(newLine, result, StringComparison.Ordinal);
            }
        }

        static string Rows(string text) => text.TrimStart(Mark).ReplaceLineEndings("\n");
    }

    [Theory]
    [InlineData("out.jsonl", "\n", "\n")]
    [InlineData("out.csv", "\n", "\n")]
    [InlineData("out.jsonl", "\r\n", "\r\n\r\n")]
    [InlineData("out.csv", "\r\n", "\r\n\r\n")]
    [InlineData("out.jsonl", "\n", "\0\0\0")]
    [InlineData("out.csv", "\n", "\0\0\0")]
    [InlineData("out.jsonl", "\r\n", "\r")]
    [InlineData("out.csv", "\r\n", "\r")]
    public void Blank_lines_and_zeros_at_the_end_are_nothing(string name, string newLine, string end)
    {
        string file = folder[name];
        string[] command = ["predict", folder["p"], "--model", model, "-o", file, "--quiet"];
        Cli.Run(command);
        string text = File.ReadAllText(file);
        string first = string.Concat(text.Split('\n').Take(2).Select(l => l + newLine));
        File.WriteAllText(file, first + end);

        CliResult result = Cli.Run([.. command, "--resume"]);
        Assert.True(result.Code is ExitCodes.Done, result.Error);
        Assert.StartsWith(first, File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file).ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("later.csv")]
    [InlineData("later.jsonl")]
    public void The_target_of_a_dangling_link_is_made(string name)
    {
        string link = folder["link" + Path.GetExtension(name)];
        File.CreateSymbolicLink(link, name);
        string[] command = ["predict", folder["p"], "--model", model, "-o", link, "--resume"];

        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        string text = File.ReadAllText(folder[name]);
        Assert.Equal(name, new FileInfo(link).LinkTarget);
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        Assert.Equal(text, File.ReadAllText(folder[name]));
    }

    [Fact]
    public void A_file_in_which_another_program_quoted_every_field_is_resumed()
    {
        string file = folder["out.csv"];
        string[] command = ["predict", folder["p/a.png"], folder["p/ю.png"], "--model", model, "-o", file, "--quiet"];
        Cli.Run(command);
        string[] lines = [.. File.ReadAllLines(file).Take(2).Select(l => $"\"{l.Replace(",", "\",\"")}\"")];
        File.WriteAllLines(file, lines);

        CliResult result = Cli.Run([.. command, "--resume"]);
        Assert.True(result.Code is ExitCodes.Done, result.Error);
        Assert.Equal(3, File.ReadAllLines(file).Length);
    }

    [Fact]
    public void The_error_for_other_columns_names_the_first_that_differs()
    {
        string file = folder["out.csv"];
        string[] command = ["predict", folder["p/a.png"], "--model", model, "-o", file, "--quiet"];
        Cli.Run(command);
        string text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace(",detectionScore,", ",score,", StringComparison.Ordinal));
        CliResult renamed = Cli.Run([.. command, "--resume"]);
        File.WriteAllText(file, text.Replace(",yaw\n", "\n", StringComparison.Ordinal));
        CliResult missing = Cli.Run([.. command, "--resume"]);

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (renamed.Code, missing.Code));
        Assert.Contains(
            "its column 13 is 'score', expected 'detectionScore'. ",
            renamed.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(" is missing, expected 'yaw'. ", missing.Error, StringComparison.Ordinal);
    }
}
