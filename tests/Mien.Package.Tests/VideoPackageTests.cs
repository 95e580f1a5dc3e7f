using System.IO.Compression;
using System.Xml.Linq;

namespace Mien.Package.Tests;

/// <summary>Tests the package Mien.Video in a program outside this repository, which needs no ffmpeg.</summary>
public sealed class VideoPackageTests(Feed feed)
{
    private const string Program = """
        using Mien;
        using Mien.Video;

        using VideoRecognizer recognizer = VideoRecognizer.Create(new RecognizerOptions { Model = "tiny" });
        await foreach (FrameResult frame in recognizer.RecognizeFramesAsync(Frames()))
        {
            string faces = string.Join(' ', frame.Faces.Select(f => $"{f.Id} {f.Smoothed.Label}"));
            string time = FormattableString.Invariant($"{frame.Time.TotalSeconds}");
            Console.WriteLine($"{frame.Frame} {time} {frame.Status} {faces}");
        }

        try
        {
            var options = new VideoOptions { Ffmpeg = "nowhere" };
            await using VideoReader reader = await VideoReader.OpenAsync(Environment.ProcessPath!, options);
        }
        catch (MienException e)
        {
            Console.WriteLine(e.Code);
        }

        async IAsyncEnumerable<VideoFrame> Frames()
        {
            for (int i = 0; i < 2; i++)
            {
                await Task.Yield();
                yield return new VideoFrame(Photo.Decode(args[0]), i, TimeSpan.FromSeconds(i / 2.0));
            }

            Photo black = Photo.FromPixels(new byte[100 * 100], 100, 100, PixelLayout.Gray);
            yield return new VideoFrame(black, 2, TimeSpan.FromSeconds(1));
        }
        """;

    [Fact]
    public void The_package_recognizes_frames_in_a_program_without_other_packages()
    {
        string folder = feed.ProgramFolder("video");
        Assert.True(File.Exists(feed.Library));
        Assert.True(File.Exists(feed.Video));
        File.WriteAllText(
            Path.Combine(folder, "program.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Mien.Video" Version="[{Feed.Version}]" />
              </ItemGroup>
            </Project>
            """
        );
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
        Dotnet.Run(folder, "build", "-o", "out");
        string photo = Path.Combine(folder, "face.png");
        File.WriteAllBytes(photo, MadePhotos.Single().EncodePng());
        (string text, string error, int code) = Dotnet.Start(
            Path.Combine(folder, "out", OperatingSystem.IsWindows() ? "program.exe" : "program"),
            folder,
            photo
        );

        Assert.Equal(
            ("0 0 Ok 1 happiness\n1 0.5 Ok 1 happiness\n2 1 NoFace \nnoFfmpeg\n", "", 0),
            (text.ReplaceLineEndings("\n"), error, code)
        );
    }

    [Fact]
    public void The_package_contains_its_assembly_and_depends_on_the_library_only()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Video);
        using Stream stream = package.GetEntry("Mien.Video.nuspec")!.Open();
        string[] dependencies =
        [
            .. XDocument
                .Load(stream)
                .Descendants()
                .Where(e => e.Name.LocalName == "dependency")
                .Select(e => e.Attribute("id")!.Value),
        ];

        Assert.Equal(
            ["Mien.Video.dll", "Mien.Video.xml"],
            package
                .Entries.Where(e => e.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal))
                .Select(e => e.Name)
                .Order(StringComparer.Ordinal)
        );
        Check.All(
            (string[])["README.md", "LICENSE", "THIRD-PARTY-NOTICES.md", "icon.png"],
            f => Assert.NotNull(package.GetEntry(f))
        );
        Assert.Contains("Mien", dependencies);
        Assert.DoesNotContain(dependencies, d => d.StartsWith("Mien.", StringComparison.Ordinal));
    }
}
