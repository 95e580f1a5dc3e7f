using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien predict @FILE</c>.</summary>
public sealed class PredictListTests : IDisposable
{
    private static readonly string[] Names = ["a.png", "b/c.png", "b/ü d.png", "e.png"];

    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictListTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        Check.All(Names, n => folder.WriteFace("p/" + n, Expression.Anger));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("e.png\na.png\nb/ü d.png\n")]
    [InlineData("e.png\na.png\nb/ü d.png")]
    [InlineData("\ufeffe.png\na.png\nb/ü d.png\n")]
    [InlineData("\ufeffe.png\r\na.png\r\nb/ü d.png\r\n")]
    [InlineData("\n\r\ne.png\n  \n\na.png\nb/ü d.png\n\n\n")]
    public void A_list_names_photos_in_its_order_relative_to_its_folder(string text)
    {
        string list = folder.Write("p/list.txt", text);

        Assert.Equal([folder["p/e.png"], folder["p/a.png"], folder["p/b/ü d.png"]], Paths("@" + list));
    }

    [Fact]
    public void Lists_files_and_folders_are_processed_in_the_given_order()
    {
        string list = folder.Write("p/list.txt", "e.png\n");

        Assert.Equal(
            [folder["p/a.png"], folder["p/e.png"], folder["p/b/c.png"], folder["p/b/ü d.png"], folder["p/e.png"]],
            Paths(folder["p/a.png"], "@" + list, folder["p/b"], "@" + list)
        );
    }

    [Fact]
    public void The_paths_are_relative_to_the_root()
    {
        string list = folder.Write("lists/list.txt", $"a.png\n./b/../b/c.png\n{folder["p/e.png"]}\n");

        Assert.Equal(
            [folder["p/a.png"], folder["p/./b/../b/c.png"], folder["p/e.png"]],
            Paths("@" + list, "--root", folder["p"])
        );
        Assert.Equal([folder["lists/../p/a.png"]], Paths("@" + folder.Write("lists/up.txt", "../p/a.png")));
    }

    [Fact]
    public void A_photo_has_the_same_shard_in_a_list_as_in_its_folder()
    {
        string list = folder.Write("list.txt", string.Join('\n', Names.Select((n, i) => i % 2 == 0 ? n : "./" + n)));
        string full = folder.Write("full.txt", string.Join('\n', Names.Select(n => folder["p/" + n])));

        for (int i = 0; i < 3; i++)
        {
            string[] more = ["--shard", string.Create(CultureInfo.InvariantCulture, $"{i}/3")];
            string[] expected = Paths([folder["p"], .. more]);
            Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                Paths(["@" + list, "--root", folder["p"], .. more])
                    .Select(Path.GetFullPath)
                    .Order(StringComparer.Ordinal)
            );
            Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                Paths(["@" + full, "--root", folder["p"], .. more]).Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public void A_photo_outside_the_root_keeps_its_path_as_given()
    {
        string outside = folder["p/a.png"];
        string list = folder.Write(
            "lists/list.txt",
            $"{outside}\n../p/e.png\nin.png\nx/../in.png\n..in.png\na//b.\n.\nx/..\n"
        );

        using var read = new PhotoList("@" + list, null);

        Assert.Equal(
            [outside, "../p/e.png", "in.png", "in.png", "..in.png", "a/b.", ".", "x/.."],
            read.Enumerate(null).Select(i => i.Relative)
        );
    }

    [Fact]
    public void What_cannot_be_read_is_an_error_of_that_photo()
    {
        var bytes = new List<byte>();
        foreach (string line in (string[])["a.png", "none.png", "b", "e.png"])
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(line + "\n"));
        }

        bytes.AddRange([(byte)'x', 0xFF, (byte)'\n']);
        bytes.AddRange(Encoding.UTF8.GetBytes(new string('y', 100_000) + "\nb/c.png\n"));
        string list = folder.Write("p/list.txt", [.. bytes]);

        CliResult result = Run("@" + list, "--json");

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        JsonElement[] images = [.. JsonDocument.Parse(result.Out).RootElement.EnumerateArray()];
        Assert.Equal(
            ["ok", "fileNotFound", "isDirectory", "ok", "badPath", "badPath", "ok"],
            images.Select(i =>
                i.TryGetProperty("error", out JsonElement error)
                    ? error.GetProperty("code").GetString()
                    : i.GetProperty("status").GetString()
            )
        );
        Assert.Contains("line 5 is not UTF-8", result.Out, StringComparison.Ordinal);
        Assert.Contains("line 6 is longer than 32768 bytes", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_photo_that_is_listed_twice_has_two_results_also_after_a_resumption()
    {
        string list = folder.Write("p/list.txt", "a.png\ne.png\na.png\n");
        string[] command = ["@" + list, "-o", folder["out.csv"], "--resume"];

        Run(command);
        string[] lines = File.ReadAllLines(folder["out.csv"]);
        File.WriteAllLines(folder["out.csv"], lines[..2]);
        Run(command);

        Assert.Equal(4, lines.Length);
        Assert.Equal(lines, File.ReadAllLines(folder["out.csv"]));
    }

    [Fact]
    public void Output_files_stay_in_the_output_folder()
    {
        string list = folder.Write("p/list.txt", $"a.png\n../q/a.png\n{folder["q/b.png"]}\nb/c.png\n");
        byte[] before = File.ReadAllBytes(folder.WriteFace("q/a.png", Expression.Fear));
        folder.WriteFace("q/b.png", Expression.Fear);

        CliResult result = Run("@" + list, "--annotate", folder["out"]);

        Assert.Equal(ExitCodes.Done, result.Code);
        string below = Path.GetFullPath(folder["q"])[Path.GetPathRoot(folder["q"])!.Length..];
        Assert.Equal(
            ((string[])["a.png", "b/c.png", Path.Join(below, "a.png"), Path.Join(below, "b.png")])
                .Select(n => Path.Join(folder["out"], n))
                .Order(StringComparer.Ordinal),
            Directory.GetFiles(folder["out"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        );
        Assert.Equal(before, File.ReadAllBytes(folder["q/a.png"]));
    }

    [Fact]
    public void A_list_of_any_length_is_read_line_by_line()
    {
        var random = new Random(1);
        string[] names =
        [
            .. Enumerable
                .Range(0, 3000)
                .Select(i => $"{i}{new string('ä', random.Next(random.Next(10) == 0 ? PhotoList.MaxLine / 3 : 50))}"),
        ];
        string list = folder.Write("list.txt", string.Join("\r\n", names));

        using var read = new PhotoList("@" + list, null);

        Assert.Equal(names, read.Enumerate(null).Select(i => i.Relative));
        Check.All(read.Enumerate(null), i => Assert.Null(i.Error));
    }

    [Fact]
    public void A_line_may_have_this_length()
    {
        string longest = new('x', PhotoList.MaxLine);
        string list = folder.Write(
            "list.txt",
            $"{longest}\n{longest}x\n{longest}{longest}{longest}\na.png\n{longest}x"
        );

        using var read = new PhotoList("@" + list, null);

        Assert.Equal([null, "badPath", "badPath", null, "badPath"], read.Enumerate(null).Select(i => i.Error?.Code));
    }

    [Fact]
    public void An_entry_named_like_standard_input_is_a_file()
    {
        string list = folder.Write("list.txt", "-\n");

        using var read = new PhotoList("@" + list, "");

        Assert.Equal([new InputItem("./-", "-")], read.Enumerate(null));
    }

    [Fact]
    public async Task A_photo_or_folder_whose_name_begins_with_the_sign_of_lists_is_no_list()
    {
        folder.WriteFace("w/@a.png", Expression.Anger);
        folder.WriteFace("w/@b/c.png", Expression.Anger);
        folder.Write("w/a.png", "none.png\n");

        string json = await InFolder("w", "", "@a.png", "@b");

        Assert.Equal(["@a.png", Path.Join("@b", "c.png")], PathsOf(json));
    }

    [Theory]
    [InlineData("there is no list of photos '", "@none.txt")]
    [InlineData("this is a folder, expected a list", "@p")]
    [InlineData("the list is UTF-16, expected UTF-8", "@utf16.txt")]
    [InlineData("this is not text", "@p/a.png")]
    [InlineData("the list names no photo", "@blank.txt")]
    [InlineData("--root: there is no folder", "@list.txt", "--root", "none")]
    [InlineData("no list (@FILE) is given", "p", "--root", "p")]
    [InlineData("contains the input photos", "@list.txt", "--annotate", "p", "--root", "p")]
    [InlineData("is one of the images", "@list.txt", "-o", "list.txt")]
    public void Wrong_usage_is_told(string message, params string[] args)
    {
        folder.Write("list.txt", "p/a.png\n");
        folder.Write("utf16.txt", [0xFF, 0xFE, (byte)'a', 0]);
        folder.Write("blank.txt", "\ufeff\n\r\n ");

        CliResult result = Run([
            .. args.Select(a =>
                a.StartsWith("--", StringComparison.Ordinal) || a == "-o" ? a
                : a[0] == '@' ? "@" + folder[a[1..]]
                : folder[a]
            ),
        ]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_on_a_pipe_is_copied_and_read_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        string pipe = folder.MakePipe("pipe");
        var write = Task.Run(() => File.WriteAllText(pipe, "a.png\ne.png\n"));

        using var read = new PhotoList("@" + pipe, folder["p"]);
        await write;

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(["a.png", "e.png"], read.Enumerate(null).Select(p => p.Relative));
        }
    }

    [Fact]
    public async Task A_list_on_standard_input_is_relative_to_the_current_folder()
    {
        string json = await InFolder("p", $"a.png\nb/c.png\n{folder["p/e.png"]}\n", "@-");

        Assert.Equal(["a.png", "b/c.png", folder["p/e.png"]], PathsOf(json));
    }

    private async Task<string> InFolder(string name, string input, params string[] args)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Mien.Cli"),
            ["predict", .. args, "--model", model, "--json", "--quiet"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder[name],
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        string json = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Done, process.ExitCode);
        return json;
    }

    private CliResult Run(params string[] args) => Cli.Run(["predict", "--model", model, .. args]);

    private string[] Paths(params string[] args) => PathsOf(Run([.. args, "--json"]).Out);

    private static string[] PathsOf(string json) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(i => i.GetProperty("path").GetString()!)];
}
