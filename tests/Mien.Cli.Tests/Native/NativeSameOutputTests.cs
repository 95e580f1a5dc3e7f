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

    /// <summary>Commands, and the exit code that they must have; a bar separates several that run in turn.</summary>
    public static TheoryData<string, int> Commands =>
        new()
        {
            { "--version", ExitCodes.Done },
            { "--help", ExitCodes.Done },
            { "nonsense", ExitCodes.Usage },
            { "predict --help | video --help | merge --help | evaluate --help", ExitCodes.Done },
            { "adapt --help | models --help | info --help | serve --help", ExitCodes.Done },
            { "enqueue --help | work --help | jobs --help | completion --help", ExitCodes.Done },
            { "models | models --json", ExitCodes.Done },
            { "completion bash | completion zsh | completion fish | completion pwsh", ExitCodes.Done },
            { "[suggest:12] mien_predict", ExitCodes.Done },
            { "predict FACES PHOTO", ExitCodes.Done },
            { "predict FACES PHOTO --json -o r.json", ExitCodes.Done },
            { "predict FACES --jsonl --explain maps --annotate marked", ExitCodes.Done },
            { "predict CROPS --explain maps --save-crops crops --csv --head ferplus", ExitCodes.Done },
            { "predict PHOTO --detector back --tiles all --csv", ExitCodes.Done },
            { "predict PHOTO --tiles all --detector full --json", ExitCodes.Done },
            { "predict FACES --parquet parts | merge parts --json", ExitCodes.Done },
            {
                "predict FACES --shard 0/2 -o s/0.jsonl | predict FACES --shard 1/2 -o s/1.jsonl | merge s --json",
                ExitCodes.Done
            },
            { "predict --crop FACES --model tiny --json", ExitCodes.Done },
            { "predict none.png", ExitCodes.Usage },
            { "predict FACES --nonsense", ExitCodes.Usage },
            { "predict README", ExitCodes.SomeFailed },
            { "predict FACES --model README", ExitCodes.SomeFailed },
            { "predict FACES --model NEWER", ExitCodes.SomeFailed },
            { "evaluate tiny CSV --json", ExitCodes.Done },
            { "evaluate tiny CSV --tta flip --predictions p.csv", ExitCodes.Done },
            { "evaluate tiny LABELLED --detect", ExitCodes.Done },
            { "adapt LABELLED -o mine.onnx --force", ExitCodes.Done },
        };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_gives_the_same_as_on_NET(string commands, int exitCode)
    {
        WriteInputs();
        foreach (string command in commands.Split(" | "))
        {
            string[] args = [.. command.Split(' ').Select(Argument)];
            (string output, string error, int code) = Run(NativeProgramBuild.Program, "native", args);
            (string expected, string expectedError, int expectedCode) = Run(MienProgram.File, "managed", args);

            Assert.True(expectedCode == exitCode, expectedError);
            Assert.Equal(exitCode, code);
            Assert.Equal(WithoutTimes(expected), WithoutTimes(output));
            Assert.Equal(WithoutTimes(expectedError), WithoutTimes(error));
        }

        AssertSameFiles();
        if (
            commands.Contains(" -o ", StringComparison.Ordinal)
            || commands.Contains("--annotate", StringComparison.Ordinal)
        )
        {
            Assert.NotEmpty(FilesOf("native"));
        }
    }

    [Theory]
    [InlineData("video CLIP --csv -o rows.csv")]
    [InlineData("video CLIP --annotate film.mp4")]
    public void A_video_gives_the_same_as_on_NET(string command)
    {
        Ffmpeg.Require();
        Ffmpeg.Run("-loop", "1", "-i", Photo, "-t", "1", "-r", "5", "-vf", "scale=640:360", folder["clip.mp4"]);
        A_command_gives_the_same_as_on_NET(command, ExitCodes.Done);
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

        // Small enough to be taken as crops, of faces: constant images would hide how sums are rounded.
        foreach (string face in Directory.GetFiles(Faces))
        {
            folder.Write(
                "crops/" + Path.GetFileName(face),
                GrayImage.Decode(face).Resize(48, 48, ResizeKernel.Bicubic).EncodePng()
            );
        }

        Directory.CreateDirectory(folder["native"]);
        Directory.CreateDirectory(folder["managed"]);
    }

    private string Argument(string word) =>
        word switch
        {
            "FACES" => Faces,
            "PHOTO" => Photo,
            "CROPS" => folder["crops"],
            "mien_predict" => "mien predict",
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
        (string output, string error, int code) = Dotnet.Start(program, folder[name], args);
        return (Shared(output), Shared(error), code);

        string Shared(string text) => text.Replace(folder[name], "DIR", StringComparison.Ordinal);
    }

    private void AssertSameFiles()
    {
        string[] names = FilesOf("managed");
        Assert.Equal(names, FilesOf("native"));
        foreach (string name in names) // many commands write none
        {
            string expected = Bytes(folder["managed/" + name]);
            string found = Bytes(folder["native/" + name]);
            Assert.True(expected == found, $"{name}: {expected.Length} and {found.Length} bytes");
        }
    }

    // Parquet files name the program's version with its commit.
    private static string Bytes(string file) =>
        Commit().Replace(System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)), "");

    [GeneratedRegex(@"(?<=\d\.\d+\.\d+)\+[0-9a-f]{40}")]
    private static partial Regex Commit();

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
