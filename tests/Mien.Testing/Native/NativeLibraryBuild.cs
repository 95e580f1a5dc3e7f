namespace Mien.Testing;

/// <summary>
/// The published library <c>libmien</c>, with its header and the native libraries beside it. It is published once per
/// test run, into the build output of these tests, and only compiled again if its sources changed.
/// </summary>
public static class NativeLibraryBuild
{
    private static readonly Lazy<string> Published = new(() => NativeBuild.Publish("src/Mien.Native", "libmien"));

    /// <summary>
    /// The published folder. Skips the test if clang is missing, or the platform is none that this is tried on.
    /// </summary>
    public static string Folder
    {
        get
        {
            NativeBuild.Require();
            return Published.Value;
        }
    }

    /// <summary>The path of the library.</summary>
    public static string Library => Path.Combine(Folder, "libmien.so");

    /// <summary>Finds a program on the PATH; null if it is not there.</summary>
    public static string? ProgramPath(string name) => NativeBuild.ProgramPath(name);
}
