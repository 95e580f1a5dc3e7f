using System.IO.Compression;
using System.Xml.Linq;

namespace Mien.Package.Tests;

/// <summary>Tests the package Mien.Adaptation in a program outside this repository.</summary>
public sealed class AdaptationPackageTests(Feed feed)
{
    private const string Program = """
        using Mien;
        using Mien.Adaptation;

        GrayImage face = GrayImage.Decode(args[0]);
        LabelledFace[] faces =
        [
            .. Enumerable.Range(0, 6).Select(i => LabelledFace.FromCrop(Brighter(face, 20 * i), i < 3 ? "dim" : "lit")),
        ];
        AdaptedModel model = await ModelAdapter.FitAsync(
            faces,
            new AdaptationOptions { Model = "tiny", Classes = ["dim", "lit"], Only = true, OnePerson = true }
        );
        model.Save("mine.onnx");
        using ExpressionClassifier classifier = ExpressionClassifier.Load("mine.onnx");
        Console.WriteLine($"{string.Join(' ', classifier.Contract.Labels)}: {model.Report.Faces} faces");

        static GrayImage Brighter(GrayImage face, int by) =>
            new(face.Width, face.Height, [.. face.Pixels.Select(p => (byte)Math.Min(255, p + by))]);
        """;

    [Fact]
    public void The_package_adapts_a_model_in_a_program_without_other_packages()
    {
        string folder = feed.ProgramFolder("adaptation");
        Assert.True(File.Exists(feed.Library));
        Assert.True(File.Exists(feed.Adaptation));
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
                <PackageReference Include="Mien.Adaptation" Version="[{Feed.Version}]" />
              </ItemGroup>
            </Project>
            """
        );
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
        Dotnet.Run(folder, "build", "-o", "out");
        (string text, string error, int code) = Dotnet.Start(
            Path.Combine(folder, "out", OperatingSystem.IsWindows() ? "program.exe" : "program"),
            folder,
            Feed.Face
        );

        Assert.Equal(("dim lit: 6 faces\n", "", 0), (text.ReplaceLineEndings("\n"), error, code));
    }

    [Fact]
    public void The_package_contains_its_parts_and_depends_on_the_library_and_on_no_torch()
    {
        using ZipArchive package = ZipFile.OpenRead(feed.Adaptation);
        using Stream stream = package.GetEntry("Mien.Adaptation.nuspec")!.Open();
        string[] dependencies =
        [
            .. XDocument
                .Load(stream)
                .Descendants()
                .Where(e => e.Name.LocalName == "dependency")
                .Select(e => e.Attribute("id")!.Value),
        ];

        Assert.Equal(
            ["Mien.Adaptation.dll", "Mien.Adaptation.xml", "Mien.Data.dll", "Mien.Evaluation.dll", "Mien.Networks.dll"],
            package
                .Entries.Where(e => e.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal))
                .Select(e => e.Name)
                .Order(StringComparer.Ordinal)
        );
        Check.All(
            (string[])["README.md", "LICENSE", "THIRD-PARTY-NOTICES.md", "icon.png"],
            f => Assert.NotNull(package.GetEntry(f))
        );
        Check.All(
            (string[])["Mien", "Google.Protobuf", "MathNet.Numerics", "System.Numerics.Tensors"],
            d => Assert.Contains(d, dependencies)
        );
        Assert.DoesNotContain(dependencies, d => d.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(dependencies, d => d is "Mien.Data" or "Mien.Networks" or "Mien.Evaluation");
        Assert.DoesNotContain(dependencies, d => d.Contains("Grpc", StringComparison.Ordinal));
    }
}
