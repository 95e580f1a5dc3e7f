using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Mien.Package.Tests;

/// <summary>Tests the library as users get it: as a package, restored into a program outside this repository.</summary>
public sealed class LibraryPackageTests(Feed feed)
{
    private static readonly string[] Platforms = ["win-x64", "linux-x64", "linux-arm64", "osx-arm64"];

    private const string Program = """
        using Mien;

        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        RecognitionResult photo = recognizer.Recognize(args[0]);
        using FaceDetector detector = FaceDetector.Load();
        using ExpressionClassifier classifier = ExpressionClassifier.Load();
        ExpressionResult face = classifier.Classify(GrayImage.Decode(args[0]));
        Console.WriteLine($"{photo.Faces.Count} face: {photo.Faces[0].Label}; {face.Label} on {classifier.Device}");
        """;

    [Fact]
    public void The_package_works_in_a_console_program_without_other_packages()
    {
        string folder = WriteProgram(feed.ProgramFolder("program"), "");

        Dotnet.Run(folder, "build", "-o", "out");

        Assert.Equal(("1 face: happiness; happiness on Cpu\n", "", 0), Run(folder, "out"));
        foreach (string platform in Platforms)
        {
            string natives = string.Join(
                ' ',
                Directory
                    .EnumerateFiles(Path.Combine(folder, "out", "runtimes"), "*", SearchOption.AllDirectories)
                    .Where(f =>
                        f.Contains(platform, StringComparison.Ordinal)
                        || (
                            platform == "osx-arm64"
                            && f.Contains(
                                $"{Path.DirectorySeparatorChar}osx{Path.DirectorySeparatorChar}",
                                StringComparison.Ordinal
                            )
                        )
                    )
                    .Select(Path.GetFileNameWithoutExtension)
            );
            Assert.Contains("onnxruntime", natives, StringComparison.Ordinal);
            Assert.Contains("libSkiaSharp", natives, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_trimmed_program_works_and_trimming_and_AOT_analysis_give_no_warnings()
    {
        string folder = WriteProgram(
            feed.ProgramFolder("trimmed", offline: false),
            """
            <PublishTrimmed>true</PublishTrimmed>
            <TrimmerSingleWarn>false</TrimmerSingleWarn>
            <EnableAotAnalyzer>true</EnableAotAnalyzer>
            """
        );

        // Dotnet.Run fails on any warning.
        Dotnet.Run(folder, "publish", "-r", Feed.Platform, "--self-contained", "-o", "out");

        Assert.Equal(("1 face: happiness; happiness on Cpu\n", "", 0), Run(folder, "out"));
    }

    [Fact]
    public void The_package_contains_only_the_library_its_documentation_and_the_readme_files()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Library);

        string[] files =
        [
            .. package
                .Entries.Select(e => e.FullName)
                .Where(n =>
                    n is not ("_rels/.rels" or "[Content_Types].xml")
                    && !n.StartsWith("package/", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(
            [
                "LICENSE",
                "Mien.nuspec",
                "README.md",
                "THIRD-PARTY-NOTICES.md",
                "icon.png",
                "lib/net10.0/Mien.dll",
                "lib/net10.0/Mien.xml",
            ],
            files
        );
        Assert.InRange(new FileInfo(feed.Library).Length, 5_000_000, 60_000_000);
    }

    [Fact]
    public void The_nuspec_names_readme_icon_licence_commit_and_native_parts_but_not_torch()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Library);
        using Stream stream = package.GetEntry("Mien.nuspec")!.Open();
        var nuspec = XDocument.Load(stream);
        XElement metadata = nuspec.Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

        Assert.Equal(
            ("Mien", Feed.Version, "MIT", "README.md", "icon.png"),
            (Value("id"), Value("version"), Value("license"), Value("readme"), Value("icon"))
        );
        Assert.Matches(
            "^[0-9a-f]{40}$",
            metadata.Elements().Single(e => e.Name.LocalName == "repository").Attribute("commit")?.Value
        );
        string[] dependencies =
        [
            .. nuspec.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value),
        ];
        Assert.Contains("Microsoft.ML.OnnxRuntime", dependencies);
        Assert.Contains("SkiaSharp.NativeAssets.Linux.NoDependencies", dependencies);
        Assert.Contains("SkiaSharp.NativeAssets.Win32", dependencies);
        Assert.Contains("SkiaSharp.NativeAssets.macOS", dependencies);
        Assert.DoesNotContain(dependencies, d => d.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_embedded_symbols_contain_no_path_of_the_machine()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Library);
        using var content = new MemoryStream();
        using (Stream stream = package.GetEntry("lib/net10.0/Mien.dll")!.Open())
        {
            stream.CopyTo(content);
        }

        content.Position = 0;
        using var file = new PEReader(content);
        DebugDirectoryEntry[] debug = [.. file.ReadDebugDirectory()];
        Assert.Contains(debug, d => d.Type == DebugDirectoryEntryType.Reproducible); // a deterministic build
        using MetadataReaderProvider provider = file.ReadEmbeddedPortablePdbDebugDirectoryData(
            debug.Single(d => d.Type == DebugDirectoryEntryType.EmbeddedPortablePdb)
        );
        MetadataReader symbols = provider.GetMetadataReader();
        string[] sources = [.. symbols.Documents.Select(d => symbols.GetString(symbols.GetDocument(d).Name))];
        Assert.NotEmpty(sources);
        Assert.Contains(sources, s => s.StartsWith("/_/src/Mien/", StringComparison.Ordinal));
        Assert.DoesNotContain(sources, s => s.StartsWith(Repository.Root, StringComparison.Ordinal));
    }

    private string WriteProgram(string folder, string properties)
    {
        Assert.True(File.Exists(feed.Library));
        File.WriteAllText(
            Path.Combine(folder, "program.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Mien" Version="[{Feed.Version}]" />
              </ItemGroup>
            </Project>
            """
        );
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
        return folder;
    }

    private static (string Output, string Error, int Code) Run(string folder, string output)
    {
        (string text, string error, int code) = Dotnet.Start(
            Path.Combine(folder, output, OperatingSystem.IsWindows() ? "program.exe" : "program"),
            folder,
            Feed.Face
        );
        return (text.ReplaceLineEndings("\n"), error, code);
    }
}
