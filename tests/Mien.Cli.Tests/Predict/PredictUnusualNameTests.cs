using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Names that command a terminal or a spreadsheet, and what is no file behind a name.</summary>
public sealed class PredictUnusualNameTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictUnusualNameTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names of the images are not allowed on Windows.");
        model = BrightnessModel.Write(folder["m.onnx"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pipes_in_a_folder_are_skipped_with_a_status_and_never_opened()
    {
        folder.WriteFace("p/a.png", Expression.Anger);
        string pipe = folder.MakePipe("p/b.png");
        File.CreateSymbolicLink(folder["p/d.png"], "/dev/zero");
        folder.WriteFace("p/e.png", Expression.Fear);
        CliResult json = Cli.Run("predict", folder["p"], "--model", model, "-o", folder["out.json"]);
        CliResult text = Cli.Run("predict", folder["p"], "--model", model, "--brief");
        CliResult pattern = Cli.Run("predict", folder["p/*.png"], "--model", model, "--csv");
        CliResult named = Cli.Run("predict", pipe, "--model", model);

        Assert.Equal(ExitCodes.SomeFailed, json.Code);
        Assert.Contains("4 images: 2 ok, 2 skipped (not a file); ", json.Error, StringComparison.Ordinal);
        using var results = JsonDocument.Parse(File.ReadAllText(folder["out.json"]));
        Assert.Equal(
            ["ok", "error", "error", "ok"],
            results.RootElement.EnumerateArray().Select(r => r.GetProperty("status").GetString())
        );
        Assert.Contains("\"code\":\"notAFile\"", File.ReadAllText(folder["out.json"]), StringComparison.Ordinal);
        Assert.Contains(
            $"error: {pipe}: is a named pipe, expected an image file; it was skipped and not opened.\n",
            text.Error,
            StringComparison.Ordinal
        );
        Assert.Contains($"notAFile: {folder["p/d.png"]}: is a device, ", pattern.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.SomeFailed, named.Code);
        Assert.Contains($"error: {pipe}: is a named pipe, ", named.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_in_names_are_made_visible_for_people_and_kept_for_programs()
    {
        const string name = "p/x\e]0;title\a\n\u009b2J\u202eerror: fine.png";
        const string visible = @"p/x\u001b]0;title\u0007\n\u009b2J\u202eerror: fine.png";
        folder.WriteFace(name, Expression.Anger);
        folder.Write("p/y\e[2J.png", "no image");
        CliResult text = Cli.Run("predict", folder["p"], "--model", model);
        CliResult brief = Cli.Run("predict", folder["p"], "--model", model, "--brief");
        CliResult csv = Cli.Run("predict", folder["p"], "--model", model, "--csv");
        CliResult json = Cli.Run("predict", folder["p"], "--model", model, "--json");
        CliResult none = Cli.Run("predict", folder["p/none\e[2J\nx"], "--model", model);

        Assert.StartsWith($"{folder[visible]}: anger ", text.Out, StringComparison.Ordinal);
        Assert.EndsWith($"  {folder[visible]}\n", brief.Out, StringComparison.Ordinal);
        Assert.Contains($@"error: {folder[@"p/y\u001b[2J.png"]}: ", text.Error, StringComparison.Ordinal);
        Assert.Contains($@"error: {folder[@"p/none\u001b[2J\nx"]}: ", none.Error, StringComparison.Ordinal);
        Check.All([text, brief, none], r => Assert.DoesNotContain('\e', r.Out + r.Error));
        Assert.Contains($"\"{folder[name]}\",ok", csv.Out, StringComparison.Ordinal);
        using var results = JsonDocument.Parse(json.Out);
        Assert.Equal(folder[name], results.RootElement[0].GetProperty("path").GetString());
    }

    [Fact]
    public void Texts_that_a_spreadsheet_would_run_are_unchanged_by_default_and_escaped_on_demand()
    {
        string[] names = ["=1+1", "+a", "-b", "@c", "'=d", "'e", "plain"];
        foreach (string name in names)
        {
            folder.WriteFace($"p/{name}.png", Expression.Anger);
        }

        // As in the folder itself, where a path has nothing before the name.
        string[] inside = ["predict", .. names.Select(n => $"{n}.png"), "--model", model, "--csv"];
        string[] paths = Paths(In(folder["p"], inside));
        string[] safe = Paths(In(folder["p"], [.. inside, "--csv-safe"]));

        Assert.Equal(names.Select(n => $"{n}.png"), paths);
        Assert.Equal(["'=1+1.png", "'+a.png", "'-b.png", "'@c.png", "''=d.png", "'e.png", "plain.png"], safe);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_resumed_whether_it_was_escaped_or_not(bool isSafe)
    {
        string[] names = ["=1.png", "@2.png", "'=3.png", "4.png"];
        foreach (string name in names)
        {
            folder.WriteFace($"p/{name}", Expression.Anger);
        }

        folder.Write("p/@2.png", "no image");
        string file = folder["out.csv"];
        string[] command = ["predict", .. names, "--model", model, "-o", file];
        In(folder["p"], [.. command, .. isSafe ? (string[])["--csv-safe"] : []]);
        folder.WriteFace("p/@2.png", Expression.Fear);
        string error = In(folder["p"], [.. command, "--resume", .. isSafe ? [] : (string[])["--csv-safe"]]).Error;

        Assert.Contains($"Resuming {file}: 3 images are already done. 1 failed one is tried again.", error);
        Assert.Equal(5, File.ReadAllLines(file).Length);
        Check.All(File.ReadAllLines(file)[1..], l => Assert.Contains(",ok,true,", l, StringComparison.Ordinal));
    }

    private static string[] Paths((string Output, string Error) result) =>
        [.. result.Output.Split('\n').Skip(1).SkipLast(1).Select(l => l.Split(',')[0])];

    /// <summary>Runs the program in a folder.</summary>
    private static (string Output, string Error) In(string workingFolder, string[] args)
    {
        var start = new System.Diagnostics.ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Mien.Cli"), args)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, error.Result);
    }
}
