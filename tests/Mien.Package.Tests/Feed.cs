using System.Globalization;
using System.Runtime.InteropServices;

namespace Mien.Package.Tests;

/// <summary>
/// The packages of this repository, packed into a temporary folder. Each run has a unique version, because NuGet caches
/// packages by version and a test could otherwise use a package of an earlier run. Created on first use and deleted at
/// the end.
/// </summary>
public sealed class Feed : IDisposable
{
    private readonly Lazy<string> library;
    private readonly Lazy<string> adaptation;
    private readonly Lazy<string> tool;
    private readonly Lazy<string> video;

    public Feed()
    {
        Directory.CreateDirectory(Packages);
        library = new Lazy<string>(() => Pack("src/Mien", "Mien"));
        adaptation = new Lazy<string>(() => Pack("src/Mien.Adaptation", "Mien.Adaptation"));
        video = new Lazy<string>(() => Pack("src/Mien.Video", "Mien.Video"));

        // Only the package for this platform: those of the other platforms are built in the same way.
        tool = new Lazy<string>(() => Pack("src/Mien.Cli", "Mien.Cli", $"-p:ToolPackageRuntimeIdentifiers={Platform}"));
    }

    /// <summary>The version of all packages of this run.</summary>
    public static string Version { get; } =
        string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>This machine's platform, such as <c>linux-x64</c>.</summary>
    public static string Platform => RuntimeInformation.RuntimeIdentifier;

    /// <summary>A sample face of the repository.</summary>
    public static string Face => Repository.PathOf("samples/faces/happiness.png");

    /// <summary>The folder for all files that these tests write.</summary>
    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"mien-pack-{Guid.NewGuid():N}");

    /// <summary>The local package feed.</summary>
    public string Packages => Path.Combine(Root, "feed");

    /// <summary>The folder for build output, separate from that of the repository.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The package file of the library.</summary>
    public string Library => library.Value;

    /// <summary>The package file of the adaptation, which needs that of the library.</summary>
    public string Adaptation => adaptation.Value;

    /// <summary>The package file for videos, which needs that of the library.</summary>
    public string Video => video.Value;

    /// <summary>The package file of the tool, which refers to the package for the platform.</summary>
    public string Tool => tool.Value;

    /// <summary>
    /// Creates a folder for a program. Its NuGet sources are only the local feed and the packages that the build of
    /// this repository restored, so that a missing dependency of a package is an error.
    /// </summary>
    /// <param name="name">The name of the folder.</param>
    /// <param name="offline">
    /// Whether to exclude the NuGet sources of this machine; they are needed for runtimes that no build has restored
    /// yet.
    /// </param>
    public string ProgramFolder(string name, bool offline = true)
    {
        string folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources>
                {(offline ? "<clear />" : "")}
                <add key="mien-packed" value="{Packages}" />
                <add key="mien-restored" value="{GlobalPackages.Value}" />
              </packageSources>
            </configuration>
            """
        );
        return folder;
    }

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        foreach (string package in (string[])["mien", "mien.adaptation", "mien.video"])
        {
            if (
                (library.IsValueCreated || adaptation.IsValueCreated || video.IsValueCreated)
                && Path.Combine(GlobalPackages.Value, package, Version) is var kept
                && Directory.Exists(kept)
            )
            {
                Directory.Delete(kept, recursive: true);
            }
        }
    }

    private static readonly Lazy<string> GlobalPackages = new(() =>
        Dotnet.Run(Path.GetTempPath(), "nuget", "locals", "global-packages", "--list").Split(':', 2)[1].Trim()
    );

    private string Pack(string project, string package, params string[] more)
    {
        Dotnet.Run(
            Repository.Root,
            [
                "pack",
                project,
                "-c",
                "Release",
                "--artifacts-path",
                Artifacts,
                "-o",
                Packages,
                $"-p:Version={Version}",
                .. more,
            ]
        );
        return Path.Combine(Packages, $"{package}.{Version}.nupkg");
    }
}
