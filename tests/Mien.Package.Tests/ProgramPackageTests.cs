using System.IO.Compression;
using System.Text.Json;

namespace Mien.Package.Tests;

/// <summary>Tests the program <c>mien</c> as users get it: as a .NET tool, and as a self-contained folder.</summary>
public sealed class ProgramPackageTests(Feed feed)
{
    [Fact]
    public void The_tool_installs_from_a_local_feed_and_predicts()
    {
        string folder = feed.ProgramFolder("tool");
        Assert.True(File.Exists(feed.Tool));

        Dotnet.Run(folder, "tool", "install", "Mien.Cli", "--version", Feed.Version, "--tool-path", "bin");

        string program = Path.Combine(folder, "bin", OperatingSystem.IsWindows() ? "mien.exe" : "mien");
        Assert.StartsWith(Feed.Version, Output(program, folder, "--version"), StringComparison.Ordinal);
        AssertPredicts(program, folder);
    }

    [Fact]
    public void The_tool_package_refers_to_platform_packages_with_only_the_native_parts_of_the_platform()
    {
        using ZipArchive pointer = ZipFile.OpenRead(feed.Tool);
        using (var settings = new StreamReader(pointer.Entries.Single(e => e.Name == "DotnetToolSettings.xml").Open()))
        {
            string text = settings.ReadToEnd();
            Assert.Contains("Name=\"mien\"", text, StringComparison.Ordinal);
            Assert.Contains($"Mien.Cli.{Feed.Platform}", text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(pointer.Entries, e => e.Name == "Mien.Cli.dll");

        string file = Path.Combine(feed.Packages, $"Mien.Cli.{Feed.Platform}.{Feed.Version}.nupkg");
        using ZipArchive package = ZipFile.OpenRead(file);
        Assert.Single(
            package.Entries,
            e => Path.GetFileNameWithoutExtension(e.Name) is "libonnxruntime" or "onnxruntime"
        );
        Assert.Single(package.Entries, e => Path.GetFileNameWithoutExtension(e.Name) == "libSkiaSharp");
        Assert.DoesNotContain(package.Entries, e => e.Name.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.InRange(new FileInfo(file).Length, 10_000_000, 60_000_000);
    }

    [Fact]
    public void A_published_folder_needs_no_runtime_and_predicts()
    {
        string folder = feed.ProgramFolder("published", offline: false);

        Dotnet.Run(
            Repository.Root,
            "publish",
            "src/Mien.Cli",
            "-r",
            Feed.Platform,
            "--self-contained",
            "--artifacts-path",
            feed.Artifacts,
            "-o",
            Path.Combine(folder, "out"),
            $"-p:Version={Feed.Version}"
        );

        string[] files = [.. Directory.EnumerateFiles(Path.Combine(folder, "out")).Select(f => Path.GetFileName(f))];
        Assert.Contains("System.Private.CoreLib.dll", files);
        Assert.DoesNotContain(files, f => f.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.Single(files, f => Path.GetFileNameWithoutExtension(f) is "libonnxruntime" or "onnxruntime");
        AssertPredicts(Path.Combine(folder, "out", OperatingSystem.IsWindows() ? "mien.exe" : "mien"), folder);
    }

    private static void AssertPredicts(string program, string folder)
    {
        JsonElement face = JsonDocument
            .Parse(Output(program, folder, "predict", Feed.Face, "--json"))
            .RootElement[0]
            .GetProperty("faces")[0];
        Assert.Equal("happiness", face.GetProperty("label").GetString());
    }

    private static string Output(string program, string folder, params string[] args)
    {
        (string output, string error, int code) = Dotnet.Start(program, folder, args);
        Assert.Equal(("", 0), (error, code));
        return output;
    }
}
