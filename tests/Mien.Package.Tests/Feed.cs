using System.Globalization;
using System.Runtime.InteropServices;

namespace Mien.Package.Tests;

/// <summary>
/// The packages of this repository, freshly packed into a folder, with a version of their own: no package of an earlier
/// run, which NuGet keeps by its version, can be tested by mistake. Made when first asked for; removed at the end.
/// </summary>
public sealed class Feed : IDisposable
{
    private readonly Lazy<string> library;
    private readonly Lazy<string> tool;

    public Feed()
    {
        Directory.CreateDirectory(Packages);
        library = new Lazy<string>(() => Pack("src/Mien", "Mien"));

        // Of the tool's platforms only this one: the others are made in the same way.
        tool = new Lazy<string>(() => Pack("src/Mien.Cli", "Mien.Cli", $"-p:ToolPackageRuntimeIdentifiers={Platform}"));
    }

    /// <summary>The version of everything that is packed in this run.</summary>
    public static string Version { get; } =
        string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>This machine's platform, such as <c>linux-x64</c>.</summary>
    public static string Platform => RuntimeInformation.RuntimeIdentifier;

    /// <summary>A face that ships with the repository.</summary>
    public static string Face => Repository.PathOf("samples/faces/happiness.png");

    /// <summary>Everything that these tests write.</summary>
    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"mien-pack-{Guid.NewGuid():N}");

    /// <summary>The local feed.</summary>
    public string Packages => Path.Combine(Root, "feed");

    /// <summary>The built files, apart from the repository's own, so that nothing there is touched.</summary>
    public string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The library's package file.</summary>
    public string Library => library.Value;

    /// <summary>The tool's package file, which points to the platform's.</summary>
    public string Tool => tool.Value;

    /// <summary>
    /// Makes a folder for a program. Its NuGet knows the local feed and, as a folder, the packages that the build of
    /// this repository restored, and nothing else: what a package forgets to name is not there.
    /// </summary>
    /// <param name="name">The folder's name.</param>
    /// <param name="offline">
    /// Whether the sources of this machine are shut out; they are needed for runtimes that no build restored yet.
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
        if (
            library.IsValueCreated
            && Path.Combine(GlobalPackages.Value, "mien", Version) is var kept
            && Directory.Exists(kept)
        )
        {
            Directory.Delete(kept, recursive: true);
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
