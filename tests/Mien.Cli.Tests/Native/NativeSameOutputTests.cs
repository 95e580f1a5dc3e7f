using System.Text.RegularExpressions;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>
/// Every command of the native program gives the output, the files and the exit code that the program on .NET gives. So
/// nothing that it needs was left out when it was compiled: resources, types that are found by name, converters.
/// </summary>
public sealed partial class NativeSameOutputTests : IDisposable
{
    private static readonly string Faces = Repository.PathOf("samples/faces");
    private static readonly string Photo = Repository.PathOf("samples/photo.jpg");

    private readonly TempFolder folder = new();

    public static TheoryData<string> Commands =>
        [
            "--version",
            "--help",
            "nonsense",
            .. new[]
            {
                "predict",
                "video",
                "merge",
                "evaluate",
                "adapt",
                "models",
                "info",
                "serve",
                "enqueue",
                "work",
                "jobs",
                "completion",
            }.Select(c => c + " --help"),
            "models",
            "models --json",
            "completion bash",
            "completion zsh",
            "completion fish",
            "completion pwsh",
            "[suggest:11] mien predict",
            "predict FACES PHOTO",
            "predict FACES PHOTO --json -o r.json",
            "predict FACES --jsonl --explain maps --annotate marked",
            "predict FACES --csv --head ferplus",
            "predict PHOTO --detector back --tiles all --csv",
            "predict FACES --parquet parts",
            "predict FACES --shard 1/2 -o s.jsonl",
            "predict --crop FACES --model tiny --json",
            "predict none.png",
            "predict FACES --nonsense",
            "predict README",
            "predict FACES --model README",
            "predict FACES --model NEWER",
            "evaluate tiny CSV",
            "evaluate tiny CSV --json",
            "evaluate tiny LABELLED --detect --output report",
            "adapt LABELLED -o mine.onnx --force",
            "merge s.jsonl",
        ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_gives_the_same_as_on_NET(string command)
    {
        WriteInputs();
        string[] args = [.. command.Split(' ').Select(Argument)];
        (string output, string error, int code) = Run(NativeProgramBuild.Program, "native", args);
        (string expected, string expectedError, int expectedCode) = Run(MienProgram.File, "managed", args);

        Assert.Equal(expectedCode, code);
        Assert.Equal(WithoutTimes(expected), WithoutTimes(output));
        Assert.Equal(WithoutTimes(expectedError), WithoutTimes(error));
        AssertSameFiles();
    }

    [Theory]
    [InlineData("video CLIP --csv -o rows.csv")]
    [InlineData("video CLIP --annotate film.mp4")]
    public void A_video_gives_the_same_as_on_NET(string command)
    {
        Ffmpeg.Require();
        Ffmpeg.Run("-loop", "1", "-i", Photo, "-t", "1", "-r", "5", "-vf", "scale=640:360", folder["clip.mp4"]);
        A_command_gives_the_same_as_on_NET(command);
    }

    [Fact]
    public void Workers_are_native_too()
    {
        using var place = new Workplace();
        place.WriteFaces(4);
        (_, string error, int code) = Run(NativeProgramBuild.Program, "enqueue", place.EnqueueArgs());
        Assert.True(code == ExitCodes.Done, error);
        (_, error, code) = Run(NativeProgramBuild.Program, "work", place.WorkArgs("--until-empty"));
        Assert.True(code == ExitCodes.Done, error);
        (string jobs, error, code) = Run(
            NativeProgramBuild.Program,
            "jobs",
            ["jobs", "--nats", place.Server.Url, "--json"]
        );
        Assert.True(code == ExitCodes.Done, error);
        CliResult expected = Cli.Run("jobs", "--nats", place.Server.Url, "--json");
        Assert.Equal(WithoutTimes(expected.Out), WithoutTimes(jobs));
        Assert.NotEmpty(Directory.GetFiles(place.Results, "*.parquet"));
    }

    private void WriteInputs()
    {
        folder.Write("small.csv", MadeCsv.Of(1, 3));
        // A model of a later version of Mien.
        string json = TinyModels.Contract.ToJson();
        folder.Write("newer.onnx", TinyModels.WithContractText(VersionNumber().Replace(json, "\"version\":99", 1)));
        foreach (string label in (string[])["anger", "happiness", "neutral"])
        {
            byte[] face = File.ReadAllBytes(Path.Combine(Faces, label + ".png"));
            for (int i = 0; i < 4; i++)
            {
                folder.Write($"labelled/{label}/{i}.png", face);
            }
        }

        Directory.CreateDirectory(folder["native"]);
        Directory.CreateDirectory(folder["managed"]);
    }

    private string Argument(string word) =>
        word switch
        {
            "FACES" => Faces,
            "PHOTO" => Photo,
            "README" => Repository.PathOf("README.md"),
            "CSV" => folder["small.csv"],
            "NEWER" => folder["newer.onnx"],
            "LABELLED" => folder["labelled"],
            "CLIP" => folder["clip.mp4"],
            _ => word,
        };

    private (string Output, string Error, int Code) Run(string program, string name, string[] args)
    {
        Directory.CreateDirectory(folder[name]);
        return Dotnet.Start(program, folder[name], args);
    }

    private void AssertSameFiles()
    {
        string[] names = FilesOf("managed");
        Assert.Equal(names, FilesOf("native"));
        foreach (string name in names) // many commands write none
        {
            byte[] expected = File.ReadAllBytes(folder["managed/" + name]);
            byte[] found = File.ReadAllBytes(folder["native/" + name]);
            Assert.True(expected.SequenceEqual(found), $"{name}: {expected.Length} and {found.Length} bytes");
        }
    }

    private string[] FilesOf(string name) =>
        [
            .. Directory
                .GetFiles(folder[name], "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder[name], f))
                .Order(StringComparer.Ordinal),
        ];

    // A speed is only there if the work took long enough; commits differ if only one of the programs was built again.
    private static string WithoutTimes(string text) => Times().Replace(Speed().Replace(text, ""), "TIME");

    [GeneratedRegex(@" \([\d.,]+/s\)|(?<=^\d+\.\d+\.\d+)\+[0-9a-f]{40}")]
    private static partial Regex Speed();

    [GeneratedRegex(@"[\d.,]+ ?(s|ms|min)\b|[\d.]+ × real time|[\d.,]+ (images|faces)/s|\d{4}-\d\d-\d\dT[\d:.]+Z?")]
    private static partial Regex Times();

    [GeneratedRegex("\"version\":\\d+")]
    private static partial Regex VersionNumber();
}
