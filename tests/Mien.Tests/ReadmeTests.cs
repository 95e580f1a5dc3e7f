using Microsoft.Extensions.DependencyInjection;

namespace Mien.Tests;

/// <summary>Checks that the C# code in both READMEs is the code in this file, so that it compiles and runs.</summary>
[Collection(nameof(ReadmeTests))]
// it changes the working directory and the console
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public sealed class ReadmeTests
{
    [Fact]
    public void The_code_of_the_package_readme_is_compiled_here()
    {
        string[] readme = Blocks(
            File.ReadAllLines(Path.Combine(Repository.Root, "src", "Mien", "README.md")),
            "```csharp",
            "```"
        );
        string[] compiled = Blocks(
            File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Mien.Tests", "ReadmeTests.cs")),
            "        // README begins",
            "        // README ends"
        );
        Assert.Equal(6, readme.Length);
        Assert.Equal(readme, compiled.Select(Dedented));
    }

    [Fact]
    public void The_code_of_the_repository_readme_is_compiled_here()
    {
        string code = Assert.Single(Blocks(File.ReadAllLines(Repository.PathOf("README.md")), "```csharp", "```"));
        string compiled = Assert.Single(
            Blocks(
                File.ReadAllLines(Repository.PathOf("tests/Mien.Tests/ReadmeTests.cs")),
                "        // front page begins",
                "        // front page ends"
            )
        );
        Assert.Equal(code, "using Mien;\n\n" + Dedented(compiled));
    }

    [Fact]
    public async Task The_code_of_the_readmes_runs()
    {
        using var folder = new TempFolder();
        string before = Environment.CurrentDirectory;
        TextWriter console = Console.Out;
        using var output = new StringWriter();
        try
        {
            Environment.CurrentDirectory = folder.Path;
            Console.SetOut(output);
            byte[] photo = MadePhotos.Canvas(400, 300, new MadeFace("happiness", 100, 60, 170)).EncodePng();
            folder.Write("photo.jpg", photo);
            folder.Write("crowd.jpg", photo);
            folder.Write("holiday.jpg", photo);
            folder.Write(
                "face.png",
                File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "faces", "happiness.png"))
            );
            Directory.CreateDirectory("photos");
            folder.Write(Path.Combine("photos", "a.png"), photo);
            folder.Write(Path.Combine("photos", "b.png"), MadePhotos.Canvas(100, 100).EncodePng());
            folder.Write(Path.Combine("photos", "c.png"), [1, 2, 3]);

            FrontPage();
            OnePhoto();
            using ServiceProvider provider = Services(new ServiceCollection()).BuildServiceProvider();
            FaceExpressionRecognizer recognizer = provider.GetRequiredService<FaceExpressionRecognizer>();
            await AFolder(recognizer);
            Assert.Equal(RecognitionStatus.NoFace, Pixels(recognizer, new byte[100 * 320], 100, 100, 320).Status);
            Assert.NotNull(
                Assert.Single((await Options(recognizer, TestContext.Current.CancellationToken)).Faces).Crop
            );
            FaceCrops();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }

        string text = output.ToString();
        Assert.StartsWith("happiness ", text.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains(" at ", text.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("b.png: no face", text, StringComparison.Ordinal);
        Assert.Contains("c.png: is no known kind of picture", text, StringComparison.Ordinal);
        Assert.Contains("happiness", text.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    private static void FrontPage()
    {
        // front page begins
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        foreach (RecognizedFace face in recognizer.Recognize("holiday.jpg").Faces)
        {
            Console.WriteLine($"{face.Label} {face.Confidence:P0}{(face.IsUncertain ? " (uncertain)" : "")}");
        }

        // front page ends
    }

    private static void OnePhoto()
    {
        // README begins
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        RecognitionResult result = recognizer.Recognize("photo.jpg");

        foreach (RecognizedFace face in result.Faces)
        {
            Console.WriteLine($"{face.Label} {face.Confidence:P0} at {face.Box.X:0}, {face.Box.Y:0}");
        }

        // README ends
    }

    private static async Task AFolder(FaceExpressionRecognizer recognizer)
    {
        // README begins
        await foreach (RecognitionResult photo in recognizer.RecognizeFolderAsync("photos", recursive: true))
        {
            Console.WriteLine(
                photo.Status switch
                {
                    RecognitionStatus.Ok => $"{photo.Name}: {string.Join(", ", photo.Faces)}",
                    RecognitionStatus.NoFace => $"{photo.Name}: no face",
                    _ => photo.Error!.Message,
                }
            );
        }

        // README ends
    }

    private static IServiceCollection Services(IServiceCollection services)
    {
        // README begins
        services.AddMien(
            new RecognizerOptions
            {
                // requests run in parallel
                Inference = new ClassifierOptions { Threads = 1 },
                // bounds the memory per upload
                Limits = new ImageLimits { MaxBytes = 10 << 20, MaxPixels = 30_000_000 },
            }
        );

        // README ends
        return services;
    }

    private static RecognitionResult Pixels(
        FaceExpressionRecognizer recognizer,
        byte[] pixels,
        int width,
        int height,
        int stride
    )
    {
        // README begins
        using Photo frame = Photo.FromPixels(pixels, width, height, PixelLayout.Bgr, stride);
        RecognitionResult seen = recognizer.Recognize(frame);

        // README ends
        return seen;
    }

    private static async Task<RecognitionResult> Options(
        FaceExpressionRecognizer recognizer,
        CancellationToken cancellationToken
    )
    {
        // README begins
        var options = new RecognitionOptions
        {
            // small faces in a crowd
            Detection = new DetectionOptions { Tiles = Tiling.All, MaxFaces = 100 },
            KeepCrops = true, // keeps the network's input in RecognizedFace.Crop
        };
        RecognitionResult crowd = await recognizer.RecognizeAsync("crowd.jpg", options, cancellationToken);

        // README ends
        return crowd;
    }

    private static void FaceCrops()
    {
        // README begins
        using ExpressionClassifier classifier = ExpressionClassifier.Load();
        GrayImage crop = GrayImage.Decode("face.png");
        Console.WriteLine(classifier.Classify(crop)); // the predicted label and its probability

        // README ends
    }

    private static string Dedented(string block) =>
        string.Join('\n', block.Split('\n').Select(l => l.Length > 8 ? l[8..] : l));

    /// <summary>The blocks between the two lines, without empty lines at the end.</summary>
    private static string[] Blocks(string[] lines, string begin, string end)
    {
        var blocks = new List<string>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] == begin)
            {
                int last = Array.IndexOf(lines, end, i);
                blocks.Add(string.Join('\n', lines[(i + 1)..last]).TrimEnd('\n'));
                i = last;
            }
        }

        return [.. blocks];
    }
}
